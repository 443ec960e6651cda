import { seededChance } from '../fakes/chance.ts';

/** What goes wrong in a round, and when: milliseconds after all needs are there. */
export type Fault =
  | { readonly kind: 'power cut'; readonly at: number; readonly guest: number; readonly off: number }
  | { readonly kind: 'service killed'; readonly at: number; readonly guest: number }
  | { readonly kind: 'service restarted'; readonly at: number; readonly guest: number }
  | { readonly kind: 'logind restarted'; readonly at: number; readonly guest: number }
  | { readonly kind: 'API server restarted'; readonly at: number; readonly away: number }
  | { readonly kind: 'API server frozen'; readonly at: number; readonly away: number };

export type FaultKind = Fault['kind'];

/** How each guest comes to its need: a package that is installed again, or the files that such a package writes. */
export type NeedKind = 'package' | 'files';

export interface RoundPlan {
  readonly needs: readonly NeedKind[];
  /** In the order of their time. */
  readonly faults: readonly Fault[];
}

/** Of a hundred faults. */
const shares: Readonly<Record<FaultKind, number>> = {
  'power cut': 45,
  'service killed': 20,
  'service restarted': 10,
  'logind restarted': 5,
  'API server restarted': 15,
  'API server frozen': 5,
};

/** About as long as three guests take for their turns. */
const window = 15_000;

/** What happens in a round, by the seed and the round's number alone: any round can be had again by itself. */
export function planOf(seed: number, round: number, guests: number): RoundPlan {
  const chance = seededChance(Math.imul(seed, 65_537) + round);
  const below = (limit: number): number => Number(BigInt(`0x${chance()}`) % BigInt(limit));
  const fault = (): Fault => {
    const kind = drawn(below(100));
    const at = below(window);
    switch (kind) {
      case 'power cut':
        return { kind, at, guest: below(guests), off: below(4000) };
      case 'API server restarted':
      case 'API server frozen':
        return { kind, at, away: below(4000) };
      default:
        return { kind, at, guest: below(guests) };
    }
  };
  const needs = Array.from({ length: guests }, (): NeedKind => (below(4) === 0 ? 'package' : 'files'));
  const faults = Array.from({ length: 1 + below(4) }, fault).toSorted((one, other) => one.at - other.at);
  return { needs, faults };
}

function drawn(of100: number): FaultKind {
  let left = of100;
  for (const [kind, share] of Object.entries(shares) as [FaultKind, number][]) {
    left -= share;
    if (left < 0) return kind;
  }
  throw new Error('the shares are less than a hundred');
}
