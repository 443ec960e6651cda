import * as v from 'valibot';
import type { CommandBlocker } from '../core/blockers/settings.ts';
import { formatDuration } from './duration.ts';
import { strangeKey } from './entry-keys.ts';
import { type EntryReading, entryList } from './entry-list.ts';
import type { Kind } from './kind.ts';
import { duration } from './kinds-number.ts';
import { command } from './kinds-text.ts';
import type { Plain } from './tree.ts';

const mostCommands = 16;
const keys = ['command', 'timeout', 'period'];
const defaults = { timeout: 10_000, period: 60_000 } as const;
/** Permission is not asked for anew while one runs, so that nothing else that turns is noticed by then. */
const timeouts = duration('1s', '1m');
const periods = duration('5s', '24h');

/** Commands that may be against a reboot: each a path, or a map with its arguments and times. */
export const commandBlockers: Kind<readonly CommandBlocker[]> = {
  type: 'list of paths, or of {command, timeout, period}',
  expected: 'a list of absolute paths, or of {command: [path, arguments], timeout, period}',
  schema: v.pipe(
    entryList(readBlocker, mostCommands),
    v.check(
      (blockers) => new Set(blockers.map((one) => JSON.stringify(one.command))).size === blockers.length,
      'which names a command twice',
    ),
  ),
  write: (blockers) => blockers.map(writeBlocker),
};

function readBlocker(value: unknown): EntryReading<CommandBlocker> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const argv = readAs(command, [value]);
    return 'why' in argv ? { key: null, why: argv.why } : { entry: { command: argv.value, ...defaults } };
  }
  const given = new Map<string, unknown>(Object.entries(value).filter(([, of]) => of !== null));
  const strange = strangeKey(given, keys);
  if (strange !== null) return { key: null, why: strange };
  if (!given.has('command')) return { key: null, why: 'which has no command' };
  const one = given.get('command');
  const argv = readAs(command, Array.isArray(one) ? one : [one]);
  if ('why' in argv) return { key: 'command', why: argv.why };
  const timeout = readAs(timeouts, given.get('timeout') ?? formatDuration(defaults.timeout));
  if ('why' in timeout) return { key: 'timeout', why: timeout.why };
  const period = readAs(periods, given.get('period') ?? formatDuration(defaults.period));
  if ('why' in period) return { key: 'period', why: period.why };
  return { entry: { command: argv.value, timeout: timeout.value, period: period.value } };
}

function readAs<T>(kind: Kind<T>, value: unknown): { readonly value: T } | { readonly why: string } {
  const read = v.safeParse(kind.schema, value, { abortEarly: true });
  if (read.success) return { value: read.output };
  const [{ message }] = read.issues;
  return { why: message === '' ? `which is not ${kind.expected}` : message };
}

function writeBlocker({ command: argv, timeout, period }: CommandBlocker): Plain {
  const [program = ''] = argv;
  const times = {
    ...(timeout === defaults.timeout ? {} : { timeout: formatDuration(timeout) }),
    ...(period === defaults.period ? {} : { period: formatDuration(period) }),
  };
  if (argv.length === 1 && Object.keys(times).length === 0) return program;
  return { command: argv, ...times };
}
