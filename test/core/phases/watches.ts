import { lost } from './server.ts';
import type { Around, Process } from './world-parts.ts';

/** The watch has something to tell that it has not told. */
export function hasNews(world: Around, of: 'node' | 'lease'): boolean {
  const { process, server } = world;
  if (process === null) return false;
  if (of === 'node')
    return process.nodeWatch === 'running' && process.nodeTold !== (server.node?.resourceVersion ?? 'gone');
  return process.leaseWatch === 'running' && process.leaseTold !== (server.lease?.metadata.resourceVersion ?? 'gone');
}

export function watchNode(world: Around, process: Process, told: 'news' | 'broken' | 'resumed' | 'listed') {
  const { node } = world.server;
  if (told === 'broken' && process.nodeWatch === 'running') {
    process.nodeWatch = 'broken';
    return world.tell({ on: 'node-watch', told: { is: 'broken', reason: lost } });
  }
  if (told === 'resumed' && process.nodeWatch === 'broken') {
    process.nodeWatch = 'running';
    return world.tell({ on: 'node-watch', told: { is: 'resumed' } });
  }
  if (told === 'listed' && process.nodeWatch !== 'running') {
    process.nodeWatch = 'running';
    process.nodeTold = node?.resourceVersion ?? 'gone';
    return world.tell({ on: 'node-watch', told: { is: 'listed', objects: node === null ? [] : [node] } });
  }
  if (told !== 'news' || !hasNews(world, 'node')) return;
  process.nodeTold = node?.resourceVersion ?? 'gone';
  const { seen } = process.state.facts.node;
  if (node === null) {
    if (seen.is === 'node') world.tell({ on: 'node-watch', told: { is: 'deleted', object: seen.node } });
    return;
  }
  world.tell({ on: 'node-watch', told: { is: 'changed', object: node } });
}

export function watchLease(world: Around, process: Process, told: 'news' | 'broken' | 'resumed' | 'listed') {
  const { lease } = world.server;
  const ref = process.state.facts.lease.ref;
  if (process.leaseWatch === 'off') return;
  if (told === 'broken' && process.leaseWatch === 'running') {
    process.leaseWatch = 'broken';
    return world.tell({ on: 'lease-watch', lease: ref, told: { is: 'broken', reason: lost } });
  }
  if (told === 'resumed' && process.leaseWatch === 'broken') {
    process.leaseWatch = 'running';
    return world.tell({ on: 'lease-watch', lease: ref, told: { is: 'resumed' } });
  }
  if (told === 'listed' && process.leaseWatch !== 'running') {
    process.leaseWatch = 'running';
    process.leaseTold = lease?.metadata.resourceVersion ?? 'gone';
    return world.tell({
      on: 'lease-watch',
      lease: ref,
      told: { is: 'listed', objects: lease === null ? [] : [lease] },
    });
  }
  if (told !== 'news' || !hasNews(world, 'lease')) return;
  const last = process.state.facts.lease.seen;
  process.leaseTold = lease?.metadata.resourceVersion ?? 'gone';
  if (lease !== null) return world.tell({ on: 'lease-watch', lease: ref, told: { is: 'changed', object: lease } });
  if (last.is === 'lease') world.tell({ on: 'lease-watch', lease: ref, told: { is: 'deleted', object: last.object } });
}
