import { parseEvents, YAMLException } from 'js-yaml';
import { outsideText } from '../core/outside-text.ts';
import { type Place, placesIn } from './place.ts';
import { type ConfigProblem, problemAt, problemIn } from './problem.ts';
import type { TreeMap } from './tree.ts';
import { EventWalk } from './walk.ts';

export type FragmentReading =
  | { readonly valid: true; readonly tree: TreeMap }
  | { readonly valid: false; readonly problems: readonly ConfigProblem[] };

/** More than any key needs; bounds what a strange file can make the parser do. */
const deepest = 16;

/**
 * Reads the text of one file: one YAML 1.2 document (core schema) that is a map, or nothing at all. Refused, each with
 * its place: duplicate keys, a second document, keys that are not single words, tags, and anchors and aliases, so that
 * every value stands where it counts.
 */
export function parseFragment(text: string, file: string): FragmentReading {
  const place = placesIn(file, text);
  try {
    const walk = new EventWalk(parseEvents(text, { maxDepth: deepest }), text, place);
    const tree = walk.document();
    return walk.problems.length > 0 ? { valid: false, problems: walk.problems } : { valid: true, tree };
  } catch (error) {
    return { valid: false, problems: [syntaxProblem(error, file, place)] };
  }
}

function syntaxProblem(error: unknown, file: string, place: (offset: number) => Place): ConfigProblem {
  const reason = error instanceof YAMLException ? error.reason : String(error);
  const message = `this is not valid YAML: ${outsideText(reason, 200)}`;
  const mark = error instanceof YAMLException ? error.mark : undefined;
  return mark === undefined ? problemIn('syntax', file, message) : problemAt('syntax', place(mark.position), message);
}
