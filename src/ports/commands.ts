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
  /** What it finds on its standard input; absent: nothing. It need not read it. */
  readonly input?: string;
  /** The moment (monotonic) after which it is not started any more, but `missing`; absent: it does not matter when. */
  readonly before?: number;
}

/**
 * What became of a program. `output`: what it wrote to stdout and stderr, at most 64 KiB of it, as it stood: it is text
 * from outside and not fit to be shown yet.
 * - `exited`: it ended by itself with this exit code.
 * - `killed`: a signal ended it; `signal` is its name, `SIGKILL`.
 * - `timeout`: it did not end in time and was ended.
 * - `missing`: it could not be executed: not there, not executable, or no longer to be started.
 * - `failed`: nobody can tell what became of it; `why` is one clause.
 */
export type CommandResult =
  | { readonly is: 'exited'; readonly code: number; readonly output: string }
  | { readonly is: 'killed'; readonly signal: string; readonly output: string }
  | { readonly is: 'timeout'; readonly output: string }
  | { readonly is: 'missing'; readonly why: string }
  | { readonly is: 'failed'; readonly why: string };

/** Runs programs that go on when this service ends, so that a restart of it neither cuts them off nor runs them twice. */
export interface LastingRunner {
  /**
   * Runs one program to its end. There is never a second run under the same name: one that an earlier process began is waited
   * for. Its result is the result where that run had the same `run`; else the program is run anew after it. Never throws.
   *
   * Once `stop` is aborted the program is ended, and the answer is `failed`; once `leave` is, the answer is `failed` at once and
   * the program is left to itself. `found` is called when an earlier run is waited for.
   */
  run(program: LastingProgram, ends: LastingEnds, found: () => void): Promise<CommandResult>;
  /** Ends what runs under a name that begins so, whichever process began it. */
  endAll(beginning: string): Promise<void>;
}

export interface LastingEnds {
  readonly stop: AbortSignal;
  readonly leave: AbortSignal;
}

export interface LastingProgram extends Pick<CommandLimits, 'timeout'> {
  /** The program's absolute path; nothing is passed through a shell, and it gets no arguments. */
  readonly path: string;
  /** Names the program among all that are run so: letters, digits, `-` and `_`. */
  readonly name: string;
  /** What this run is for, in one line. */
  readonly run: string;
  /** Fields that what it writes carries in the journal, by their names there. */
  readonly fields: Readonly<Record<string, string>>;
  /** What is added to its environment. */
  readonly env: Readonly<Record<string, string>>;
}
