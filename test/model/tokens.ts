/**
 * How joint states are made few: everything in a state that names a moment, a version or an identity is written as a token, so
 * that states which differ in nothing but these are the same text. The core compares these only as what they stand for:
 * moments by distance, versions of one object by order, identities by equality.
 */

/** "Now" of every machine, in milliseconds; a state is moved so that its last event was at this moment. */
export const mono = 500_000_000;
/** The wall clock stands still: no decision compares one machine's with another's. */
export const wall = Date.parse('2026-03-01T02:53:07Z');

/** The version that stands on the API server; what anybody still knows of older ones is below it, in order. */
export const currentLease = '100999';
export const currentNode = '200999';

const moment = /(?<=[:[,])([4-6]\d{8})(?:\.\d+)?(?=[,}\]])/g;
/** No rule that is modelled looks further back than a minute. */
const longestAgo = 61_000;
/** What is due later than that is far off: it comes near only when a long time passes at once. */
const near = 600_000;

/**
 * A machine's text after some milliseconds have passed on it. Short times leave what is far off where it is: how many short
 * waits fit into a long one decides nothing, as the long one may end at any of them (`untilFarOff`).
 */
export function timePassed(text: string, ms: number): string {
  return text.replace(moment, (_, at: string) => {
    const ahead = Number(at) - mono;
    if (ahead > near && ms <= near) return at;
    return String(mono + Math.max(-longestAgo, Math.ceil(ahead - ms)));
  });
}

/** The milliseconds to the first moment that is far off; null: none is. */
export function untilFarOff(text: string): number | null {
  let first: number | null = null;
  for (const [, at = ''] of text.matchAll(moment)) {
    const ahead = Number(at) - mono;
    if (ahead > near && (first === null || ahead < first)) first = ahead;
  }
  return first;
}

/** The text of what knows of a Lease or a Node that has just changed: what was current is not any more. */
export function overtaken(text: string, of: 'lease' | 'node'): string {
  const kind = of === 'lease' ? /(?<!\d)100\d{3}(?!\d)/g : /(?<!\d)200\d{3}(?!\d)/g;
  return text.replace(kind, (version) => String(Number(version) - 1));
}

/** The known older versions, numbered from the newest down without gaps. */
export function withoutGaps(text: string): string {
  const known = new Set(text.match(/(?<!\d)[12]00\d{3}(?!\d)/g) ?? []);
  const named = new Map<string, string>();
  for (const top of [currentLease, currentNode]) {
    const older = [...known]
      .filter((version) => version[0] === top[0] && version < top)
      .sort()
      .reverse();
    for (const [index, version] of older.entries()) named.set(version, String(Number(top) - 1 - index));
  }
  if ([...named].every(([from, to]) => from === to)) return text;
  return text.replace(/(?<!\d)[12]00\d{3}(?!\d)/g, (version) => named.get(version) ?? version);
}

export type Identity = 'chance' | 'by' | 'boot';

/** An identity of a machine (1 to 9), the lowest that nobody in the whole state knows. */
export function identity(kind: Identity, machine: number, index: number): string {
  const number = `${machine}${String(index).padStart(2, '0')}`;
  // As randomness it is one half everywhere, so that jitter makes no states.
  return kind === 'chance' ? `${'80000000'.repeat(3)}80000${number}` : `${kind}-${number}`;
}

const identities = /(?:(?:80000000){3}80000|by-|boot-)(\d)(\d\d)(?!\d)/g;

/** Which identities of each machine a text knows: a bit each, by machine and kind. */
export function identitiesIn(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [all, machine = '', index = ''] of text.matchAll(identities)) {
    const kind: Identity = all.startsWith('by') ? 'by' : all.startsWith('boot') ? 'boot' : 'chance';
    const key = `${kind}${machine}`;
    found.set(key, (found.get(key) ?? 0) | (1 << Number(index)));
  }
  return found;
}
