import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { type Held, type Hold, holds } from './holds.ts';
import { canRunBundle } from './pool.ts';
import { installRefusals } from './refusals.ts';
import { free, isCordoned, marked, type NodeObject, Story } from './story.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

/** What a person does, with kubectl unless it says otherwise. */
const acts = {
  'cordons it': (story) => story.kubectl('cordon', story.name),
  'uncordons it': (story) => story.kubectl('uncordon', story.name),
  async 'uncordons it and cordons it again'(story) {
    await story.kubectl('uncordon', story.name);
    await story.kubectl('cordon', story.name);
  },
  'asks it to release': (story) => story.annotateLease('kured-host/release', story.name),
  'releases it by force': (story) => story.annotateLease('kured-host/force-release', story.name),
  async 'releases it by force with kured-host'(story) {
    await story.cli('lease', 'release', story.name, '--force');
  },
  'pauses the pool': (story) => story.annotateLease('kured-host/paused', 'by hand'),
} satisfies Record<string, (story: Story) => Promise<void>>;

/** What must be true at the end. */
type End = (held: Held) => Promise<void>;

/** Goes on when it is let go, reboots once, and ends uncordoned. */
const reboots: End = async ({ story, go }) => {
  await go();
  await story.rebootedOnce();
  assert.equal(isCordoned(await nodeOf(story)), false);
};

/** The same, and the person's cordon stays. */
const rebootsCordoned: End = async ({ story, go }) => {
  await go();
  await story.rebootedOnce();
  assert.equal(isCordoned(await nodeOf(story)), true);
};

/** Gives up what it has begun, by itself, for this reason, and tries again later. */
const givesUp =
  (why: RegExp, cordoned = false): End =>
  async ({ story }) => {
    await story.undone(cordoned);
    await story.says(new RegExp(`^reboot needed: tries again at \\S+, because .*${why.source}`));
    await story.undone(cordoned);
  };

/** Claims when it is let go, sees that it is asked to release, gives up once, and the request is gone with it. */
const givesUpAfterwards: End = async (held) => {
  await held.go();
  await givesUp(/asked this node to release/)(held);
};

/** Gives up, or does not begin, while the pool is paused; goes on when it is not. */
const waitsForThePool: End = async (held) => {
  await held.story.says(/^reboot needed: the pool is paused: by hand$/);
  await held.story.undone(false);
  await held.story.annotateLease('kured-host/paused', null);
  await reboots(held);
};

/** Is let go, and does not begin before the pool goes on. */
const beginsWithThePool: End = async (held) => {
  await held.go();
  await waitsForThePool({ story: held.story, go: async () => undefined });
};

/** Its claim is gone, and the reboot it has asked for may come: it undoes nothing, says so, and is verified after the boot. */
const waitsForItsReboot: End = async (held) => {
  await held.story.lease('its claim to be gone', free);
  await held.story.machine.awaitLog(/"phase":"recovering","reason":"reboot-asked"/);
  const node = await nodeOf(held.story);
  assert.deepEqual([isCordoned(node), marked(node)], [true, true]);
  await reboots(held);
};

/** Undoes nothing before the proof, then all of it. */
const provesFirst =
  (end: End): End =>
  async (held) => {
    assert.equal(marked(await nodeOf(held.story)), true);
    await end(held);
  };

/** Ends what it has begun to undo: nothing is needed any more. */
const undoes =
  (cordoned: boolean): End =>
  async ({ story, go }) => {
    await go();
    await story.undone(cordoned);
    await story.says(/^no reboot is needed$/);
  };

/** From the cordon to the fence the same holds: no reboot was asked, so backing out is always open. */
const whileDraining: Readonly<Record<keyof typeof acts, End | null>> = {
  'cordons it': reboots,
  'uncordons it': givesUp(/a person uncordoned the node/),
  'uncordons it and cordons it again': givesUp(/a person uncordoned the node/, true),
  'asks it to release': givesUp(/asked this node to release/),
  'releases it by force': givesUp(/the claim in .* is gone/),
  'releases it by force with kured-host': givesUp(/the claim in .* is gone/),
  'pauses the pool': waitsForThePool,
};

