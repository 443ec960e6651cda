import type { AuditEntry } from '../cluster/audit.ts';

/** One change of the holders or the queue; moments in microseconds. */
export interface LeaseChange {
  /** When the API server had the request, and when it had answered. */
  readonly received: number;
  readonly answered: number;
  readonly claimed: readonly string[];
  readonly released: readonly string[];
  /** How many waited after it. */
  readonly waiting: number;
}

/** What the writes of one Lease changed, in their order. */
export function leaseChanges(writes: readonly AuditEntry[]): readonly LeaseChange[] {
  const done = writes.filter(({ verb, code }) => verb === 'update' && code === 200);
  const ordered = [...done].sort((a, b) => versionOf(a) - versionOf(b));
  let holders: readonly string[] = [];
  return ordered.map((entry) => {
    const now = namesIn(entry, 'kured-host/holders');
    const before = holders;
    holders = now;
    return {
      received: entry.received,
      answered: entry.answered,
      claimed: now.filter((node) => !before.includes(node)),
      released: before.filter((node) => !now.includes(node)),
      waiting: namesIn(entry, 'kured-host/queue').length,
    };
  });
}

/** From each release that somebody waited for to the claim of the next, answered to answered, in milliseconds. */
export function handOvers(changes: readonly LeaseChange[]): readonly number[] {
  const found: number[] = [];
  let released: number | null = null;
  for (const change of changes) {
    if (change.claimed.length > 0 && released !== null) {
      found.push((change.answered - released) / 1000);
      released = null;
    }
    if (change.released.length > 0) released = change.waiting > 0 ? change.answered : null;
  }
  return found;
}

interface Written {
  readonly metadata?: { readonly resourceVersion?: string; readonly annotations?: Readonly<Record<string, string>> };
}

function versionOf({ responseObject }: AuditEntry): number {
  return Number((responseObject as Written | undefined)?.metadata?.resourceVersion ?? 0);
}

function namesIn({ responseObject }: AuditEntry, annotation: string): readonly string[] {
  const text = (responseObject as Written | undefined)?.metadata?.annotations?.[annotation];
  if (text === undefined) return [];
  return (JSON.parse(text) as readonly { readonly node: string }[]).map(({ node }) => node);
}
