import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BeyondNode } from '../../src/core/node-restriction.ts';
import { type Reason, reasonSentence } from '../../src/core/reasons.ts';
import type { CredentialSettings } from '../../src/core/settings.ts';
import { type ClusterState, openCluster } from '../../src/kubernetes/cluster.ts';
import { nameContradiction, nodeCertificate } from '../../src/kubernetes/contradiction.ts';
import { type FakeApiServer, startFakeApiServer } from '../fakes/api-server.ts';
import { ManualClock } from '../fakes/clock.ts';
import { never, until } from '../http/server.ts';
import { KubeconfigFolder } from './kubeconfig-files.ts';

const automatic: CredentialSettings = { kubeconfig: null, impersonate: null, nodeName: null };

interface Opened extends AsyncDisposable {
  readonly folder: KubeconfigFolder;
  readonly api: FakeApiServer;
  readonly clock: ManualClock;
  /** The next state; the clock goes on to the next pause's end as often as it takes. */
  next(): Promise<ClusterState>;
  readonly told: () => number;
}

async function open(
  settings: Partial<CredentialSettings> = {},
  prepare = (_: KubeconfigFolder, __: FakeApiServer) => {},
  beyond: BeyondNode | null = null,
): Promise<Opened> {
  const folder = new KubeconfigFolder();
  const api = await startFakeApiServer();
  const clock = new ManualClock({ wall: Date.now() });
  const stop = new AbortController();
  prepare(folder, api);
  const options = {
    credentials: { ...automatic, ...settings },
    clock,
    places: [folder.kubeconfig],
    counter: { count: () => {} },
    beyond: () => beyond,
  };
  const cluster = openCluster(options, stop.signal);
  const states: ClusterState[] = [];
  let told = 0;
  const following = (async () => {
    for await (const state of cluster.states(never)) {
      states.push(state);
      told += 1;
    }
  })();
  return {
    folder,
    api,
    clock,
    told: () => told,
    async next() {
      while (states.length === 0) {
        await new Promise((resolve) => setImmediate(resolve));
        // Nothing but pauses is shortened: a request's own deadline is never reached before its answer.
        if (states.length === 0 && (clock.untilNext() ?? 0) <= 10_000) await clock.advance(5);
      }
      return states.shift() as ClusterState;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await following;
      await api[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

function put(folder: KubeconfigFolder, text: string): void {
  folder.write('kubelet.conf', text);
}

function told(state: ClusterState): string {
  return state.is === 'ready'
    ? `${state.identity.node} as ${state.identity.user}`
    : `${state.is}: ${reasonSentence(state.reason)}`;
}

describe('opening a cluster', () => {
  test('waits for credentials, says for which, and goes on when they appear, without asking anybody', async () => {
    await using o = await open();
    assert.equal(told(await o.next()), `waiting: no kubeconfig of a kubelet was found (${o.folder.kubeconfig})`);
    put(o.folder, o.api.kubeconfig('n1'));
    const state = await o.next();
    assert.ok(state.is === 'ready');
    assert.deepEqual(state.identity, { node: 'n1', user: 'system:node:n1', isNode: true });
    assert.equal(state.file, o.folder.kubeconfig);
    assert.equal(state.server, o.api.url);
    assert.equal(state.cluster.node.name, 'n1');
    assert.equal(o.api.connections().ever, 0);
  });

  test('says what is wrong with a file, and goes on when it is mended', async () => {
    await using o = await open({}, (folder) => put(folder, 'kind: Config\nclusters: {'));
    assert.match(told(await o.next()), /^waiting: the credentials in .*kubelet\.conf cannot be used: line 2: /);
    put(o.folder, o.api.kubeconfig('n1'));
    assert.equal(told(await o.next()), 'n1 as system:node:n1');
  });

  test('with a name that contradicts the certificate names both', async () => {
    await using o = await open({ nodeName: 'n2' }, (folder, api) => put(folder, api.kubeconfig('n1')));
    const state = await o.next();
    assert.match(told(state), /^contradiction: .*: they belong to the Node n1, but credentials\.nodeName is n2$/);
    put(o.folder, o.api.kubeconfig('n2'));
    assert.equal(told(await o.next()), 'n2 as system:node:n2');
  });

  test('a name is known at once not to fit the certificate, and in doubt it is not', async () => {
    await using o = await open();
    const ask = async (nodeName: string | null) => {
      let found: Reason | null | undefined;
      const settings = { ...automatic, nodeName };
      void nameContradiction(settings, o.clock, never, [o.folder.kubeconfig]).then((told) => {
        found = told;
      });
      while (found === undefined) {
        await new Promise((resolve) => setImmediate(resolve));
        // The pauses between two readings are shortened, the bound of the whole is not.
        if ((o.clock.untilNext() ?? 0) <= 200) await o.clock.advance(5);
      }
      return found === null ? null : reasonSentence(found);
    };
    assert.equal(await ask('n2'), null, 'no credentials yet');
    put(o.folder, o.api.kubeconfig('n1'));
    assert.match((await ask('n2')) ?? '', /they belong to the Node n1, but credentials\.nodeName is n2$/);
    assert.deepEqual([await ask('n1'), await ask(null)], [null, null]);
    put(o.folder, o.api.kubeconfigFor({ name: 'ada', groups: [] }));
    assert.equal(await ask('n2'), null, 'an ordinary user may work on any Node');
    put(o.folder, 'kind: Config\nclusters: {');
    assert.equal(await ask('n2'), null, 'files that are being replaced');
  });

  test('what a node may not do waits for the credentials of somebody else, and a certificate is known at once', async () => {
    const taint: BeyondNode = { key: 'node.preferNoScheduleTaint', why: 'change its taints' };
    await using o = await open({ nodeName: 'n1' }, (folder, api) => put(folder, api.kubeconfig('n1')), taint);
    assert.match(
      told(await o.next()),
      /^contradiction: .*: node\.preferNoScheduleTaint needs other credentials, because a node may not change its taints/,
    );
    const ask = () => nodeCertificate(automatic, o.clock, never, [o.folder.kubeconfig]);
    assert.equal(await ask(), o.folder.kubeconfig);
    put(o.folder, o.api.kubeconfigFor({ name: 'ada', groups: [] }));
    assert.equal(told(await o.next()), 'n1 as ada');
    assert.equal(await ask(), null);
    put(o.folder, o.api.kubeconfigFor({ name: 'system:node:n1', groups: [] }));
    assert.equal(await ask(), null, 'one who is not in the group is no node to the API server');
  });

  test('as an ordinary user needs a name, and takes it', async () => {
    const ada = { name: 'ada', groups: [] };
    await using without = await open({}, (folder, api) => put(folder, api.kubeconfigFor(ada)));
    assert.match(
      told(await without.next()),
      /^contradiction: .*: their user ada names no Node; set credentials\.nodeName$/,
    );
    await using named = await open({ nodeName: 'n3' }, (folder, api) => put(folder, api.kubeconfigFor(ada)));
    const state = await named.next();
    assert.ok(state.is === 'ready');
    assert.deepEqual(state.identity, { node: 'n3', user: 'ada', isNode: false });
  });

  test('by token asks who that is, waits while nobody answers, and goes on when somebody does', async () => {
    const node = { name: 'system:node:n4', groups: ['system:nodes'] };
    await using o = await open();
    await o.next();
    await o.api.stop();
    o.folder.write('ca.crt', o.api.ca);
    o.folder.writeKubeconfig(o.api.url, { token: o.api.token(node) }, { 'certificate-authority': 'ca.crt' });
    assert.match(
      told(await o.next()),
      /^waiting: the API server https:.* cannot be reached: the connection is refused$/,
    );
    await o.api.start();
    const state = await o.next();
    assert.ok(state.is === 'ready');
    assert.deepEqual(state.identity, { node: 'n4', user: 'system:node:n4', isNode: true });
  });

  test('as somebody impersonated asks who that is', async () => {
    const admin = { name: 'root', groups: ['system:masters'] };
    await using o = await open({}, (folder, api) => put(folder, api.kubeconfigFor(admin, 'system:node:n5')));
    const state = await o.next();
    assert.ok(state.is === 'ready');
    assert.equal(state.identity.node, 'n5');
    assert.equal(state.identity.isNode, false);
  });

  test('keeps its cluster over a rotation, and gives another to another node, whose user never touches the first', async () => {
    await using o = await open({}, (folder, api) => put(folder, api.kubeconfig('n1')));
    const first = await o.next();
    assert.ok(first.is === 'ready');
    put(o.folder, o.api.kubeconfig('n1'));
    await o.clock.advance(1_000);
    await first.cluster.node.read(never);
    put(o.folder, o.api.kubeconfig('n2'));
    await o.clock.advance(1_000);
    const read = await first.cluster.node.read(never);
    assert.ok(read.is === 'failed');
    assert.match(reasonSentence(read.reason), /no longer those of system:node:n1/);
    const second = await o.next();
    assert.equal(told(second), 'n2 as system:node:n2');
    assert.ok(second.is === 'ready' && second.cluster !== first.cluster);
    assert.equal(o.told(), 2);
    put(o.folder, o.api.kubeconfig('n1'));
    await o.clock.advance(1_000);
    assert.equal((await first.cluster.node.read(never)).is, 'failed');
  });

  test('that lost its credentials waits again, and the same cluster is ready when they are back', async () => {
    await using o = await open({}, (folder, api) => put(folder, api.kubeconfig('n1')));
    const first = await o.next();
    assert.ok(first.is === 'ready');
    const kubeconfig = o.api.kubeconfig('n1');
    o.folder.remove('kubelet.conf');
    await o.clock.advance(1_000);
    await first.cluster.node.read(never);
    await o.clock.advance(10_000);
    const read = await first.cluster.node.read(never);
    assert.ok(read.is === 'failed' && read.reason.code === 'credentials-missing');
    assert.match(told(await o.next()), /^waiting: no kubeconfig/);
    put(o.folder, kubeconfig);
    const again = await o.next();
    assert.ok(again.is === 'ready' && again.cluster === first.cluster);
  });

  test('ends with its signal, and leaves no timer behind', async () => {
    const o = await open();
    await o.next();
    await o[Symbol.asyncDispose]();
    await until(() => o.clock.untilNext() === null);
  });
});
