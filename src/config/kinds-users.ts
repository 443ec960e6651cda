import * as v from 'valibot';
import type { UserBlocker } from '../core/blockers/settings.ts';
import { formatDuration } from './duration.ts';
import { strangeKey } from './entry-keys.ts';
import type { Kind } from './kind.ts';
import { duration, durationOrNone } from './kinds-number.ts';
import { shown } from './shown.ts';

const keys = ['wait', 'broadcast', 'ignore'];
const forever = 'forever';
const defaults = { wait: forever, broadcast: '10m' } as const;
const waits = duration('1m', '24h');
const broadcasts = durationOrNone('1m', '24h', 'none');
const mostIgnored = 64;
/** As useradd(8) bounds it; what else a directory may name is a user as well. */
const userName = /^[^\p{Cc}\s:]{1,64}$/u;

/** How people who are logged in are waited for. */
export const userBlocker: Kind<UserBlocker> = {
  isMap: true,
  type: 'map: wait, broadcast, ignore',
  expected: 'a map of wait, broadcast and ignore',
  schema: v.pipe(
    v.unknown(),
    v.rawTransform<unknown, UserBlocker>(({ dataset, addIssue, NEVER }) => {
      const read = readUsers(dataset.value);
      if ('users' in read) return read.users;
      const { key, why } = read;
      const input = {};
      if (key === null) addIssue({ message: why });
      else addIssue({ message: why, path: [{ type: 'object', origin: 'value', input, key, value: undefined }] });
      return NEVER;
    }),
  ),
  write: ({ wait, broadcast, ignore }) => ({
    wait: wait === null ? forever : formatDuration(wait),
    broadcast: formatDuration(broadcast ?? 0),
    ignore,
  }),
};

type Reading = { readonly users: UserBlocker } | { readonly key: string | null; readonly why: string };

function readUsers(value: unknown): Reading {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { key: null, why: 'which is no map' };
  const given = new Map<string, unknown>(Object.entries(value).filter(([, of]) => of !== null));
  const strange = strangeKey(given, keys);
  if (strange !== null) return { key: null, why: strange };
  const text = given.get('wait') ?? defaults.wait;
  const wait = text === forever ? { output: null, success: true as const } : v.safeParse(waits.schema, text);
  if (!wait.success)
    return { key: 'wait', why: trouble(wait.issues, `which is neither forever nor ${waits.expected}`) };
  const broadcast = v.safeParse(broadcasts.schema, given.get('broadcast') ?? defaults.broadcast);
  if (!broadcast.success)
    return { key: 'broadcast', why: trouble(broadcast.issues, `which is not ${broadcasts.expected}`) };
  const ignore = given.get('ignore') ?? [];
  const names: readonly unknown[] = Array.isArray(ignore) ? ignore : [ignore];
  if (names.length > mostIgnored) return { key: 'ignore', why: `which has more than ${mostIgnored} entries` };
  const wrong = names.find((name) => typeof name !== 'string' || !userName.test(name));
  if (wrong !== undefined) return { key: 'ignore', why: `where ${shown(wrong)} is not the name of a user` };
  return { users: { wait: wait.output, broadcast: broadcast.output, ignore: names.map(String) } };
}

function trouble(issues: readonly { readonly message: string }[], otherwise: string): string {
  const message = issues[0]?.message ?? '';
  return message === '' ? otherwise : message;
}
