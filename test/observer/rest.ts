import { type LeaseView, roomIn } from './lease-view.ts';
import type { World } from './world.ts';

/**
 * What is left although everything should have come to rest, a sentence each: claims that are not stuck, places in the queue that could claim, marks
 * without a claim, cordons of ours. What is stuck, waits behind that, or behind a pause, is at rest: a person is needed.
 */
export function leftOver(world: World): readonly string[] {
  const { lease, nodes } = world;
  const stuck = lease.holders.filter(({ stuck: says }) => says).map(({ node }) => node);
  return [
    ...lease.holders.filter((entry) => !entry.stuck).map(({ node }) => `${node} still holds and is not stuck`),
    ...lease.queue
      .filter((entry) => mayClaim(lease, entry.limit))
      .map(({ node }) => `${node} still waits though there is room`),
    ...[...nodes]
      .filter(([name, { mark }]) => mark !== null && !stuck.includes(name))
      .map(([name]) => `${name} is still marked`),
    ...[...nodes]
      .filter(([name, { mark, cordoned, cordonOwner }]) => {
        const ours = mark === null && cordoned && cordonOwner === 'kured-host';
        return ours && !world.disowned.has(name);
      })
      .map(([name]) => `${name} is still cordoned by us`),
  ];
}

/**
 * Nodes that still need a reboot and could have had it: permitted, held by nobody, not noted as met, their service running, no pause, and
 * nobody stuck who takes the room.
 */
export function unmet(world: World): readonly string[] {
  const { lease } = world;
  if (!lease.there || lease.unreadable !== null || !mayClaim(lease, 32)) return [];
  return [...world.machines].flatMap(([name, { need, permission, process }]) => {
    const node = world.nodes.get(name);
    const wanted = need?.fingerprint ?? null;
    if (wanted === null || permission?.answer === 'refused' || permission?.answer === 'unknown') return [];
    if (typeof process !== 'string' || node === undefined || node.held || node.handled?.need === wanted) return [];
    return lease.holders.some((entry) => entry.node === name) ? [] : [`${name} still needs a reboot`];
  });
}

function mayClaim(lease: LeaseView, limit: number): boolean {
  return lease.unreadable === null && !lease.paused && lease.holders.length < roomIn(lease, limit);
}
