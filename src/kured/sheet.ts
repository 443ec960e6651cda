import type { FlagName } from './flags.ts';

/** A value as YAML has it. */
export type Written = string | number | boolean | readonly Written[] | { readonly [key: string]: Written };

/** One line of the configuration. */
export interface SheetLine {
  readonly key: string;
  readonly value: Written;
  /** What means something else than with kured; empty: the same. */
  readonly comment: string;
}

/** What an import comes to. */
export interface Sheet {
  readonly lines: readonly SheetLine[];
  /** What has no counterpart, or is decided elsewhere: of a flag, and why. */
  readonly notes: readonly SheetNote[];
  /** Why there is no configuration that means what these flags mean. */
  readonly problems: readonly string[];
  readonly secrets: readonly SecretText[];
}

export interface SheetNote {
  /** Null: of no single flag. */
  readonly flag: FlagName | null;
  readonly text: string;
}

/** A file of its own, which only root may read. */
export interface SecretText {
  readonly file: string;
  readonly text: string;
}

/** A sheet on its way. */
export class SheetDraft implements Sheet {
  readonly lines: SheetLine[] = [];
  readonly notes: SheetNote[] = [];
  readonly problems: string[] = [];
  readonly secrets: SecretText[] = [];

  write(key: string, value: Written, comment = ''): void {
    this.lines.push({ key, value, comment });
  }

  note(flag: FlagName | null, text: string): void {
    this.notes.push({ flag, text });
  }

  problem(text: string): void {
    this.problems.push(text);
  }

  secret(file: string, text: string): void {
    this.secrets.push({ file, text });
  }
}
