import { type ExitCode, exitCode, type Io } from './io.ts';

/** Aborted by Ctrl-C, by SIGTERM, or at the process's edge. Whoever waits by it says, when it ends, what was left undone. */
export function interruptible(io: Io): AbortSignal {
  const stop = new AbortController();
  const end = (): void => stop.abort(new Error('interrupted'));
  io.onSignal('SIGINT', end);
  io.onSignal('SIGTERM', end);
  return AbortSignal.any([io.signal, stop.signal]);
}

/** For a command that was interrupted while it only looked. */
export function interrupted(io: Io): ExitCode {
  io.err('interrupted\n');
  return exitCode.failed;
}
