import { nearest } from './nearest.ts';
import { quoted } from './shown.ts';

/** What is wrong with the first key of an entry that it may not have; null: all are known. Continues "it is …, ". */
export function strangeKey(given: ReadonlyMap<string, unknown>, known: readonly string[]): string | null {
  const strange = [...given.keys()].find((key) => !known.includes(key));
  if (strange === undefined) return null;
  const meant = nearest(strange, known);
  const hint = meant === null ? `its keys are ${known.join(', ')}` : `did you mean ${meant}?`;
  return `whose key ${quoted(strange)} is not known; ${hint}`;
}
