import { type Place, placeText } from './place.ts';

/** Why a configuration is refused, as a closed word. */
export type ProblemCode =
  | 'unreadable'
  | 'too-large'
  | 'not-utf8'
  | 'syntax'
  | 'several-documents'
  | 'not-supported'
  | 'duplicate-key'
  | 'unknown-key'
  | 'wrong-type'
  | 'bad-value'
  | 'missing'
  /** Valid by itself, and not on this machine. */
  | 'unfit'
  | 'more-problems';

/** What is odd about a configuration that is taken all the same. */
export type WarningCode = 'ignored-file' | 'unused-key' | 'no-sentinel' | 'unseen-sentinel';

/** One thing that is wrong. `message` is one sentence without its place; `file` always, `place` where a line is to blame. */
export interface ConfigProblem {
  readonly code: ProblemCode;
  readonly file: string;
  readonly place: Place | null;
  readonly message: string;
}

export interface ConfigWarning {
  readonly code: WarningCode;
  readonly file: string;
  readonly place: Place | null;
  readonly message: string;
}

/** `file:line:column: sentence`, one line for a terminal or the journal. */
export function problemText(of: ConfigProblem | ConfigWarning): string {
  return `${of.place === null ? of.file : placeText(of.place)}: ${of.message}`;
}

export function problemAt(code: ProblemCode, place: Place, message: string): ConfigProblem {
  return { code, file: place.file, place, message };
}

export function problemIn(code: ProblemCode, file: string, message: string): ConfigProblem {
  return { code, file, place: null, message };
}

export function warningAt(code: WarningCode, place: Place, message: string): ConfigWarning {
  return { code, file: place.file, place, message };
}

export function warningIn(code: WarningCode, file: string, message: string): ConfigWarning {
  return { code, file, place: null, message };
}
