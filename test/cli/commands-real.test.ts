import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { PodFate } from '../../src/cli/pod-fate.ts';
import { handledAnnotation } from '../../src/core/cordon-mark.ts';
import { requestAnnotation } from '../../src/core/node-wishes.ts';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import type { Finished } from '../cluster/process.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { canRunBundle, command } from '../pool/pool.ts';
import { free, holds, type NodeObject, Story } from '../pool/story.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());
const writing = ['create', 'update', 'patch', 'delete', 'deletecollection'];

const run = (story: Story, ...args: readonly string[]): Promise<Finished> =>
  story.machine.run([...command, ...args], 60_000);

/** What this node changed in the cluster, but for what its daemon and its kubelet tell of themselves. */
function changes(story: Story, since: number): readonly string[] {
  return story.cluster.auditLog
    .entries({ verb: writing, user: `system:node:${story.name}`, since })
    .filter(
      ({ code, requestURI }) =>
        code < 300 && !/dryRun=All|selfsubject|\/status\?|\/events|kube-node-lease/.test(requestURI),
    )
    .map(({ verb, requestURI }) => `${verb} ${requestURI}`);
}

const annotationsOf = (node: NodeObject | undefined): object => node?.metadata.annotations ?? {};
const cordoned = (node: NodeObject | undefined): boolean => node?.spec?.unschedulable === true;

