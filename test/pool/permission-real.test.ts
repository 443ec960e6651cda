import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { type Begin, type Held, holds } from './holds.ts';
import { canRunBundle } from './pool.ts';
import { installRefusals } from './refusals.ts';
import { statusOf } from './stage.ts';
import { Story } from './story.ts';
import { type Turn, turns } from './turns.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

/** The phases before the fence: how a node is held there for that turn, and whether it has claimed. */
const phases: Readonly<Record<string, { readonly claimed: boolean; hold(begin: Begin, turn: Turn): Promise<Held> }>> = {
  waiting: { claimed: false, hold: holds.waiting },
  queued: { claimed: false, hold: holds.queued },
  cordoning: { claimed: true, hold: holds.cordoning },
  evicting: { claimed: true, hold: holds.evicting },
  delayed: { claimed: true, hold: delayed },
  fencing: { claimed: true, hold: holds.fencing },
};

interface EventLike extends KubernetesObject {
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly name: string };
}

describe('permission that turns before the fence', { skip, timeout: 300_000, concurrency: 6 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
    await installRefusals(cluster);
  });
  after(async () => await cluster[Symbol.asyncDispose]());

  for (const [phase, { claimed, hold }] of Object.entries(phases)) {
    for (const [name, turn] of Object.entries<Turn>(turns)) {
      // A node that waits its distance does not ask whether a window is open.
      if (phase === 'waiting' && turn === turns['the window closes']) continue;
      it(`${phase}: ${name}: no reboot, nothing left behind, and the reason everywhere`, async () => {
        await using stack = new AsyncDisposableStack();
        const { settings, happen } = await turn.prepare(stack);
        const begin: Begin = async (options) => {
          const more = `${options?.settings ?? ''}${settings}\n`;
          return stack.use(await Story.begin(cluster, { ...options, settings: more }));
        };
        const held = await hold(begin, turn);
        const { story } = held;
        const { bootId } = story.machine;
        await happen(story);
        // What only the next question finds is found at the latest by the one before the fence; a fence that is refused is tried again.
        if (!turn.noticed && phase !== 'fencing') await held.go();
        await refused(story, turn);
        if (turn.noticed && phase === 'queued') await leavesQueue(held);
        await story.undone(false);
        const backedOut = claimed || (!turn.noticed && phase === 'queued');
        assert.equal(
          (await eventsOf(story, 'RebootBackedOut')).some((text) => turn.says.test(text)),
          backedOut,
        );
        assert.deepEqual([story.machine.bootId, story.machine.boots, story.machine.rebootsAsked], [bootId, 1, 0]);
        await story.keptToTheRules();
      });
    }
  }
});

/** Drained, and waits for its time to reboot: longer than it takes to notice, or until it asks by itself. */
async function delayed(begin: Begin, { noticed }: Turn): Promise<Held> {
  const story = await begin({ reboot: `delay: ${noticed ? '10m' : '15s'}` });
  story.machine.requireReboot();
  await story.machine.awaitLog(/"reason":"reboot-delay"/);
  return { story, go: async () => undefined };
}

/** It gives up its place by itself, and does not claim when its turn would have come. */
async function leavesQueue({ story, go }: Held): Promise<void> {
  await story.lease(
    'it to be without a queue',
    (lease) => lease?.metadata.annotations?.['kured-host/queue'] === undefined,
  );
  await go();
}

/** The same words in log, condition, annotation and `status --json`. */
async function refused(story: Story, { code, says }: Turn): Promise<void> {
  await story.machine.awaitLog(says, 60_000);
  if (code === 'need-gone') {
    await story.says(/^no reboot is needed$/);
    await conditionIs(story, 'False', /^no reboot is needed$/);
    const { phase, need, reason } = await statusOf(story.machine);
    assert.deepEqual([phase, need.required, reason.code], ['idle', 'no', 'no-need']);
    return;
  }
  const sentence = new RegExp(`^reboot needed: (tries again at \\S+, because )?.*${says.source}`);
  await story.says(sentence);
  await conditionIs(story, 'True', sentence);
  const { phase, reason, need } = await statusOf(story.machine);
  assert.deepEqual([phase, need.required], ['waiting', 'yes']);
  assert.ok([code, 'backing-off'].includes(reason.code), reason.code);
  assert.match(reason.message, says);
}

async function conditionIs(story: Story, status: string, message: RegExp): Promise<void> {
  await story.node(`the condition to be ${status}, ${message}`, (node) => {
    const found = node?.status?.conditions?.find(({ type }) => type === 'RebootRequired');
    return found?.status === status && message.test(found.message);
  });
}

async function eventsOf({ cluster, name }: Story, reason: string): Promise<readonly string[]> {
  const { items } = await cluster.admin.get<KubernetesObject & { readonly items: readonly EventLike[] }>(
    '/api/v1/namespaces/default/events',
  );
  return items
    .filter((event) => event.involvedObject.name === name && event.reason === reason)
    .map((event) => event.message);
}
