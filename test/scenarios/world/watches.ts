import type { WatchResult } from '../../../src/core/phases/event.ts';
import type { Around, Watch } from './parts.ts';

/** One of the two watches says what it has not said; answers whether there was something. */
export function tellNews(world: Around, of: 'node' | 'lease'): boolean {
  const { process, api } = world;
  if (process === null) return false;
  const { facts } = process.state;
  if (of === 'node') {
    const seen = facts.node.seen.is === 'node' ? facts.node.seen.node : null;
    const told = news(world, process.watches.node, api.node, seen, (node) => `${node.uid}/${node.resourceVersion}`);
    if (told !== null) world.tell({ on: 'node-watch', told });
    return told !== null;
  }
  const read = api.readLeaseOf(facts.lease.ref);
  const lease = read.is === 'found' ? read.object : null;
  const seen = facts.lease.seen.is === 'lease' ? facts.lease.seen.object : null;
  const told = news(
    world,
    process.watches.lease,
    lease,
    seen,
    ({ metadata }) => `${metadata.uid}/${metadata.resourceVersion}`,
  );
  if (told !== null) world.tell({ on: 'lease-watch', lease: facts.lease.ref, told });
  return told !== null;
}

function news<T>(
  { api }: Around,
  watch: Watch,
  object: T | null,
  seen: T | null,
  versionOf: (object: T) => string,
): WatchResult<T> | null {
  if (watch.is === 'off') return null;
  if (api.away !== null) {
    if (watch.is === 'broken') return null;
    watch.is = 'broken';
    return { is: 'broken', reason: api.away };
  }
  const version = object === null ? 'gone' : versionOf(object);
  const told = watch.told;
  watch.told = version;
  if (watch.is !== 'running') {
    watch.is = 'running';
    return { is: 'listed', objects: object === null ? [] : [object] };
  }
  if (told === version) return null;
  if (object !== null) return { is: 'changed', object };
  return seen === null ? null : { is: 'deleted', object: seen };
}