describe('the commands, as the node itself on a real API server', { skip, timeout: 240_000, concurrency: 4 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(async () => await cluster[Symbol.asyncDispose]());

  it('drain --dry-run tells what would become of each pod, and changes nothing', async () => {
    await using story = await Story.begin(cluster);
    await story.pods.add('solo');
    await story.pods.add('cart', { labels: { app: 'cart' } });
    await story.pods.addStatefulSet('db', [story.name]);
    const [daemon, mirror] = [await story.pods.addDaemonSet('agent'), await story.pods.addMirror('static')];
    await Promise.all(['solo', 'cart', 'db-0'].map((name) => story.pods.running(name)));
    await story.pods.addBudget('cart-budget', 'cart');
    const before = await story.cluster.admin.get<{ items: { metadata: { resourceVersion: string } }[] }>(
      `/api/v1/namespaces/${story.pods.namespace}/pods`,
    );
    const since = story.cluster.auditLog.now();
    const { code, stdout } = await run(story, 'drain', '--dry-run');
    assert.equal(code, 0, stdout);
    const lines = Object.fromEntries(
      stdout.split('\n').flatMap((line) => {
        const [, is = '', name = '', why = ''] = /^(\S+) +\S+\/(\S+) *(.*)$/.exec(line) ?? [];
        return name === '' ? [] : [[name, `${is} ${why}`.trim()]];
      }),
    );
    assert.deepEqual(lines, {
      solo: 'unreplicated nothing brings it back elsewhere',
      cart: 'blocked by the disruption budget cart-budget; nothing brings it back elsewhere',
      'db-0': 'evicted',
      [daemon.metadata.name]: 'skipped its DaemonSet would put it back onto this node at once',
      [mirror.metadata.name]: 'skipped it stands for a static pod, which only the kubelet ends',
    });
    const json = JSON.parse((await run(story, 'drain', '--dry-run', '--json')).stdout) as { pods: PodFate[] };
    assert.equal(json.pods.find(({ name }) => name === 'cart')?.budget, 'cart-budget');
    const asked = { user: `system:node:${story.name}`, resource: 'pods', subresource: 'eviction', since } as const;
    const evictions = await story.cluster.auditLog.awaitEntries('the dry runs of three pods, twice', asked, 6);
    assert.ok(evictions.every(({ requestURI }) => requestURI.endsWith('/eviction?dryRun=All')));
    assert.deepEqual(changes(story, since), []);
    const after = await story.cluster.admin.get<typeof before>(`/api/v1/namespaces/${story.pods.namespace}/pods`);
    assert.deepEqual(
      after.items.map(({ metadata }) => metadata.resourceVersion),
      before.items.map(({ metadata }) => metadata.resourceVersion),
    );
    assert.equal(cordoned(await story.node('it', () => true)), false);
    story.noGetOfPods();
  });

  it("a person's drain and uncordon are done beside an idle daemon, which undoes neither", async () => {
    await using story = await Story.begin(cluster);
    await story.pods.add('web');
    await story.pods.running('web');
    const since = story.cluster.auditLog.now();
    const { code, stdout, stderr } = await run(story, 'drain');
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`^cordoned ${story.name}\n[^]*drained ${story.name}; it stays cordoned`));
    await story.pods.until('web', 'it to be gone', (pod) => pod === undefined);
    // The daemon sees the cordon, a restart of it as well: then a whole reboot, after which the cordon is still a person's.
    await story.machine.killService();
    await story.machine.startService();
    story.machine.requireReboot();
    await story.rebootedOnce();
    const node = await story.node('it', () => true);
    assert.equal(cordoned(node), true);
    const cordons = story.cluster.auditLog
      .entries({ verb: 'patch', resource: 'nodes', subresource: '', name: story.name, since, code: 200 })
      .filter(({ requestObject }) => 'unschedulable' in ((requestObject as { spec?: object }).spec ?? {}));
    assert.deepEqual(
      cordons.map(({ requestURI }) => requestURI.split('fieldManager=')[1]),
      ['kured-host-person'],
    );
    const uncordon = await run(story, 'uncordon');
    assert.deepEqual([uncordon.code, uncordon.stdout], [0, `uncordoned ${story.name}\n`]);
    assert.equal(cordoned(await story.node('it', () => true)), false);
  });

  it('drain and uncordon are refused while the daemon holds; asked to release it backs out', async () => {
    await using story = await Story.begin(cluster);
    await story.pods.addKept();
    await story.pods.running('kept');
    story.machine.requireReboot();
    await story.says(/^draining: 1 of 1 pod left/);
    for (const name of ['drain', 'uncordon']) {
      const { code, stderr } = await run(story, name);
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`^not ${name}ed: this node holds .*\\(${story.name}, draining since .*\\)`));
    }
    const shown = await run(story, 'lease', 'show');
    assert.match(shown.stdout, new RegExp(`^holder +${story.name}, draining since`, 'm'));
    const asked = await run(story, 'lease', 'release', story.name);
    assert.equal(asked.code, 0, asked.stderr);
    assert.match(asked.stdout, /has released/);
    await story.undone(false);
    await story.pods.letGo();
  });

  it('hold backs out of a drain, lasts over a restart of the service, and unhold lets the node go on', async () => {
    await using story = await Story.begin(cluster);
    await story.pods.addKept();
    await story.pods.running('kept');
    story.machine.requireReboot();
    await story.says(/^draining: 1 of 1 pod left/);
    assert.equal((await run(story, 'unhold')).stdout, `${story.name} was not held\n`);
    const held = await run(story, 'hold', 'a', 'restore', 'runs');
    assert.equal(held.code, 0, held.stderr);
    assert.match(held.stdout, new RegExp(`^${story.name} is held; "kured-host unhold" ends it\n`));
    await story.undone(false);
    await story.machine.awaitLog(/a person holds this node: a restore runs/);
    await story.pods.letGo();
    await story.machine.killService();
    await story.machine.startService();
    // The sentence on the Node is still that of the process before.
    await story.machine.awaitLog(/(?:The service is ready.*){2}a person holds this node: a restore runs/s);
    await story.shows(/a person holds this node: a restore runs/);
    // The distance after the back-out is not what is looked at here; a retry ends that one, and not the hold.
    await run(story, 'retry');
    await story.shows(/a person holds this node: a restore runs/);
    const freed = await run(story, 'unhold', '--json');
    assert.deepEqual(JSON.parse(freed.stdout), { node: story.name, held: false, reason: null, changed: true });
    await story.rebootedOnce();
  });

  it('request is one reboot, which takes it off the Node; cancel takes it back before', async () => {
    await using story = await Story.begin(cluster);
    assert.match((await run(story, 'cancel')).stdout, /^no reboot of \S+ was requested\n$/);
    await run(story, 'hold');
    const asked = await run(story, 'request', '--reason', 'firmware');
    assert.equal(asked.code, 0, asked.stderr);
    await story.shows(/a person holds this node: no reason given/);
    assert.match(await story.cli('status'), /request: 20\S+Z firmware/);
    assert.match((await run(story, 'cancel')).stdout, /^the request "20\S+Z firmware" for a reboot of /);
    await story.shows(/no reboot is needed/);
    await run(story, 'request', '--reason', 'disks');
    await run(story, 'unhold');
    await story.rebootedOnce();
    const { metadata } = await story.node(
      'it without the request',
      (node) => !(requestAnnotation in annotationsOf(node)),
    );
    assert.match(metadata.annotations?.[handledAnnotation] ?? '', /request:20\S+Z%20disks/);
  });

  it('tells with the daemon stopped what it left, releases by force, and the daemon cleans up after it', async () => {
    await using story = await Story.begin(cluster);
    await story.pods.addKept();
    await story.pods.running('kept');
    story.machine.requireReboot(['linux-image']);
    await story.says(/^draining: 1 of 1 pod left/);
    await story.machine.killService();
    const status = await run(story, 'status');
    assert.equal(status.code, 0, status.stderr);
    for (const row of [
      /^daemon +the daemon does not run on this node/m,
      new RegExp(`^node +${story.name}: Ready, cordoned by kured-host, which the daemon takes off`, 'm'),
      new RegExp(`^claim +${story.name}, draining since .*, claimed in this boot$`, 'm'),
      /^mark +made in this boot for .*, cordon the daemon's$/m,
      new RegExp(`^lease +.*: held by ${story.name}$`, 'm'),
      /^need +yes \(\/run\/reboot-required: linux-image\)$/m,
      new RegExp(`^boot +${story.machine.bootId}$`, 'm'),
      /^next +once it is started: goes on with the drain/m,
    ])
      assert.match(status.stdout, row);
    assert.equal((await run(story, 'pause', 'for', 'the', 'test')).code, 0);
    await story.lease('the pause', (lease) => lease?.metadata.annotations?.['kured-host/paused'] === 'for the test');
    const forced = await run(story, 'lease', 'release', story.name, '--force');
    assert.equal(forced.code, 0, forced.stderr);
    assert.match(forced.stdout, new RegExp(`${story.name}, draining since [^]*${story.name} may still go down`));
    const lease = await story.lease('it to be free', free);
    assert.equal(lease.spec?.holderIdentity, undefined);
    await story.machine.startService();
    await story.node('the daemon to undo its cordon', (node) => !cordoned(node));
    await story.pods.letGo();
    await story.says(/the pool is paused: for the test/);
    assert.equal((await run(story, 'resume')).code, 0);
    await story.lease('the claim after the pause', (now) => holds(now) || free(now));
    await story.rebootedOnce();
  });

  it('uncordon undoes what a stopped daemon left in the middle of a drain; its next start backs out', async () => {
    await using story = await Story.begin(cluster);
    await story.pods.addKept();
    await story.pods.running('kept');
    story.machine.requireReboot();
    await story.says(/^draining: 1 of 1 pod left/);
    await story.machine.killService();
    const { code, stdout } = await run(story, 'uncordon');
    assert.equal(code, 0);
    assert.match(stdout, /it still holds .*: the daemon backs out when it is started/);
    assert.equal(cordoned(await story.node('it', () => true)), false);
    await story.machine.startService();
    await story.undone(false);
    await story.pods.letGo();
  });
});
