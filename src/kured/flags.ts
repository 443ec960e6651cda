import type { KuredFlag } from './flag.ts';
import { waitFlags } from './flags-wait.ts';
import { workFlags } from './flags-work.ts';

/**
 * Every flag of kured 1.23 (its cmd/kured/main.go), in the order of its source. The import, the page of the docs and the tests are
 * made from this table.
 */
export const kuredFlags = [...workFlags, ...waitFlags] as const satisfies readonly KuredFlag[];

export type FlagName = (typeof kuredFlags)[number]['name'];

/** The row of a flag by its name, as somebody typed it; undefined: kured has none such. */
export function flagNamed(name: string): (KuredFlag & { readonly name: FlagName }) | undefined {
  return kuredFlags.find((flag) => flag.name === name);
}
