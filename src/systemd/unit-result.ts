import { constants } from 'node:os';
import { outsideText } from '../core/outside-text.ts';
import type { CommandResult } from '../ports/commands.ts';
import { failure, runSystemctl, type Systemctl } from './jobs.ts';

/** The properties of a unit that were asked for; null with `why` when systemd gave none. */
export type UnitShown =
  | { readonly is: 'shown'; readonly properties: ReadonlyMap<string, string> }
  | { readonly is: 'unreadable'; readonly why: string };

/** The call is bounded by itself; what systemd says about a unit is wanted whether or not somebody still waits. */
const patience = new AbortController().signal;

/** What `unitResult` needs to know of a unit. */
export const resultProperties = ['LoadState', 'Result', 'ExecMainCode', 'ExecMainStatus'] as const;

export async function showUnit(systemctl: Systemctl, unit: string, names: readonly string[]): Promise<UnitShown> {
  const shown = await runSystemctl(systemctl, ['show', `--property=${names.join(',')}`, unit], patience);
  if (shown.is !== 'exited' || shown.code !== 0) return { is: 'unreadable', why: `systemctl show: ${failure(shown)}` };
  const lines = shown.stdout.split('\n').filter((line) => line.includes('='));
  const properties = lines.map((line) => {
    const at = line.indexOf('=');
    return [line.slice(0, at), line.slice(at + 1)] as const;
  });
  return { is: 'shown', properties: new Map(properties) };
}

/** Puts a unit away: `stop`, `reset-failed`. */
export async function tidyUnit(systemctl: Systemctl, args: readonly string[]): Promise<void> {
  await runSystemctl(systemctl, args, patience);
}

/** Exit statuses of systemd itself, before the command ran: chdir, exec (systemd.exec(5), "Process Exit Codes"). */
const couldNotExecute = 203;

/** What became of the program of a oneshot unit that ended without success. */
export function unitResult(properties: ReadonlyMap<string, string>, output: string): CommandResult {
  const result = properties.get('Result') ?? '';
  const code = Number(properties.get('ExecMainCode'));
  const status = Number(properties.get('ExecMainStatus'));
  if (result === 'timeout') return { is: 'timeout', output };
  if (result === 'exit-code' && code === CLD_EXITED) {
    if (status !== couldNotExecute) return { is: 'exited', code: status, output };
    return { is: 'failed', why: 'systemd could not execute it (203/EXEC), or it ended with 203 by itself' };
  }
  if (code === CLD_KILLED || code === CLD_DUMPED) return { is: 'killed', signal: signalName(status), output };
  return { is: 'failed', why: `its unit ended with the result "${outsideText(result, 60)}"` };
}

/** waitid(2). */
const CLD_EXITED = 1;
const CLD_KILLED = 2;
const CLD_DUMPED = 3;

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
}

/**
 * There is no such unit: it was refused, or it ran, succeeded and was forgotten while systemd-run lost its connection. Only clear
 * words are taken for the first.
 */
export function neverLoaded(end: { readonly code: number; readonly stderr: string }): CommandResult {
  const why = outsideText(end.stderr, 300);
  return notStarted.test(end.stderr)
    ? { is: 'missing', why }
    : { is: 'failed', why: why || `systemd-run ended with ${end.code}` };
}

/** systemd-run says so when another unit has the name. */
export const alreadyThere = /^Failed to start transient service unit: Unit \S+ (?:already exists|was already loaded)/m;

const notStarted =
  /^Failed to (?:find executable|connect to (?:bus|\w+ scope bus)|create bus connection)|^Failed to start transient service unit: (?:Access denied|Permission denied|Interactive authentication)/m;
