import { RE2JS } from 're2js';
import type { FlagType } from './flag.ts';
import { type FlagName, kuredFlags } from './flags.ts';
import { goBool, goDuration, goInt, goList } from './go.ts';

/** Where a value came from, as pflag and kured's reader of the environment differ in what they take. */
export type Origin = 'arguments' | 'environment';

type Value = string | number | boolean | readonly string[];

/** The values of flags as kured would have them after its start; durations in milliseconds. */
export class FlagSet {
  readonly #values = new Map<FlagName, Value>();

  /** Takes a value as it was written; a list is added to what was there. Null, or a clause that says why kured would not start with it. */
  set(name: FlagName, text: string, origin: Origin): string | null {
    const value = readValue(typeOf(name), text, origin);
    if (typeof value === 'object' && 'why' in value) return value.why;
    const before = this.#values.get(name);
    this.#values.set(name, Array.isArray(value) && Array.isArray(before) ? [...before, ...value] : value);
    return null;
  }

  /** Whether anybody gave it a value. */
  has(name: FlagName): boolean {
    return this.#values.has(name);
  }

  /** Empty where nobody gave one. */
  text(name: FlagName): string {
    const value = this.#values.get(name);
    return typeof value === 'string' ? value : '';
  }

  /** Null where nobody gave one. */
  number(name: FlagName): number | null {
    const value = this.#values.get(name);
    return typeof value === 'number' ? value : null;
  }

  isOn(name: FlagName): boolean {
    return this.#values.get(name) === true;
  }

  list(name: FlagName): readonly string[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value : [];
  }
}

export function typeOf(name: FlagName): FlagType {
  return kuredFlags.find((flag) => flag.name === name)?.type ?? 'string';
}

interface Wrong {
  readonly why: string;
}

function readValue(type: FlagType, text: string, origin: Origin): Value | Wrong {
  switch (type) {
    case 'bool':
      return goBool(text) ?? { why: 'which is neither true nor false' };
    case 'int':
      return goInt(text, origin === 'arguments' ? 0 : 10) ?? { why: 'which is no whole number' };
    case 'duration':
      return goDuration(text) ?? { why: 'which is no duration of Go, such as 90s or 1h30m' };
    case 'stringSlice':
      return goList(text) ?? { why: 'which is no list with commas: a quote in it stands alone' };
    case 'stringArray':
      return [text];
    case 'regexp':
      return isPattern(text) ? text : { why: 'which is no regular expression as Go has them' };
    case 'string':
      return text;
  }
}

function isPattern(text: string): boolean {
  try {
    RE2JS.compile(text);
    return true;
  } catch {
    return false;
  }
}