const table: Readonly<Record<Hold, Readonly<Record<keyof typeof acts, End | null>>>> = {
  idle: {
    'cordons it': rebootsCordoned,
    'uncordons it': reboots,
    'uncordons it and cordons it again': rebootsCordoned,
    'asks it to release': givesUpAfterwards,
    'releases it by force': reboots,
    'releases it by force with kured-host': reboots,
    'pauses the pool': beginsWithThePool,
  },
  waiting: {
    'cordons it': rebootsCordoned,
    'uncordons it': reboots,
    'uncordons it and cordons it again': rebootsCordoned,
    'asks it to release': givesUpAfterwards,
    'releases it by force': reboots,
    'releases it by force with kured-host': reboots,
    'pauses the pool': beginsWithThePool,
  },
  queued: {
    'cordons it': rebootsCordoned,
    'uncordons it': reboots,
    'uncordons it and cordons it again': rebootsCordoned,
    'asks it to release': givesUpAfterwards,
    'releases it by force': reboots,
    'releases it by force with kured-host': reboots,
    'pauses the pool': beginsWithThePool,
  },
  cordoning: {
    'cordons it': rebootsCordoned,
    'uncordons it': reboots,
    'uncordons it and cordons it again': rebootsCordoned,
    'asks it to release': givesUp(/asked this node to release/),
    'releases it by force': givesUp(/the claim in .* is gone/),
    'releases it by force with kured-host': givesUp(/the claim in .* is gone/),
    'pauses the pool': waitsForThePool,
  },
  evicting: whileDraining,
  fencing: whileDraining,
  rebooting: {
    'cordons it': reboots,
    'uncordons it': reboots,
    'uncordons it and cordons it again': rebootsCordoned,
    'asks it to release': reboots,
    'releases it by force': waitsForItsReboot,
    'releases it by force with kured-host': waitsForItsReboot,
    'pauses the pool': reboots,
  },
  down: {
    'cordons it': reboots,
    'uncordons it': reboots,
    'uncordons it and cordons it again': rebootsCordoned,
    'asks it to release': reboots,
    'releases it by force': reboots,
    'releases it by force with kured-host': null,
    'pauses the pool': reboots,
  },
  verifying: {
    'cordons it': provesFirst(reboots),
    'uncordons it': provesFirst(reboots),
    'uncordons it and cordons it again': provesFirst(rebootsCordoned),
    'asks it to release': provesFirst(reboots),
    'releases it by force': provesFirst(reboots),
    'releases it by force with kured-host': provesFirst(reboots),
    'pauses the pool': provesFirst(reboots),
  },
  restoring: {
    'cordons it': reboots,
    'uncordons it': reboots,
    'uncordons it and cordons it again': rebootsCordoned,
    'asks it to release': reboots,
    'releases it by force': reboots,
    'releases it by force with kured-host': reboots,
    'pauses the pool': reboots,
  },
  'backing-out': {
    'cordons it': undoes(false),
    'uncordons it': undoes(false),
    'uncordons it and cordons it again': undoes(true),
    'asks it to release': undoes(false),
    'releases it by force': undoes(false),
    'releases it by force with kured-host': undoes(false),
    'pauses the pool': undoes(false),
  },
};

describe('what a person does to a node', { skip, timeout: 900_000, concurrency: 8 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
    await installRefusals(cluster);
  });
  after(async () => await cluster[Symbol.asyncDispose]());

  for (const [phase, ends] of Object.entries(table) as [Hold, (typeof table)[Hold]][]) {
    for (const [act, end] of Object.entries(ends) as [keyof typeof acts, End | null][]) {
      if (end === null) continue;
      it(`${phase}: a person ${act}`, async () => {
        await using stories = new AsyncDisposableStack();
        const held = await holds[phase](async (options) => stories.use(await Story.begin(cluster, options)));
        const { story } = held;
        await acts[act](story);
        await end(held);
        const lease = await story.lease('it to be free, with no request left', free);
        assert.equal(lease.metadata.annotations?.['kured-host/release'], undefined);
        assert.equal(lease.metadata.annotations?.['kured-host/force-release'], undefined);
      });
    }
  }
});

async function nodeOf(story: Story): Promise<NodeObject> {
  return await story.cluster.admin.get<NodeObject>(story.nodePath);
}
