import type { Law } from '../law.ts';
import { type Entry, type LeaseView, roomIn } from '../lease-view.ts';
import type { World } from '../world.ts';

/** How long things may last once nothing strikes any more, in milliseconds. */
export interface Bounds {
  /** From the claim to the release, or to `stuck`: drain, attempts, boots, verification and delays, with every retry's distance. */
  readonly claim: number;
  /** A mark without a claim: the recovery that finds it, the boot it waits for. */
  readonly mark: number;
  /** What a node needs to notice that it is its turn, beside the 30 s for each place before it: a broken watch, a back-off. */
  readonly notice: number;
}

/** By the defaults of the configuration: a drain of 30 min, three attempts of 10 min, 15 min to verify, a distance between tries. */
export const usualBounds: Bounds = { claim: 7_200_000, mark: 3_600_000, notice: 1_800_000 };

const aPlace = 30_000;

/**
 * Law 5: once the world is well, a claim and a mark are gone or stuck within bounded time; and while there is room, somebody who
 * waits with a machine that runs claims within 30 s for each place before it, and what it takes to notice.
 */
export function bound(bounds: Bounds): Law {
  const since = new Map<string, number>();
  let idleSince: number | null = null;
  let transitions = 0;
  return {
    judge(_, world) {
      if (world.healed === null || !world.timed) return [];
      if (world.lease.transitions !== transitions || waiting(world) === null) idleSince = null;
      transitions = world.lease.transitions;
      const place = waiting(world);
      if (place !== null) idleSince ??= world.at;
      const allowed = (place ?? 0) * aPlace + bounds.notice;
      const late = idleSince !== null && world.at - idleSince > allowed;
      const old = [...things(world)].filter(([name, { limit }]) => age(since, name, world) > bounds[limit]);
      forget(since, world);
      return [
        ...(late ? ['nobody who waits claims, though there is room'] : []),
        ...old.map(([, { sentence }]) => sentence),
      ];
    },
  };
}

type Thing = readonly [string, { readonly limit: 'claim' | 'mark'; readonly sentence: string }];

function* things({ lease, nodes }: World): Generator<Thing> {
  for (const { claim, node, stuck } of lease.holders)
    if (!stuck) yield [`claim ${claim}`, { limit: 'claim', sentence: `${node} holds for longer than anything takes` }];
  for (const [node, { mark }] of nodes) {
    if (mark === null || lease.holders.some(({ claim }) => claim === mark.claim)) continue;
    yield [`mark ${mark.claim}`, { limit: 'mark', sentence: `${node} is marked without a claim for too long` }];
  }
}

function age(since: Map<string, number>, name: string, world: World): number {
  const began = since.get(name) ?? world.at;
  since.set(name, began);
  return world.at - began;
}

function forget(since: Map<string, number>, world: World): void {
  const there = new Set([...things(world)].map(([name]) => name));
  for (const name of since.keys()) if (!there.has(name)) since.delete(name);
}

/** The place of the first who waits, may claim and can; null: nobody, or there is nothing to claim. */
function waiting(world: World): number | null {
  const { lease } = world;
  if (!lease.there || lease.unreadable !== null || lease.paused) return null;
  const place = lease.queue.findIndex((entry) => hasRoom(lease, entry) && canClaim(entry, world));
  return place === -1 ? null : place;
}

/** No one overtakes a head that is held back by its own stricter limit. */
function hasRoom(lease: LeaseView, { limit }: Entry): boolean {
  return lease.holders.length < roomIn(lease, limit);
}

function canClaim({ node, readable }: Entry, world: World): boolean {
  const machine = world.machines.get(node);
  return readable && typeof machine?.process === 'string' && machine.permission?.answer !== 'refused';
}
