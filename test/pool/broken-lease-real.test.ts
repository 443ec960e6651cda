import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { type Held, type Hold, holds } from './holds.ts';
import { canRunBundle } from './pool.ts';
import { free, isCordoned, type LeaseObject, marked, Story } from './story.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

const holders = 'kured-host/holders';

describe('a Lease that people broke or deleted', { skip, timeout: 900_000, concurrency: 8 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(async () => await cluster[Symbol.asyncDispose]());

  /** A story about a node that is held in a phase. */
  const told = (name: string, hold: Hold, story: (held: Held) => Promise<void>): void => {
    it(name, async () => {
      await using stories = new AsyncDisposableStack();
      await story(await holds[hold](async (options) => stories.use(await Story.begin(cluster, options))));
    });
  };
  const now = (story: Story): Promise<LeaseObject> => cluster.admin.get<LeaseObject>(story.pool.leasePath);
  /** What the person left, read after the person wrote it; nothing of ours has touched it when it is still the same. */
  const untouched = async (story: Story, left: LeaseObject): Promise<void> => assert.deepEqual(await now(story), left);

  for (const [what, annotation, text] of [
    ['no JSON', holders, '[{"node": "a"'],
    ['another format', 'kured-host/format', '2'],
    ['a limit that is no number', 'kured-host/concurrency', 'two'],
  ] as const) {
    told(`${what} in ${annotation} keeps a node from claiming until it is mended`, 'queued', async ({ story, go }) => {
      const before = (await now(story)).metadata.annotations?.[annotation] ?? null;
      await story.annotateLease(annotation, text);
      const left = await now(story);
      await story.showsAndLogs(new RegExp(`the Lease .* cannot be understood and so counts as held: .*${annotation}`));
      await untouched(story, left);
      assert.equal(story.machine.rebootsAsked, 0);
      await story.annotateLease(annotation, before);
      await story.machine.awaitLog(/waiting for elsewhere/);
      await go();
      await story.rebootedOnce();
    });
  }

  told('no JSON in the holders ends a drain, and it goes on when it is mended', 'evicting', async ({ story, go }) => {
    const text = (await now(story)).metadata.annotations?.[holders] ?? '';
    await story.annotateLease(holders, `${text},`);
    const left = await now(story);
    await story.showsAndLogs(/the Lease .* cannot be understood and so counts as held: .*holders/);
    await go();
    await story.pods.until('kept', 'it to be gone', (pod) => pod === undefined);
    await story.pods.add('late');
    await story.pods.running('late');
    await untouched(story, left);
    const node = await story.node('it to be there', (one) => one !== undefined);
    assert.deepEqual([isCordoned(node), marked(node), story.machine.rebootsAsked], [true, true, 0]);
    assert.deepEqual(story.evictions('late'), []);
    await story.annotateLease(holders, text);
    await story.rebootedOnce();
    assert.equal(story.evictions('late').length, 1);
  });

  told(
    'no JSON in the holders after the fence: it is verified and restored, and released when it is mended',
    'rebooting',
    async ({ story, go }) => {
      const text = (await now(story)).metadata.annotations?.[holders] ?? '';
      await story.annotateLease(holders, 'null');
      const left = await now(story);
      await go();
      await story.pool.rebooted(story.machine);
      await untouched(story, left);
      await story.annotateLease(holders, text);
      await story.machine.killService();
      await story.machine.startService();
      await story.rebootedOnce();
    },
  );

  told(
    'no JSON in the holders while it verifies: it is restored, says so, and releases when it is mended',
    'verifying',
    async ({ story, go }) => {
      const text = (await now(story)).metadata.annotations?.[holders] ?? '';
      await story.annotateLease(holders, 'null');
      const left = await now(story);
      await go();
      await story.pool.rebooted(story.machine);
      await story.showsAndLogs(/the Lease .* cannot be understood and so counts as held: .*holders/);
      await untouched(story, left);
      await story.annotateLease(holders, text);
      await story.rebootedOnce();
    },
  );

  told('a holderIdentity that disagrees with the holders is held by somebody', 'idle', async ({ story, go }) => {
    await cluster.admin.patch(story.pool.leasePath, { spec: { holderIdentity: 'somebody' } });
    const left = await now(story);
    await go();
    await story.showsAndLogs(/names nobody and spec\.holderIdentity names .{1,2}somebody/);
    await untouched(story, left);
    await cluster.admin.patch(story.pool.leasePath, { spec: { holderIdentity: null } });
    await story.machine.awaitBoot(2, 120_000);
    await story.rebootedOnce();
  });

  told(
    'a holder that is no node of the cluster keeps its place until a person takes it out',
    'queued',
    async ({ story, go }) => {
      const { annotations } = (await now(story)).metadata;
      assert.match(annotations?.[holders] ?? '', /^\[\{"node":"elsewhere"/);
      await story.shows(/waiting for elsewhere, draining since .*, holder of/);
      assert.equal(story.machine.rebootsAsked, 0);
      await go();
      await story.rebootedOnce();
    },
  );

  told(
    'an entry that nobody understands counts as a holder and is kept byte for byte',
    'idle',
    async ({ story, go }) => {
      const text = '[{"what" :  "is this" }]';
      await cluster.admin.patch(story.pool.leasePath, {
        metadata: { annotations: { [holders]: text } },
        spec: { holderIdentity: '?' },
      });
      await go();
      await story.shows(/waiting for \?, whose entry cannot be read, holder of/);
      const queued = await now(story);
      assert.equal(queued.metadata.annotations?.[holders], text);
      assert.match(queued.metadata.annotations?.['kured-host/queue'] ?? '', new RegExp(story.name));
      await story.removeForeignHolder();
      await story.rebootedOnce();
    },
  );

  told('an entry of its name by another machine is left to a person', 'evicting', async ({ story, go }) => {
    const text = (await now(story)).metadata.annotations?.[holders] ?? '';
    await story.annotateLease(holders, text.replace(/"machine":"[^"]*"/, '"machine":"another"'));
    const left = await now(story);
    await story.showsAndLogs(/the claim was made by another machine that uses the name/);
    await go();
    await untouched(story, left);
    assert.equal(story.machine.rebootsAsked, 0);
    await story.annotateLease(holders, text);
    await story.rebootedOnce();
  });

  told(
    'a reboot by somebody else in mid-drain is verified and given back: none of ours follows',
    'evicting',
    async ({ story }) => {
      await story.machine.powerCut();
      await story.machine.boot();
      await story.pool.rebooted(story.machine);
      await story.lease('it to be free', free);
      assert.deepEqual([story.machine.boots, story.machine.rebootsAsked], [2, 0]);
      const node = await story.node('it to be there', (one) => one !== undefined);
      assert.deepEqual([isCordoned(node), marked(node)], [false, false]);
    },
  );

  told(
    'its entry of an earlier boot that comes back is verified and released before it claims anew',
    'evicting',
    async ({ story, go }) => {
      const old = await now(story);
      await go();
      await story.rebootedOnce();
      const { annotations } = old.metadata;
      await cluster.admin.patch(story.pool.leasePath, {
        metadata: { annotations: { [holders]: annotations?.[holders] ?? '' } },
        spec: { holderIdentity: story.name },
      });
      story.machine.requireReboot(['another-kernel']);
      await story.pool.rebooted(story.machine, 3);
      const lease = await story.lease('it to be free', free);
      assert.deepEqual([story.machine.boots, story.machine.rebootsAsked, lease.spec?.leaseTransitions], [3, 2, 2]);
    },
  );

  const missing = /the Lease \S+ does not exist/;
  const deleted = (hold: Hold, what: string, end: (held: Held) => Promise<void>): void => {
    told(`deleted while ${hold}: ${what}`, hold, async (held) => {
      await held.story.kubectl('delete', 'lease', '-n', held.story.pool.namespace, 'kured-host');
      await end(held);
    });
  };
  /** Made anew it is another Lease: nothing is claimed for a while, or until the service is started again. */
  const madeAnew = async ({ story, go }: Held): Promise<void> => {
    await story.pool.applyManifest();
    await story.machine.awaitLog(/shows an older state than was seen before/, 120_000);
    assert.equal(story.machine.rebootsAsked, 0);
    await story.timePasses();
    await go();
    await story.rebootedOnce();
  };
  const restores = async ({ story, go }: Held): Promise<void> => {
    await go();
    await story.pool.rebooted(story.machine);
    assert.deepEqual([story.machine.boots, story.machine.rebootsAsked], [2, 1]);
    assert.equal(await story.cluster.admin.request('GET', story.pool.leasePath).then(({ status }) => status), 404);
  };

  deleted('queued', 'nothing is claimed, and it says what is missing', async (held) => {
    await held.story.showsAndLogs(missing);
    await madeAnew({ ...held, go: async () => undefined });
  });

  deleted('evicting', 'it gives up, uncordons, and says what is missing', async (held) => {
    await held.story.node('it to be uncordoned', (node) => node !== undefined && !marked(node) && !isCordoned(node));
    await held.story.showsAndLogs(missing);
    await madeAnew(held);
  });

  deleted('rebooting', 'nothing is undone before the boot, then it is verified and restored', restores);
  deleted('down', 'it is verified and restored', restores);
  deleted('verifying', 'it is restored after the proof alone', async (held) => {
    await held.story.machine.awaitLog(/recovery goes on by row 4 of its table/);
    const node = await held.story.node('it to be there', (one) => one !== undefined);
    assert.deepEqual([marked(node), isCordoned(node)], [true, true]);
    await restores(held);
  });
});
