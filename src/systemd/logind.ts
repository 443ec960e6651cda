import { type Answer, unknown, yes } from '../core/answer.ts';
import type { RebootMethod } from '../core/lease/record.ts';
import { outsideText } from '../core/outside-text.ts';
import type { Permission } from '../core/permission.ts';
import { reason } from '../core/reasons.ts';
import type { RebootAnswer } from '../core/shutdown.ts';
import type { Clock } from '../ports/clock.ts';
import type { RebootOrder } from '../ports/host.ts';
import type { PermissionSource } from '../ports/source.ts';
import type { Bus, BusAnswer } from './busctl.ts';
import { manager, setWall } from './wall.ts';
import { watchFolder } from './watch-folder.ts';

/** The reboots that logind can be asked for. */
export type LogindReboot = Extract<RebootMethod, 'logind' | 'soft-reboot' | 'kexec'>;

/**
 * What RebootWithFlags is told (org.freedesktop.login1(5)). Always SD_LOGIND_ROOT_CHECK_INHIBITORS: root does not walk over a lock
 * that came after ours was looked for (before systemd 257 it would); besides, SD_LOGIND_SOFT_REBOOT (4) or SD_LOGIND_KEXEC_REBOOT (2).
 */
const flags: Readonly<Record<LogindReboot, string>> = { logind: '1', 'soft-reboot': '5', kexec: '3' };

/**
 * Asks logind for a reboot, once. Block inhibitors refuse on every version of systemd, which is why the list is read
 * right before the call: before 257 root walks over its own locks. A list that cannot be read refuses too, since then nothing was
 * asked, and so does a list or a bus that took longer than the order holds. Its `why` is what logind writes to every terminal with
 * somebody at it, and into the journal.
 */
export async function rebootByLogind(
  bus: Bus,
  method: LogindReboot,
  order: RebootOrder,
  clock: Clock,
  signal: AbortSignal,
): Promise<RebootAnswer> {
  const takeBack = await setWall(bus, order.why, clock, signal);
  const answer = await askUnlessBlocked(bus, method, order.before, signal);
  if (answer.is === 'refused') await takeBack();
  return answer;
}

async function askUnlessBlocked(
  bus: Bus,
  method: LogindReboot,
  before: number,
  signal: AbortSignal,
): Promise<RebootAnswer> {
  const permission = await askInhibitors(bus, signal);
  if (permission.is !== 'allowed')
    return refused(permission.reasons.map((it) => it.details['why'] ?? it.code).join('; '));
  if (signal.aborted) return refused('the service stops, so it was not asked');

  const withFlags = { ...manager, method: 'RebootWithFlags', signature: 't', args: [flags[method]], before };
  const answer = await bus.call(withFlags, signal);
  const noFlags = answer.is === 'refused' && /unknown method/i.test(answer.text);
  // systemd before 249 has no flags, and knows one kind of reboot only.
  if (!noFlags || method !== 'logind') return rebootAnswer(answer);
  return rebootAnswer(
    await bus.call({ ...manager, method: 'Reboot', signature: 'b', args: ['false'], before }, signal),
  );
}

/**
 * busctl gives the text of an error without its name, and only texts that are known to mean "no" are taken for a refusal: whatever
 * else comes leaves open whether the machine goes down.
 */
function rebootAnswer(answer: BusAnswer): RebootAnswer {
  switch (answer.is) {
    case 'answered':
      return { is: 'accepted' };
    case 'no-answer':
      return { is: 'unknown', reason: reason('reboot-unanswered', { why: answer.why }) };
    case 'refused':
      if (inProgress.test(answer.text)) {
        return { is: 'unknown', reason: reason('shutdown-under-way', { what: answer.text }) };
      }
      if (clearRefusal.test(answer.text)) return refused(answer.text);
      return { is: 'unknown', reason: reason('reboot-unanswered', { why: answer.text }) };
  }
}

function refused(why: string): RebootAnswer {
  return { is: 'refused', reason: reason('reboot-refused', { why }) };
}

/** login1.OperationInProgress, as systemd 252 and 257 say it. */
const inProgress = /already (?:a shutdown|in progress)|operation (?:already )?in progress/i;

/**
 * AccessDenied, BlockedByInhibitorLock, InteractiveAuthorizationRequired, InvalidArgs, UnknownMethod, NotSupported; a
 * logind or bus that is not there; a busctl that is not there, found no bus, or was not to be started any more.
 */
const clearRefusal =
  /access denied|permission denied|denied due to|inhibitor|interactive authentication|authorization|invalid (?:flags|argument)|unknown (?:method|interface|object)|not supported|not provided by any|unit \S+ (?:not found|is masked)|could not activate remote peer|is not activatable|failed to connect to (?:bus|\w+ scope bus)|failed to set bus address|busctl was not started/i;

/** One lock of logind's list. */
export interface Inhibitor {
  readonly what: readonly string[];
  readonly who: string;
  readonly why: string;
  readonly mode: string;
  readonly uid: number;
  readonly pid: number;
}

