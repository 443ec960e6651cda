import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WatchEvent } from '../../src/ports/cluster.ts';
import { type Following, follow } from './following.ts';
import { type Stage, type StoryTarget, stage } from './story-target.ts';

/** An API server that can be stopped, and brought back to an older state. */
export interface RestartTarget extends StoryTarget {
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Keeps the state of now. */
  save(): Promise<void>;
  /** Stops, brings the kept state back, starts. */
  bringBack(): Promise<void>;
}

/** What becomes of watches and calls when the API server goes away. */
export function restartStories(target: () => RestartTarget): void {
  test('an API server that was away: watches are broken, then go on, and nothing is missed', async () => {
    const api = target();
    await using s = await stage(api);
    const node = follow(s.ready.cluster.node.watch(s.signal));
    const lease = follow(s.ready.cluster.leases.watch(s.lease, s.signal));
    await node.expect('listed');
    await lease.expect('listed');
    await api.stop();
    await node.expect('broken');
    await lease.expect('broken');
    const read = await s.ready.cluster.node.read(s.signal);
    assert.ok(read.is === 'failed' && read.reason.code === 'api-unavailable');
    await api.start();
    await annotate(s, 'after');
    const seen = await until(node, (event) => shows(event, 'after'));
    assert.ok(seen.every((event) => event.is !== 'broken'));
    await lease.expect('resumed');
  });

  test('an API server that comes back with an older state: what was true is listed anew', async () => {
    const api = target();
    await using s = await stage(api);
    await annotate(s, 'kept');
    await api.save();
    const node = follow(s.ready.cluster.node.watch(s.signal));
    await node.expect('listed');
    for (const value of ['lost-1', 'lost-2', 'lost-3']) await annotate(s, value);
    await until(node, (event) => shows(event, 'lost-3'));
    await api.bringBack();
    await node.expect('broken');
    const listed = await node.expect('listed');
    assert.equal(listed.objects[0]?.annotations['kured-host/hold'], 'kept');
    await annotate(s, 'new');
    await until(node, (event) => shows(event, 'new'));
  });
}

async function annotate(s: Stage, value: string): Promise<void> {
  const annotations = { 'kured-host/hold': value };
  await s.admin.patch(`/api/v1/nodes/${s.node}`, { metadata: { annotations } }, 'merge');
}

type NodeEvent = WatchEvent<{ readonly annotations: Readonly<Record<string, string>> }>;

function shows(event: NodeEvent, value: string): boolean {
  const objects = event.is === 'listed' ? event.objects : event.is === 'changed' ? [event.object] : [];
  return objects.some((object) => object.annotations['kured-host/hold'] === value);
}

async function until<T>(watch: Following<T>, is: (event: WatchEvent<T>) => boolean): Promise<WatchEvent<T>[]> {
  const seen: WatchEvent<T>[] = [];
  for (;;) {
    const event = await watch.next();
    seen.push(event);
    if (is(event)) return seen;
  }
}
