import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { isForbiddenToNodes } from '../../src/core/node-restriction.ts';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { uniqueName } from '../cluster/workload.ts';
import { canRunBundle, daemon } from './pool.ts';
import { grantAll, preflight } from './preflight.ts';
import { free, isCordoned, type NodeObject, Story } from './story.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());

const exclude = 'node.kubernetes.io/exclude-from-external-load-balancers';
const scaleDown = 'cluster-autoscaler.kubernetes.io/scale-down-disabled';
const inProgress = 'weave.works/kured-reboot-in-progress';
const mostRecent = 'weave.works/kured-most-recent-reboot-needed';
const taint = 'example.com/reboot-needed';
const around = `node:
  labelsBeforeDrain: [example.com/work=reboot, example.com/traffic-]
  annotationsBeforeDrain: [${scaleDown}=true]
  labelsAfterReboot: [example.com/last=reboot]
  excludeFromLoadBalancers: true
  loadBalancerDelay: 1s
  kuredAnnotations: true
`;

/** What a PATCH of the Node asks for, by the audit log, where it changes metadata. */
interface Patch {
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string | null>>;
    readonly annotations: Readonly<Record<string, string | null>>;
  };
  readonly spec?: { readonly unschedulable?: boolean | null };
}

describe('what is written on the Node around a reboot', { skip, timeout: 240_000, concurrency: 3 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it("by a kubelet's credentials: with the cordon, before the first eviction, and back with the uncordon", async () => {
    await using story = await Story.begin(cluster, { settings: around });
    await story.kubectl('label', 'node', story.name, 'example.com/traffic=yes');
    await story.pods.add('web');
    await story.pods.running('web');
    story.machine.requireReboot();
    await story.rebootedOnce();
    const [cordon, restore, ...others] = patchesWith(story, 'kured-host/claim');
    assert.deepEqual(others, []);
    assert.equal(cordon?.patch.spec?.unschedulable, true);
    assert.deepEqual(cordon?.patch.metadata.labels, {
      'example.com/work': 'reboot',
      'example.com/traffic': null,
      [exclude]: 'true',
    });
    assert.equal(cordon?.patch.metadata.annotations[scaleDown], 'true');
    const [eviction] = story.evictions('web');
    assert.ok(cordon !== undefined && eviction !== undefined && eviction.received > cordon.answered);
    assert.match(story.machine.log(1), /"reason":"drain-delay"/);
    assert.ok(restore !== undefined && restore.patch.spec?.unschedulable === null);
    assert.deepEqual(restore.patch.metadata.labels, {
      'example.com/work': null,
      'example.com/traffic': 'yes',
      [exclude]: null,
      'example.com/last': 'reboot',
    });
    const { labels, annotations } = await metadataOf(story);
    assert.equal(labels['example.com/last'], 'reboot');
    assert.ok(!(scaleDown in annotations) && !(inProgress in annotations) && !('kured-host/standing' in annotations));
    assert.match(annotations[mostRecent] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    await story.keptToTheRules();
  });

  it('on a node that a person has cordoned: backed out it is as it was, rebooted it says so, and the cordon stays', async () => {
    await using story = await Story.begin(cluster, { settings: around });
    await story.kubectl('cordon', story.name);
    await story.kubectl('label', 'node', story.name, `${exclude}=`);
    const { labels: before } = await metadataOf(story);
    await story.pods.addKept();
    story.machine.requireReboot();
    const away = await story.node(
      'it to be drained',
      (node) => node?.metadata.labels?.['example.com/work'] === 'reboot',
    );
    assert.deepEqual([away.metadata.labels?.[exclude], inProgress in (away.metadata.annotations ?? {})], ['', true]);
    await story.annotateLease('kured-host/release', story.name);
    await story.undone(true);
    assert.deepEqual((await metadataOf(story)).labels, before);
    await story.pods.letGo();
    await story.cli('retry');
    await story.rebootedOnce();
    const node = await cluster.admin.get<NodeObject>(story.nodePath);
    assert.deepEqual(node.metadata.labels, { ...before, 'example.com/last': 'reboot' });
    assert.ok(isCordoned(node));
  });

  it('what a node may not write is refused at start and found by preflight, as the API server has it', async () => {
    await using story = await Story.begin(cluster, { serviceAtBoot: false });
    const { machine } = story;
    const kubelet = await cluster.client({ name: `system:node:${story.name}`, organizations: ['system:nodes'] });
    for (const label of labels) {
      const change = { metadata: { labels: { [label]: 'x' } } };
      const allowed = await kubelet.patch(story.nodePath, change, 'merge', { dryRun: 'All' }).then(
        () => true,
        () => false,
      );
      assert.equal(isForbiddenToNodes(label), !allowed, label);
    }
    const config = story.pool.config(await cluster.nodeKubeconfig(story.name));
    const wrongs = [
      [
        `preferNoScheduleTaint: ${taint}`,
        /node\.preferNoScheduleTaint needs other credentials, .* not change its taints/,
      ],
      [
        'labelsAfterReboot: [node-role.kubernetes.io/x-]',
        /node\.labelsAfterReboot needs .* node-role\.kubernetes\.io\/x /,
      ],
    ] as const;
    for (const [line, words] of wrongs) {
      writeFileSync(machine.folders.hostPath('/etc/kured-host/config.yaml'), `${config}node: {${line}}\n`);
      const { code, stdout, stderr } = await machine.run([...daemon]);
      assert.equal(code, 78);
      assert.match(stdout + stderr, words);
      const { code: found, missing, text } = await preflight(machine);
      assert.equal(found, 77, text);
      assert.equal(missing.length, 1, text);
      assert.match(missing[0]?.why ?? '', /is not allowed to modify/);
      assert.match(missing[0]?.remedy ?? '', /^take /);
    }
  });

  it('the taint stands while the node waits, also while it is blocked, and goes with the need, the setting, the reboot', async () => {
    const name = uniqueName('node');
    const kubeconfig = await cluster.kubeconfig({ name: uniqueName('rebooter') });
    const options = { name, kubeconfig, credentials: `impersonate: "", nodeName: ${name}` };
    const tainted = `node: {preferNoScheduleTaint: ${taint}, kuredAnnotations: true}\n`;
    const blocked = 'blockers: {minimumUptime: 100h}\n';
    await using story = await Story.begin(cluster, { ...options, serviceAtBoot: false, settings: tainted + blocked });
    const { machine } = story;
    await grantAll(cluster, machine);
    await story.kubectl('taint', 'node', name, 'disk=slow:PreferNoSchedule');
    await machine.startService();
    const configure = (settings: string): void => {
      const text = story.pool.config(kubeconfig, { ...options, settings });
      writeFileSync(machine.folders.hostPath('/etc/kured-host/config.yaml'), text);
      machine.service?.kill('SIGHUP');
    };

    machine.requireReboot();
    const waits = await story.node('the taint', isTainted);
    assert.ok(inProgress in (waits.metadata.annotations ?? {}));
    await story.says(/has not been up for as long as/);
    rmSync(machine.folders.hostPath('/run/reboot-required'));
    const rests = await story.node('no taint', (node) => node !== undefined && !isTainted(node));
    assert.ok(!(inProgress in (rests.metadata.annotations ?? {})));

    machine.requireReboot();
    await story.node('the taint again', isTainted);
    configure(blocked);
    await story.node('no taint without its setting', (node) => node !== undefined && !isTainted(node));

    await story.addForeignHolder('elsewhere');
    configure(tainted);
    await story.node('the taint in the queue', isTainted);
    await story.removeForeignHolder();
    await story.rebootedOnce();
    await story.lease('it to be free', free);
    await story.node('no taint after the reboot', (node) => node !== undefined && !isTainted(node));
    assert.deepEqual(taintsOf(await cluster.admin.get(story.nodePath)), ['disk']);
    assert.match(await story.cli('why'), /no reboot is needed/);
  });

  it('a stop for good takes off what stands while the node waits', async () => {
    await using story = await Story.begin(cluster, { settings: `node: {kuredAnnotations: true}\n` });
    await story.addForeignHolder('elsewhere');
    story.machine.requireReboot();
    await story.node('it to wait', (node) => inProgress in (node?.metadata.annotations ?? {}));
    story.machine.service?.kill('SIGINT');
    await story.node(
      'nothing to be left',
      (node) => node !== undefined && !(inProgress in (node.metadata.annotations ?? {})),
    );
  });
});

/** Those that NodeRestriction leaves to a node, and those that it does not. */
const labels = [
  'example.com/x',
  exclude,
  'kubelet.kubernetes.io/x',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/rack',
  'node-role.kubernetes.io/x',
  'kubernetes.io/x',
  'example.k8s.io/x',
  'node-restriction.kubernetes.io/x',
];

/**
 * This node's acknowledged PATCHes of itself that change an annotation. A controller may patch it as well, and with nothing at
 * all: `{}`, where the labels it wanted were there already (kubernetes/pkg/controller AddOrUpdateLabelsOnNode).
 */
function patchesWith(story: Story, annotation: string) {
  const filter = { verb: 'patch', resource: 'nodes', name: story.name, code: 200, since: story.pool.began } as const;
  return story.cluster.auditLog
    .entries(filter)
    .filter(({ objectRef }) => objectRef.subresource === undefined)
    .map(({ requestObject, answered }) => ({ patch: requestObject as Partial<Patch>, answered }))
    .filter(
      (entry): entry is { patch: Patch; answered: number } => annotation in (entry.patch.metadata?.annotations ?? {}),
    );
}

async function metadataOf(story: Story) {
  const { labels = {}, annotations = {} } = (await story.cluster.admin.get<NodeObject>(story.nodePath)).metadata;
  return { labels, annotations };
}

function isTainted(node: NodeObject | undefined): boolean {
  return node !== undefined && taintsOf(node).includes(taint);
}

function taintsOf(node: NodeObject): readonly string[] {
  const { taints = [] } = (node.spec ?? {}) as { readonly taints?: readonly { readonly key: string }[] };
  return taints.map(({ key }) => key).filter((key) => !key.startsWith('node.kubernetes.io/'));
}
