import type { GenericSchema } from 'valibot';
import type { Plain } from './tree.ts';

/** How the values of one kind are checked and written. */
export interface Kind<T> {
  /** A few words for tables: `duration, 1s to 24h`. */
  readonly type: string;
  /** What a value must be, continuing "must be": `a whole number from 1 to 32`. */
  readonly expected: string;
  /**
   * Takes what YAML gave. The message of an issue continues "it is …, " and says why that is not good, or is empty where
   * `expected` says enough.
   */
  readonly schema: GenericSchema<unknown, T>;
  /** Its values are maps, which merge over files as maps do. */
  readonly isMap?: true;
  /** The inverse of the schema: what to write in YAML to get this value. */
  write(value: T): Plain;
}
