/** Runs programs that an admin configured, outside the service's own sandbox. */
export interface CommandRunner {
  /**
   * Runs one program and waits for its end. `argv[0]` is an absolute path; nothing is passed through a shell. Never throws:
   * whatever happens is a result, an aborted signal included (`failed`), and nothing of the program is left running then.
   */
  run(argv: readonly string[], limits: CommandLimits, signal: AbortSignal): Promise<CommandResult>;
}

export interface CommandLimits {
  /** Milliseconds after which the program is ended. */
  readonly timeout: number;
}

/**
 * What became of a program. `output`: what it wrote to stdout and stderr, at most 64 KiB of it, as it stood: it is text
 * from outside and not fit to be shown yet.
 * - `exited`: it ended by itself with this exit code.
 * - `killed`: a signal ended it; `signal` is its name, `SIGKILL`.
 * - `timeout`: it did not end in time and was ended.
 * - `missing`: it could not be executed: not there, or not executable.
 * - `failed`: nobody can tell what became of it; `why` is one clause.
 */
export type CommandResult =
  | { readonly is: 'exited'; readonly code: number; readonly output: string }
  | { readonly is: 'killed'; readonly signal: string; readonly output: string }
  | { readonly is: 'timeout'; readonly output: string }
  | { readonly is: 'missing'; readonly why: string }
  | { readonly is: 'failed'; readonly why: string };
