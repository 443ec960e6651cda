import { outsideText } from '../core/outside-text.ts';
import { reason } from '../core/reasons.ts';
import type { RebootAnswer } from '../core/shutdown.ts';
import type { Clock } from '../ports/clock.ts';
import { type ProgramEnd, runProgram } from './program.ts';

export interface Signalling {
  /** sh, whose own kill is used: a machine may have no kill(1). */
  readonly sh: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly timeout: number;
}

/**
 * Reboots by a signal to PID 1 (`reboot.method: signal`): root may send it without a capability, since PID 1 is root's too. Nobody
 * answers a signal, so once it was sent a reboot may come of it at any time; only one that the kernel would not send, or that was
 * not sent by `before` (monotonic), is refused.
 */
export async function rebootBySignal(
  pid: number,
  number: number,
  before: number,
  { sh, env, clock, timeout }: Signalling,
  signal: AbortSignal,
): Promise<RebootAnswer> {
  if (signal.aborted) return refused('the service stops, so no signal was sent');
  const script = `kill -${number} ${pid}`;
  const end = await runProgram(
    { file: sh, args: ['-c', script], env: { ...env, LC_ALL: 'C' }, timeout, before, mostOutput: 4096 },
    clock,
    signal,
  );
  return answerOf(end, `signal ${number} to PID ${pid}`);
}

function answerOf(end: ProgramEnd, what: string): RebootAnswer {
  switch (end.is) {
    case 'exited':
      if (end.code === 0) return { is: 'accepted' };
      return refused(`${what} was not sent: ${outsideText(end.stderr, 200) || `sh ended with ${end.code}`}`);
    case 'not-started':
      return refused(`${what} was not sent: ${end.why}`);
    case 'killed':
      return unanswered(`${what}: sh was ended by ${end.signal}`);
    case 'timeout':
      return unanswered(`${what}: sh did not end in time`);
    case 'aborted':
      return unanswered(`${what}: it was no longer waited for`);
  }
}

function refused(why: string): RebootAnswer {
  return { is: 'refused', reason: reason('reboot-refused', { why }) };
}

function unanswered(why: string): RebootAnswer {
  return { is: 'unknown', reason: reason('reboot-unanswered', { why }) };
}
