import type { Kind } from './kind.ts';
import type { Plain } from './tree.ts';

/** What one key is, for checking it and for every text about it. `null` in a file always returns it to its default. */
export interface Row<T> {
  readonly kind: Kind<T>;
  /** As it is written in YAML; null: none, which `without` explains. */
  readonly default: Plain;
  /** What none means, where it is the default: `the pod's own`. */
  readonly without: string;
  /** What the value counts or is of; empty where the type says it. */
  readonly unit: string;
  /** A good value as it is written in YAML. */
  readonly example: string;
  /** What the key decides. */
  readonly sentence: string;
}

interface Told {
  readonly unit?: string;
  readonly example: string;
  readonly sentence: string;
}

/** A key that always has a value. */
export function row<T>(kind: Kind<T>, fallback: Plain, told: Told): Row<T> {
  return { kind, default: fallback, without: '', unit: '', ...told };
}

/** A key that has no value unless an admin gives one. */
export function optionalRow<T>(kind: Kind<T>, without: string, told: Told): Row<T | null> {
  const write = (value: T | null): Plain => (value === null ? null : kind.write(value));
  return { kind: { ...kind, write }, default: null, without, unit: '', ...told };
}
