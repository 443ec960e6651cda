import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { canRunBundle } from './pool.ts';
import { awaitLogAfter, logMark, statusOf } from './stage.ts';
import { holds, isCordoned, type LeaseObject, Story } from './story.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

describe('around a drain on a real control plane', { skip, timeout: 240_000, concurrency: 2 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(async () => await cluster[Symbol.asyncDispose]());

  it('the release delay goes on where it was when the service is killed in it, and ends when a person asks for the Lease', async () => {
    await using story = await Story.begin(cluster, { lease: 'releaseDelay: 10m' });
    const { machine } = story;
    machine.requireReboot();
    const delayed = await story.lease('the end of the delay to be noted', (lease) => releaseAfter(lease) !== undefined);
    const until = releaseAfter(delayed);
    await machine.killService();
    const mark = logMark(machine);
    await machine.startService();
    await awaitLogAfter(machine, mark, /the reboot is proven and the node takes pods again; keeps/);
    const shown = await statusOf(machine);
    assert.deepEqual([shown.reason.code, shown.delay !== null], ['release-delay', true]);
    assert.match(await story.cli('lease', 'show'), /rebooted and back, releases at \d\d:\d\d UTC \(\d+ min left\)/);
    const kept = await story.lease('it to be held', holds);
    assert.equal(releaseAfter(kept), until);
    assert.ok(!isCordoned(await story.node('it', (node) => node !== undefined)));
    assert.match(await story.cli('lease', 'release', machine.name, '--timeout', '60s'), /has released/);
    await story.rebootedOnce();
    assert.equal(machine.log(2).split('"event":"reboot-proven"').length, 2, 'told once');
    await story.keptToTheRules();
  });

  it('a budget that never opens ends in a reboot where that is configured, and what is left is named', async () => {
    const drain = 'drain: {delay: 1s, timeout: 20s, onTimeout: reboot}';
    await using story = await Story.begin(cluster, { settings: drain });
    await story.pods.add('web', { labels: { app: 'web' } });
    const before = await story.pods.running('web');
    await story.pods.addBudget('web-budget', 'web');
    story.machine.requireReboot();
    await story.rebootedOnce();
    const left = /with pods left: a disruption budget \(web-budget\) allows no eviction now; .*work-\w+\/web/;
    assert.match(story.machine.log(1), new RegExp(`"event":"drain-given-up".*${left.source}`));
    const told = await eventsOf(story, 'RebootWithPodsLeft');
    assert.ok(
      told.some((message) => left.test(message)),
      told.join('\n'),
    );
    assert.deepEqual([...new Set(story.evictions('web').map(({ code }) => code))], [429]);
    assert.equal(
      (await story.pods.until('web', 'it to be there', (pod) => pod !== undefined)).metadata.uid,
      before.metadata.uid,
    );
    await story.keptToTheRules();
  });
});

/** When the release delay ends, by the entry of the holder. */
function releaseAfter(lease: LeaseObject | undefined): string | undefined {
  const [holder] = JSON.parse(lease?.metadata.annotations?.['kured-host/holders'] ?? '[]');
  return holder?.releaseAfter;
}

interface EventLike {
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly name: string };
}

async function eventsOf({ cluster, name }: Story, reason: string): Promise<readonly string[]> {
  type EventList = KubernetesObject & { readonly items: readonly EventLike[] };
  const { items } = await cluster.admin.get<EventList>('/api/v1/namespaces/default/events');
  const ours = items.filter((event) => event.involvedObject.name === name && event.reason === reason);
  return ours.map(({ message }) => message);
}
