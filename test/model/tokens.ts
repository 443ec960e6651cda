/**
 * How states are made few: everything in a state that names a moment, a version or an identity is written as a token, so that
 * states which differ in nothing but these are the same text. The core compares these only as what they stand for: moments by
 * distance, versions of one object by order, identities by equality.
 */

/** "Now" of every machine, in milliseconds; a state is moved so that its last event was at this moment. */
export const mono = 500_000_000;
/** The wall clock stands still: no decision compares one machine's with another's. */
export const wall = Date.parse('2026-03-01T02:53:07Z');

/** The version that stands on the API server; what anybody still knows of older ones is below it, in order. */
export const currentLease = '100999';
export const currentNode = '200999';

const earliest = 400_000_000;
const latest = 699_000_000;

/** The same value with its leaves changed; what has no changed leaf stays the very same object. */
export function mapped<T>(value: T, change: (leaf: string | number) => string | number): T {
  if (typeof value === 'string' || typeof value === 'number') return change(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  let copy: Record<string, unknown> | null = null;
  for (const [key, part] of Object.entries(value)) {
    // What is read from an object follows from it.
    const next = key === 'reading' || key === 'settings' ? part : mapped(part, change);
    if (next === part) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    copy[key] = next;
  }
  return (copy ?? value) as T;
}

/**
 * A machine after some milliseconds have passed on it.
 *
 * What is due later stays as far ahead as it was: how many short waits fit into a long one decides nothing, as any moment that
 * lies ahead may be the next to come (`moments`). Of what is past only the ages count that a rule tells apart; so short waits
 * do not add up to a long one, which the fault `slow` stands for.
 */
export function timePassed<T>(value: T, ms: number, ages: readonly number[]): T {
  return mapped(value, (leaf) => {
    if (typeof leaf !== 'number' || leaf < earliest || leaf > latest) return leaf;
    const ahead = leaf - mono;
    if (ahead > ms) return leaf;
    const age = ms - ahead;
    return mono - (ages.find((one) => one <= age) ?? 0);
  });
}

/** The ages that rules of the core tell apart, the longest first: of permission, of looks, of turns. */
export const usualAges = [60_001, 60_000, 30_000, 10_001, 5_000] as const;

/** The distances to the moments that lie ahead, the nearest first. */
export function moments(value: unknown): readonly number[] {
  const found = new Set<number>();
  mapped(value, (leaf) => {
    if (typeof leaf === 'number' && leaf > mono && leaf <= latest) found.add(leaf - mono);
    return leaf;
  });
  return [...found].sort((one, other) => one - other);
}

/** What knows of a Lease or a Node that has just changed: what was current is not any more. */
export function overtaken<T>(value: T, of: 'lease' | 'node'): T {
  const head = of === 'lease' ? '100' : '200';
  return mapped(value, (leaf) => {
    if (typeof leaf !== 'string' || leaf.length < 6 || leaf.length > 60) return leaf;
    const at = leaf.length - 6;
    if (!leaf.startsWith(head, at) || (at > 0 && leaf[at - 1] !== '/')) return leaf;
    const version = Number(leaf.slice(at));
    return Number.isNaN(version) ? leaf : `${leaf.slice(0, at)}${version - 1}`;
  });
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

/** The text with the identities numbered in the order of their coming, for the text of a whole state. */
export function renumbered(text: string): string {
  const named = new Map<string, string>();
  const counts = new Map<string, number>();
  return text.replace(identities, (all: string, machine: string) => {
    const known = named.get(all);
    if (known !== undefined) return known;
    const head = all.slice(0, -2);
    const count = counts.get(head) ?? 0;
    counts.set(head, count + 1);
    const name = `${identity(all.startsWith('by') ? 'by' : all.startsWith('boot') ? 'boot' : 'chance', Number(machine), count)}`;
    named.set(all, name);
    return name;
  });
}
