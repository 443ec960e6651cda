import { outsideText } from '../core/outside-text.ts';
import { reason } from '../core/reasons.ts';
import type { RebootAnswer } from '../core/shutdown.ts';
import type { CommandResult, CommandRunner } from '../ports/commands.ts';

/** Never aborted. */
const uninterrupted = new AbortController().signal;

/**
 * Reboots by a command (`reboot.method: command`). Once it was started nobody can be certain that no reboot comes of it, so
 * anything but exit code 0 is unknown; only a command that could not be executed, or that was not started by `before`
 * (monotonic), asked for nothing and is refused. `timeout` is how long it may run, in milliseconds. When the signal is aborted the
 * answer is unknown at once and the command goes on: the abort may well be the reboot's own SIGTERM.
 */
export async function rebootByCommand(
  command: readonly string[],
  runner: CommandRunner,
  limits: { readonly timeout: number; readonly before: number },
  signal: AbortSignal,
): Promise<RebootAnswer> {
  if (signal.aborted) return refused('the service stops, so it was not started');
  const run = runner.run(command, limits, uninterrupted).then((end) => answerOf(end, command, limits.timeout));
  const aborted = Promise.withResolvers<RebootAnswer>();
  const onAbort = (): void => aborted.resolve(unanswered('it was still running when the service was stopped'));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([run, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function answerOf(end: CommandResult, command: readonly string[], bound: number): RebootAnswer {
  switch (end.is) {
    case 'exited':
      return end.code === 0
        ? { is: 'accepted' }
        : unanswered(`it ended with exit code ${end.code}${saying(end.output)}`);
    case 'killed':
      return unanswered(`it was ended by ${end.signal}${saying(end.output)}`);
    case 'timeout':
      return unanswered(`it did not end within ${Math.round(bound / 1000)} s${saying(end.output)}`);
    case 'failed':
      return unanswered(outsideText(end.why, 300));
    case 'missing':
      return refused(`${command[0] ?? 'no command'} could not be executed: ${outsideText(end.why, 300)}`);
  }
}

function unanswered(why: string): RebootAnswer {
  return { is: 'unknown', reason: reason('reboot-unanswered', { why }) };
}

function refused(why: string): RebootAnswer {
  return { is: 'refused', reason: reason('reboot-refused', { why }) };
}

function saying(output: string): string {
  const said = outsideText(output, 200);
  return said === '' ? '' : `: ${said}`;
}