/** All locks that are held now (`a(ssssuu)`: what, who, why, mode, uid, pid), or why the list cannot be had. */
export async function listInhibitors(bus: Bus, signal: AbortSignal): Promise<Answer<readonly Inhibitor[]>> {
  const answer = await bus.call({ ...manager, method: 'ListInhibitors' }, signal);
  if (answer.is !== 'answered') return cannotTell(answer.is === 'refused' ? answer.text : answer.why);
  const rows: unknown = Array.isArray(answer.data) ? answer.data[0] : null;
  if (!Array.isArray(rows)) return cannotTell('the list of inhibitors cannot be understood');
  const locks = rows.map(readInhibitor);
  if (!locks.every((lock) => lock !== null)) return cannotTell('an inhibitor in the list cannot be understood');
  return yes(locks);
}

function cannotTell(why: string): Answer<never> {
  return unknown(reason('permission-unknown', { source: 'logind', why }));
}

function readInhibitor(row: unknown): Inhibitor | null {
  if (!Array.isArray(row)) return null;
  const [what, who, why, mode, uid, pid]: readonly unknown[] = row;
  if (typeof what !== 'string' || typeof who !== 'string' || typeof why !== 'string') return null;
  if (typeof mode !== 'string' || typeof uid !== 'number' || typeof pid !== 'number') return null;
  return { what: what.split(':'), who: outsideText(who, 100), why: outsideText(why, 200), mode, uid, pid };
}

/** Where logind keeps a file for each lock. */
export const inhibitFolder = '/run/systemd/inhibit';

/**
 * The block locks on shutdown as a source of permission. A `delay` lock is logind's to honour. A lock that ends is noticed at
 * once (systemd/watch-folder.ts).
 */
export function inhibitorSource(bus: Bus, clock: Clock, folder = inhibitFolder): PermissionSource {
  return {
    name: 'inhibitors',
    ask: (signal) => askInhibitors(bus, signal),
    watch: (hint, signal) => watchFolder(folder, hint, clock, signal),
  };
}

/** Who holds delay locks on shutdown, for people; empty where nobody does or it cannot be told. */
export async function delayHolders(bus: Bus, signal: AbortSignal): Promise<string> {
  const locks = await listInhibitors(bus, signal);
  if (locks.is !== 'yes') return '';
  const held = locks.value.filter((it) => it.mode === 'delay' && it.what.includes('shutdown'));
  return held.map(({ who, pid, why }) => `${who} (pid ${pid})${why === '' ? '' : `: ${why}`}`).join('; ');
}

async function askInhibitors(bus: Bus, signal: AbortSignal): Promise<Permission> {
  const locks = await listInhibitors(bus, signal);
  // apt and rpm hold one for each of their transactions, and upgrade the bus that is asked here.
  const passing = true;
  if (locks.is === 'unknown') return { is: 'unknown', reasons: [locks.reason], passing };
  const blocking = locks.is === 'yes' ? locks.value.filter(blocks) : [];
  if (blocking.length === 0) return { is: 'allowed' };
  const reasons = blocking.map((it) =>
    reason('blocked', {
      source: 'inhibitors',
      why: `${it.who} (pid ${it.pid}) holds a ${it.mode} inhibitor: ${it.why}`,
    }),
  );
  return { is: 'refused', reasons, passing };
}

/**
 * Whether logind refuses a reboot for this lock. A weak one (systemd 257 and newer) lets pass who holds it and a root that does not
 * ask for locks to be heeded; our call asks for that (`flags`), so that only root's own weak locks let it pass.
 */
function blocks({ mode, what, uid }: Inhibitor): boolean {
  return what.includes('shutdown') && (mode === 'block' || (mode === 'block-weak' && uid !== 0));
}

/** logind is preparing a shutdown or reboot now (delay inhibitors included). */
export async function preparingForShutdown(bus: Bus, signal: AbortSignal): Promise<Answer<true>> {
  const answer = await bus.property({ ...manager, property: 'PreparingForShutdown' }, signal);
  if (answer.is === 'answered' && answer.data === true) return yes(true);
  if (answer.is === 'answered' && answer.data === false) return { is: 'no' };
  return unknown(reason('shutdown-unknown', { why: `logind: ${whyNot(answer)}` }));
}

export interface Scheduled {
  readonly what: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What shutdown(8) scheduled (property `(st)`: type, and microseconds since 1970; an empty type means nothing). */
export async function scheduledShutdown(bus: Bus, signal: AbortSignal): Promise<Answer<Scheduled>> {
  const answer = await bus.property({ ...manager, property: 'ScheduledShutdown' }, signal);
  const [what, at]: readonly unknown[] = answer.is === 'answered' && Array.isArray(answer.data) ? answer.data : [];
  if (typeof what !== 'string' || typeof at !== 'number') {
    return unknown(reason('shutdown-unknown', { why: `logind: ${whyNot(answer)}` }));
  }
  // "dry-reboot" and its like are rehearsals: nothing goes down.
  if (what === '' || what.startsWith('dry-')) return { is: 'no' };
  return yes({ what: outsideText(what, 40), at: Math.floor(at / 1000) });
}

function whyNot(answer: BusAnswer): string {
  switch (answer.is) {
    case 'answered':
      return 'the answer cannot be understood';
    case 'refused':
      return answer.text;
    case 'no-answer':
      return answer.why;
  }
}
