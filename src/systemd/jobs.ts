import { outsideText } from '../core/outside-text.ts';
import { reason } from '../core/reasons.ts';
import type { ShutdownLook, StopMeaning } from '../core/shutdown.ts';
import type { Clock } from '../ports/clock.ts';
import type { Bus } from './busctl.ts';
import { delayHolders, preparingForShutdown, scheduledShutdown } from './logind.ts';
import { type ProgramEnd, runProgram } from './program.ts';

/** systemctl(1); as root it talks to PID 1 without the bus, so it still answers when the bus is gone. */
export interface Systemctl {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Milliseconds for a call. */
  readonly timeout: number;
}

/**
 * What systemd is doing about going down. Asked in this order: logind before the jobs, because a shutdown that logind prepares
 * becomes a job, and one that became a job in between is then seen there. One part that cannot be read makes the whole unknown, unless
 * another part says that the machine goes down.
 */
export async function lookAtShutdown(systemctl: Systemctl, bus: Bus, signal: AbortSignal): Promise<ShutdownLook> {
  const preparing = await preparingForShutdown(bus, signal);
  if (preparing.is === 'yes') return { is: 'under-way', what: await preparingText(bus, signal) };
  const scheduled = await scheduledShutdown(bus, signal);
  const jobs = await listJobs(systemctl, signal);
  const job = jobs.is === 'listed' ? jobs.jobs.find(isShutdown) : undefined;
  if (job !== undefined) return { is: 'under-way', what: `${job.unit} is being started` };
  const state = await systemState(systemctl, signal);
  if (state.is === 'stopping') return { is: 'under-way', what: 'the system state is stopping' };

  if (preparing.is === 'unknown') return preparing;
  if (jobs.is === 'unreadable') return cannotTell(jobs.why);
  if (state.is === 'unreadable') return cannotTell(state.why);
  if (scheduled.is === 'unknown') return scheduled;
  return scheduled.is === 'yes' ? { is: 'scheduled', ...scheduled.value } : { is: 'none' };
}

/** logind goes on when the last delay inhibitor is gone, or after its InhibitDelayMaxSec (logind.conf(5)). */
async function preparingText(bus: Bus, signal: AbortSignal): Promise<string> {
  const holders = await delayHolders(bus, signal);
  return holders === '' ? 'logind prepares it' : `logind waits for delay inhibitors: ${holders}`;
}

function cannotTell(why: string): ShutdownLook {
  return { is: 'unknown', reason: reason('shutdown-unknown', { why }) };
}

/**
 * What the SIGTERM that arrived means: the job on our unit, and whether the machine goes down. `unit` is null where systemd does not
 * run the service. No job on the unit (a signal by hand, the watchdog) is unknown.
 */
export async function stopMeaning(
  systemctl: Systemctl,
  unit: string | null,
  signal: AbortSignal,
): Promise<StopMeaning> {
  if (unit === null) return 'unknown';
  const jobs = await listJobs(systemctl, signal);
  if (jobs.is === 'unreadable') return 'unknown';
  if (jobs.jobs.some(isShutdown)) return 'shutdown';
  switch (jobs.jobs.find((job) => job.unit === unit)?.type) {
    case 'restart':
    case 'try-restart':
      return 'restart';
    case 'stop':
      // The shutdown's own job may have been done by now; its state stays.
      return (await systemState(systemctl, signal)).is === 'stopping' ? 'shutdown' : 'stop';
    default:
      return (await systemState(systemctl, signal)).is === 'stopping' ? 'shutdown' : 'unknown';
  }
}

interface Job {
  readonly unit: string;
  readonly type: string;
}

type Jobs =
  | { readonly is: 'listed'; readonly jobs: readonly Job[] }
  | { readonly is: 'unreadable'; readonly why: string };

/** systemd.special(7): whatever ends this userspace, soft reboots and containers' exits among it. */
const shutdownTargets: ReadonlySet<string> = new Set([
  'reboot.target',
  'poweroff.target',
  'halt.target',
  'kexec.target',
  'soft-reboot.target',
  'exit.target',
  'shutdown.target',
]);

function isShutdown(job: Job): boolean {
  return shutdownTargets.has(job.unit) && job.type !== 'stop';
}

async function listJobs(systemctl: Systemctl, signal: AbortSignal): Promise<Jobs> {
  const end = await runSystemctl(systemctl, ['list-jobs', '--full', '--plain', '--no-legend'], signal);
  if (end.is !== 'exited' || end.code !== 0 || end.cut) {
    return { is: 'unreadable', why: `systemctl list-jobs: ${failure(end)}` };
  }
  return readJobs(end.stdout);
}

/** Rows of `JOB UNIT TYPE STATE`. A row that reads otherwise makes the list unreadable: it might be the one that matters. */
function readJobs(stdout: string): Jobs {
  const jobs: Job[] = [];
  for (const line of stdout.split('\n')) {
    if (/^\s*$|^No jobs (?:running|listed)\.$/.test(line)) continue;
    const [, unit, type] = /^\s*\d+\s+(\S+)\s+(\S+)\s+(?:running|waiting)\s*$/.exec(line) ?? [];
    if (unit === undefined || type === undefined) {
      return { is: 'unreadable', why: `systemctl list-jobs: cannot understand "${outsideText(line, 120)}"` };
    }
    jobs.push({ unit, type });
  }
  return { is: 'listed', jobs };
}

type SystemState = { readonly is: 'stopping' | 'staying' } | { readonly is: 'unreadable'; readonly why: string };

/** Its exit code is not 0 for most states (degraded among them), so the word decides. */
async function systemState(systemctl: Systemctl, signal: AbortSignal): Promise<SystemState> {
  const end = await runSystemctl(systemctl, ['is-system-running'], signal);
  if (end.is !== 'exited') return { is: 'unreadable', why: `systemctl is-system-running: ${failure(end)}` };
  const word = end.stdout.trim();
  if (word === 'stopping') return { is: 'stopping' };
  if (['running', 'degraded', 'starting', 'initializing', 'maintenance'].includes(word)) return { is: 'staying' };
  return { is: 'unreadable', why: `systemctl is-system-running: ${failure(end)}` };
}

/** Also what systemd/transient.ts asks units with. */
export function runSystemctl(systemctl: Systemctl, args: readonly string[], signal: AbortSignal): Promise<ProgramEnd> {
  const { file, timeout, clock } = systemctl;
  const env = { ...systemctl.env, LC_ALL: 'C', SYSTEMD_COLORS: '0' };
  const run = {
    file,
    args: ['--system', '--no-pager', '--no-ask-password', ...args],
    env,
    timeout,
    mostOutput: 1 << 20,
  };
  return runProgram(run, clock, signal);
}

/** Why an ended systemctl is no answer. */
export function failure(end: ProgramEnd): string {
  switch (end.is) {
    case 'exited':
      return outsideText(end.stderr, 200) || outsideText(end.stdout, 200) || `it ended with ${end.code}`;
    case 'killed':
      return `it was ended by ${end.signal}`;
    case 'timeout':
      return 'it did not end in time';
    case 'aborted':
      return 'it was no longer waited for';
    case 'not-started':
      return `it cannot be started: ${end.why}`;
  }
}
