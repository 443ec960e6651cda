import type { ExitCode, Io } from './io.ts';

/** One command. Help, man pages and completion are made from this; nothing is said twice. */
export interface Command {
  /** As typed: `lease show`. */
  readonly name: string;
  /** What stands behind the name: `NODE`. */
  readonly operands: readonly Operand[];
  readonly summary: string;
  /** A paragraph for `help COMMAND` and the man page. */
  readonly description: string;
  readonly options: Readonly<Record<string, Option>>;
  readonly examples: readonly Example[];
  run(io: Io, given: Given): Promise<ExitCode>;
}

export interface Operand {
  readonly name: string;
  readonly optional: boolean;
  /** Takes every argument that is left. */
  readonly rest?: true;
  /** Where a lone `-` or `--` means standard input; it arrives as `-`. */
  readonly stdin?: true;
  /** All that can stand there, for completion; the command itself refuses the rest. */
  readonly values?: readonly string[];
}

export interface Example {
  /** As it is typed, `kured-host` included. */
  readonly line: string;
  /** What comes of it, as a clause. */
  readonly what: string;
}

export interface Option {
  readonly type: 'string' | 'boolean';
  /** What stands for its value in the help: `FILE`. */
  readonly value?: string;
  readonly summary: string;
}

export interface Given {
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

export const configOption: Option = {
  type: 'string',
  value: 'FILE',
  summary: 'read just this configuration file',
};

export const jsonOption: Option = { type: 'boolean', summary: 'print JSON' };

/** Whether an option without a value was given. */
export function isGiven(given: Given, name: string): boolean {
  return given.options[name] === true;
}

/** The value of a string option; undefined when it was not given. */
export function textOf(given: Given, name: string): string | undefined {
  const value = given.options[name];
  return typeof value === 'string' ? value : undefined;
}
