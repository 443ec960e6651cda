import { type Answer, unknown, yes } from '../core/answer.ts';
import { outsideText } from '../core/outside-text.ts';
import { reason } from '../core/reasons.ts';
import type { Bus } from './busctl.ts';
import { manager } from './wall.ts';

/** Somebody who is logged in. */
export interface Session {
  readonly id: string;
  readonly user: string;
  /** The terminal, or where it has none the host it came from; empty where logind knows neither. */
  readonly at: string;
  /** When it began, milliseconds since 1970; null: not known. */
  readonly since: number | null;
}

/** Short processes at a time. */
const atOnce = 8;
/** Sessions whose properties are read; more than these count by their user alone. */
const most = 64;

/**
 * The sessions of people, or why the list cannot be had. A session counts by its class (`user`, and its kin that begin so:
 * user-early, user-incomplete, user-light) until it is closing: greeters, lock screens, the managers of users (which linger without
 * anybody) and background sessions (cron) are none of people (sd_session_get_class(3), pam_systemd(8)).
 */
export async function listSessions(bus: Bus, signal: AbortSignal): Promise<Answer<readonly Session[]>> {
  const answer = await bus.call({ ...manager, method: 'ListSessions' }, signal);
  if (answer.is !== 'answered') return cannotTell(answer.is === 'refused' ? answer.text : answer.why);
  const rows: unknown = Array.isArray(answer.data) ? answer.data[0] : null;
  if (!Array.isArray(rows)) return cannotTell('the list of sessions cannot be understood');
  const listed = rows.map(readRow);
  if (!listed.every((row) => row !== null)) return cannotTell('a session in the list cannot be understood');
  const found: Session[] = listed.slice(most).map(({ id, user }) => ({ id, user, at: '', since: null }));
  for (let at = 0; at < Math.min(listed.length, most); at += atOnce) {
    const some = listed.slice(at, Math.min(at + atOnce, most));
    for (const read of await Promise.all(some.map((row) => readSession(bus, row, signal)))) {
      if (read.is === 'unknown') return read;
      if (read.is === 'yes') found.push(read.value);
    }
  }
  return yes(found.toSorted((one, other) => (one.user + one.at < other.user + other.at ? -1 : 1)));
}

interface Row {
  readonly id: string;
  readonly user: string;
  readonly path: string;
}

/** `(susso)`: id, uid, user, seat, object path. */
function readRow(row: unknown): Row | null {
  if (!Array.isArray(row)) return null;
  const [id, , user, , path]: readonly unknown[] = row;
  if (typeof id !== 'string' || typeof user !== 'string' || typeof path !== 'string') return null;
  return { id, user: outsideText(user, 60), path };
}

/** No: it is none of a person, or has ended since it was listed. */
async function readSession(bus: Bus, { id, user, path }: Row, signal: AbortSignal): Promise<Answer<Session>> {
  const properties = { service: manager.service, object: path, interface: 'org.freedesktop.DBus.Properties' };
  const args = ['org.freedesktop.login1.Session'];
  const answer = await bus.call({ ...properties, method: 'GetAll', signature: 's', args }, signal);
  if (answer.is === 'refused' && ended.test(answer.text)) return { is: 'no' };
  if (answer.is !== 'answered') return cannotTell(answer.is === 'refused' ? answer.text : answer.why);
  const all: unknown = Array.isArray(answer.data) ? answer.data[0] : null;
  const [kind, state] = [variantOf(all, 'Class'), variantOf(all, 'State')];
  if (typeof kind !== 'string' || typeof state !== 'string') return cannotTell(`session ${id} cannot be understood`);
  if (!kind.startsWith('user') || state === 'closing') return { is: 'no' };
  const at = [variantOf(all, 'TTY'), variantOf(all, 'RemoteHost')].find((one) => typeof one === 'string' && one !== '');
  const micros = variantOf(all, 'Timestamp');
  const since = typeof micros === 'number' && micros > 0 ? Math.floor(micros / 1000) : null;
  return yes({ id, user, at: outsideText(String(at ?? ''), 60), since });
}

/** The object, or the session, is not there any more. */
const ended = /unknown object|no session|no such (?:object|session)/i;

/** A value of `a{sv}` as busctl's JSON has it. */
function variantOf(all: unknown, name: string): unknown {
  if (typeof all !== 'object' || all === null) return undefined;
  const variant: unknown = (all as Readonly<Record<string, unknown>>)[name];
  return typeof variant === 'object' && variant !== null && 'data' in variant ? variant.data : undefined;
}

function cannotTell(why: string): Answer<never> {
  return unknown(reason('permission-unknown', { source: 'logind', why }));
}
