import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeSettings } from '../../src/core/settings.ts';
import type { AccessAnswer, AccessNeed } from '../../src/kubernetes/access-answer.ts';
import { leasePath } from '../../src/kubernetes/lease-store.ts';
import type { KubernetesObject } from '../cluster/rest.ts';
import { pod } from '../cluster/workload.ts';
import { type Stage, type StoryTarget, stage } from './story-target.ts';

const nothingMarked: NodeSettings = {
  beforeDrain: { labels: {}, annotations: {} },
  afterReboot: { labels: {}, annotations: {} },
  excludeFromLoadBalancers: false,
  loadBalancerDelay: null,
  kuredAnnotations: false,
  preferNoScheduleTaint: null,
};

interface Role extends KubernetesObject {
  readonly rules: readonly { readonly apiGroups: readonly string[]; readonly verbs: readonly string[] }[];
}

export function accessStories(target: () => StoryTarget): void {
  test('preflight: all ok with the manifest alone, and nothing is changed', async () => {
    await using s = await stage(target());
    const before = await versions(s);
    const answers = await ask(s);
    assert.deepEqual(answers.filter(lacking), []);
    assert.equal(answers.length, 14);
    assert.deepEqual(
      answers.filter(({ is }) => is === 'without').map(({ need }) => need),
      ['read-nodes'],
    );
    assert.deepEqual(await versions(s), before);
  });

  test('preflight: what is to be written on the Node is tried key by key, and nothing is written', async () => {
    await using s = await stage(target());
    const marked = `/api/v1/nodes/${s.node}`;
    await s.admin.patch(marked, { metadata: { labels: { 'node-role.kubernetes.io/x': 'stands' } } });
    const { labels } = (await s.admin.get(marked)).metadata;
    const tried = async (change: Partial<NodeSettings>) => {
      const answers = await ask(s, { ...nothingMarked, ...change });
      return answers
        .filter(({ need }) => need === 'write-labels' || need === 'set-taint')
        .map(({ is, why }) => [is, why]);
    };
    const change = (text: string | null) => ({ labels: { 'node-role.kubernetes.io/x': text }, annotations: {} });
    assert.deepEqual(await tried({}), []);
    assert.deepEqual(await tried({ excludeFromLoadBalancers: true }), [['ok', '']]);
    // Also one that would leave it as it is.
    for (const text of ['stands', 'other', null])
      assert.match(String(await tried({ beforeDrain: change(text) })), /^missing,.*not allowed to modify labels/);
    assert.match(String(await tried({ preferNoScheduleTaint: 'a' })), /^missing,.*not allowed to modify taints/);
    assert.deepEqual((await s.admin.get(marked)).metadata.labels, labels);
  });

  test('preflight: evicting is tried on a pod of the node, and does not evict it', async () => {
    await using s = await stage(target());
    const account = `/api/v1/namespaces/${s.namespace}/serviceaccounts/default`;
    await s.admin.until(account, 'the default service account', (one) => one !== undefined);
    const path = `/api/v1/namespaces/${s.namespace}/pods`;
    await s.admin.post(path, pod({ name: 'a', namespace: s.namespace, node: s.node }));
    assert.equal((await answered(s, 'evict-pods')).is, 'ok');
    assert.equal((await s.admin.get(`${path}/a`)).metadata.deletionTimestamp, undefined);
  });

  for (const [verb, need] of [
    ['get', 'read-lease'],
    ['watch', 'watch-lease'],
    ['update', 'change-lease'],
  ] as const) {
    test(`preflight: without "${verb}" of the ServiceAccount just that is missing, with its rule`, async () => {
      await using s = await stage(target());
      await withoutVerbs(s, 'kured-host', [verb]);
      const answers = (await ask(s)).filter((one) => one.is === 'missing');
      assert.deepEqual(
        answers.map((one) => one.need),
        [need],
      );
      const rule = `{apiGroups: ["coordination.k8s.io"], resources: [leases], resourceNames: [kured-host], verbs: ["${verb}"]}`;
      assert.ok(answers[0]?.why.endsWith(`missing: ${rule} in namespace ${s.namespace}`), answers[0]?.why);
      assert.equal(answers[0]?.remedy, `kured-host manifest --namespace ${s.namespace} | kubectl apply -f -`);
    });
  }

  test('preflight: without the impersonation that is missing, and what hangs on it is not guessed', async () => {
    await using s = await stage(target());
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${s.namespace}/rolebindings/kured-host:nodes`;
    const binding = await s.admin.get(path);
    await s.admin.delete(path);
    const answers = (await ask(s)).filter(lacking);
    assert.deepEqual(
      answers.map(({ need, is }) => `${need} ${is}`),
      ['impersonate missing', 'read-lease unknown', 'watch-lease unknown', 'change-lease unknown'],
    );
    assert.match(
      answers[0]?.why ?? '',
      /cannot impersonate.*missing: .*resources: \[serviceaccounts\].*verbs: \["impersonate"\]/,
    );
    const { name, namespace } = binding.metadata;
    await s.admin.post(path.replace(/\/[^/]+$/, ''), { ...binding, metadata: { name, namespace } });
    assert.equal((await answered(s, 'impersonate')).is, 'ok');
  });

  test('preflight: the legacy impersonation alone suffices; from 1.36 the constrained rules alone do', async () => {
    await using legacy = await stage(target());
    await withRules(legacy, 'kured-host:nodes', (rule) => rule.verbs.includes('impersonate'));
    assert.deepEqual((await ask(legacy)).filter(lacking), []);
    await using constrained = await stage(target());
    await withRules(constrained, 'kured-host:nodes', (rule) => !rule.verbs.includes('impersonate'));
    const answers = (await ask(constrained)).filter(lacking);
    if (target().minor >= 36) assert.deepEqual(answers, []);
    else assert.equal(answers[0]?.need, 'impersonate');
  });

  test('preflight: without the Lease that is said, with the command that makes it', async () => {
    await using s = await stage(target());
    await s.admin.delete(leasePath(s.lease));
    const answers = (await ask(s)).filter(lacking);
    assert.deepEqual(
      answers.map(({ need, is }) => `${need} ${is}`),
      ['read-lease missing', 'change-lease unknown'],
    );
    assert.match(answers[0]?.why ?? '', /^the Lease .*\/kured-host does not exist$/);
    assert.match(answers[0]?.remedy ?? '', /^kured-host manifest .* \| kubectl apply -f -$/);
  });

  test('preflight: an ordinary user without rights lacks each of them, and is told the commands', async () => {
    await using s = await stage(target());
    const ready = await s.open(await s.target.userKubeconfig(`bob-${s.node}`), { nodeName: s.node });
    const answers: AccessAnswer[] = [];
    for await (const answer of ready.ask(s.lease, s.signal)) answers.push(answer);
    assert.ok(answers.every((one) => one.is !== 'ok'));
    const missing = answers.filter((one) => one.is === 'missing').map((one) => one.need);
    assert.deepEqual(missing, [
      'read-node',
      'list-node',
      'watch-node',
      'change-node',
      'change-node-status',
      'list-pods',
      'watch-pods',
      'evict-pods',
      'create-events',
      'read-lease',
      'watch-lease',
    ]);
    const watch = answers.find((one) => one.need === 'watch-node');
    assert.equal(
      watch?.remedy,
      `kubectl create clusterrole kured-host:watch-node:${s.node}:bob-${s.node} --verb=watch --resource=nodes --resource-name=${s.node} && ` +
        `kubectl create clusterrolebinding kured-host:watch-node:${s.node}:bob-${s.node} --clusterrole=kured-host:watch-node:${s.node}:bob-${s.node} --user=bob-${s.node}`,
    );
    const kubectl = s.target.kubectl;
    if (kubectl === null) return;
    // The commands do what they say: each is run as it stands, and that need is met.
    for (const answer of answers.filter((one) => one.is === 'missing')) {
      for (const command of answer.remedy.split(' && ')) await kubectl(command.split(' ').slice(1));
    }
    for await (const answer of ready.ask(s.lease, s.signal)) {
      if (answer.need !== 'change-lease') assert.equal(answer.is, 'ok', `${answer.need}: ${answer.why}`);
      else assert.equal(answer.is, 'missing');
    }
  });
}

async function ask(s: Stage, marks?: NodeSettings): Promise<AccessAnswer[]> {
  const answers: AccessAnswer[] = [];
  for await (const answer of s.ready.ask(s.lease, s.signal, marks)) answers.push(answer);
  return answers;
}

async function answered(s: Stage, need: AccessNeed): Promise<AccessAnswer> {
  const answer = (await ask(s)).find((one) => one.need === need);
  assert.ok(answer !== undefined);
  return answer;
}

async function versions(s: Stage): Promise<unknown> {
  const node = await s.admin.get(`/api/v1/nodes/${s.node}`);
  const lease = await s.admin.get(leasePath(s.lease));
  const events = await s.admin.get<{ items: { source?: { component?: string } }[] }>('/api/v1/events', {
    fieldSelector: `involvedObject.name=${s.node}`,
  });
  // A controller tells of each new Node, when it comes to it.
  const ours = events.items.filter(({ source }) => source?.component !== 'node-controller');
  return [node.metadata.annotations, lease.metadata.resourceVersion, ours.length];
}

/** The optional grant is left out of account. */
function lacking({ is }: AccessAnswer): boolean {
  return is !== 'ok' && is !== 'without';
}

async function withoutVerbs(s: Stage, role: string, verbs: readonly string[]): Promise<void> {
  const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${s.namespace}/roles/${role}`;
  const found = await s.admin.get<Role>(path);
  const rules = found.rules.map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => !verbs.includes(verb)) }));
  await s.admin.put(path, { ...found, rules });
}

async function withRules(s: Stage, role: string, keep: (rule: Role['rules'][number]) => boolean): Promise<void> {
  const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${s.namespace}/roles/${role}`;
  const found = await s.admin.get<Role>(path);
  await s.admin.put(path, { ...found, rules: found.rules.filter(keep) });
}
