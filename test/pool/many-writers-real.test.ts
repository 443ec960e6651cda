import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { within } from '../cluster/waiting.ts';
import { type Held, holds } from './holds.ts';
import { canRunBundle } from './pool.ts';
import { isCordoned, type NodeObject, Story } from './story.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

describe('a Node with more writers than managedFields name', { skip, timeout: 240_000, concurrency: 2 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('is uncordoned after its reboot, though nobody tells any more that the cordon is ours', async () => {
    const held = await holds.verifying(() => Story.begin(cluster, { kubelet: { readyDelay: '1h' } }));
    await using story = held.story;
    await othersWrite(story, []);
    await back(held);
    assert.equal(isCordoned(await nodeOf(story)), false);
    await story.keptToTheRules();
  });

  it('stays cordoned where a person cordoned it anew, though nobody tells any more that the cordon is theirs', async () => {
    const held = await holds.verifying(() => Story.begin(cluster, { kubelet: { readyDelay: '1h' } }));
    await using story = held.story;
    await story.kubectl('uncordon', story.name);
    await story.kubectl('cordon', story.name);
    await othersWrite(story, ['kured-host']);
    await back(held);
    assert.equal(isCordoned(await nodeOf(story)), true);
    await story.machine.awaitLog(/The node stays cordoned/);
    await story.keptToTheRules();
  });
});

/**
 * Ten others write the Node, each in a name of its own, until the API server has merged who set the cordon with its oldest. Those
 * of `young` write after each of them, so that they are not. Of one second the first by name are merged first.
 */
async function othersWrite(story: Story, young: readonly string[]): Promise<void> {
  const others = Array.from({ length: 10 }, (_, index) => `another-${index}`);
  await within(30_000, 'the owner of the cordon to be merged with others', async (signal) => {
    for (let round = 0; !signal.aborted && (await ownersOfCordon(story))[0] !== 'ancient-changes'; round += 1)
      for (const other of others) for (const name of [other, ...young]) await write(story, name, `${round} ${other}`);
  });
}

async function write(story: Story, fieldManager: string, value: string): Promise<void> {
  const annotations = { [`example.com/${fieldManager}`]: value };
  await story.cluster.admin.patch(story.nodePath, { metadata: { annotations } }, 'merge', { fieldManager });
}

async function ownersOfCordon(story: Story): Promise<readonly (string | undefined)[]> {
  const { metadata } = await nodeOf(story);
  return (metadata.managedFields ?? [])
    .filter((entry) => JSON.stringify(entry).includes('f:unschedulable'))
    .map(({ manager }) => manager);
}

async function back({ story, go }: Held): Promise<void> {
  await go();
  await story.rebootedOnce();
}

function nodeOf(story: Story): Promise<NodeObject> {
  return story.cluster.admin.get<NodeObject>(story.nodePath);
}
