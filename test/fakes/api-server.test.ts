import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { restClient } from '../cluster/rest.ts';
import { admin as adminUser, nodeUser } from './api/user.ts';
import { startFakeApiServer } from './api-server.ts';
import { ManualClock } from './clock.ts';
import { openFakeCluster } from './fake-cluster.ts';
import { newAuthority } from './server/certificates.ts';
import { certificateFor, node } from './server/credentials.ts';
import { leases, startFixture } from './server-fixture.ts';

describe('who the fake API server takes a client for', { timeout: 20_000 }, () => {
  it('a certificate that has ended, or of another authority, is 401', async () => {
    await using fixture = await startFixture();
    const { url, ca, clock } = fixture.server;
    const other = newAuthority({ name: 'other', notBefore: 0, notAfter: clock.now().wall + 1e9 });
    const shown = [
      fixture.server.credentials({ ...node('n1'), validFor: -1000 }),
      certificateFor(other, node('n1'), clock.now().wall),
      fixture.server.nodeCredentials('n1'),
    ];
    const codes = [];
    for (const each of shown) {
      const client = restClient(url, { ...each, ca });
      codes.push((await client.request('GET', '/api/v1/nodes/n1')).status);
      client.close();
    }
    assert.deepEqual(codes, [401, 401, 404]);
  });

  it('a token counts until it is revoked, with TLS and without', async () => {
    for (const tls of [true, false]) {
      await using server = await startFakeApiServer({ tls });
      const token = server.token(node('n1'));
      const ask = async (): Promise<number> => {
        const answer = await (tls ? overTls(server.url, server.ca, token) : plainly(server.url, token));
        return answer;
      };
      assert.equal(await ask(), 404);
      server.revokeToken(token);
      assert.equal(await ask(), 401);
    }
  });

  it('a kubeconfig holds everything a kubelet has, and whom to act as', async () => {
    await using server = await startFakeApiServer();
    const config = JSON.parse(server.kubeconfig('n1', 'system:serviceaccount:a:b'));
    const text = (data: string): string => Buffer.from(data, 'base64').toString();
    assert.equal(config.clusters[0].cluster.server, server.url);
    assert.equal(text(config.clusters[0].cluster['certificate-authority-data']), server.ca);
    assert.match(text(config.users[0].user['client-certificate-data']), /BEGIN CERTIFICATE/);
    assert.match(text(config.users[0].user['client-key-data']), /BEGIN PRIVATE KEY/);
    assert.equal(config.users[0].user.as, 'system:serviceaccount:a:b');
  });
});

async function overTls(url: string, ca: string, token: string): Promise<number> {
  const client = restClient(url, { ca, token });
  const { status } = await client.request('GET', '/api/v1/nodes/n1');
  client.close();
  return status;
}

async function plainly(url: string, token: string): Promise<number> {
  const answer = await fetch(`${url}/api/v1/nodes/n1`, { headers: { authorization: `Bearer ${token}` } });
  await answer.text();
  return answer.status;
}

describe('the fake API server as a process', { timeout: 20_000 }, () => {
  it('stopped it refuses connections and keeps its state, started it serves on the same port', async () => {
    await using fixture = await startFixture();
    await fixture.server.stop();
    assert.equal(fixture.server.running, false);
    await assert.rejects(fixture.admin.request('GET', `${leases}/pool`), /ECONNREFUSED|socket hang up/);
    await fixture.server.start();
    assert.equal((await fixture.admin.request('GET', `${leases}/pool`)).status, 200);
  });

  it('counts connections, and cuts them', async () => {
    await using fixture = await startFixture();
    await fixture.admin.request('GET', `${leases}/pool`);
    assert.deepEqual(fixture.server.connections(), { ever: 1, open: 1 });
    fixture.server.cutConnections();
    await assert.rejects(fixture.admin.request('GET', `${leases}/pool`));
    await fixture.admin.request('GET', `${leases}/pool`);
    assert.equal(fixture.server.connections().ever, 2);
  });

  it('writes down who did what, as whom, in the order in which it took effect', async () => {
    await using fixture = await startFixture();
    const client = restClient(fixture.server.url, {
      ca: fixture.server.ca,
      ...fixture.server.adminCredentials(),
      impersonate: 'system:serviceaccount:default:lock',
    });
    await client.request('GET', `${leases}/pool`);
    client.close();
    const [created, read] = fixture.server.audit;
    assert.deepEqual(
      [created?.user, created?.verb, created?.objectRef, created?.code],
      [
        'admin',
        'create',
        { resource: 'leases', namespace: 'default', name: 'pool', apiGroup: 'coordination.k8s.io' },
        201,
      ],
    );
    assert.deepEqual(
      [read?.impersonatedUser, read?.verb, read?.code],
      ['system:serviceaccount:default:lock', 'get', 403],
    );
    assert.ok((created?.received ?? 0) <= (created?.answered ?? -1));
  });

  it('refuses a body of more than 3 MiB', async () => {
    await using fixture = await startFixture();
    const body = { metadata: { name: 'big', annotations: { a: 'x'.repeat(3 * 1024 * 1024) } } };
    const answer = await fixture.admin.request('POST', leases, { body });
    assert.equal(answer.status, 413);
  });
});

describe('the cluster without a carrier', () => {
  it('is the same, byte for byte, for the same seed and the same requests', async () => {
    const play = async (seed: number): Promise<string> => {
      const clock = new ManualClock({ seed });
      const cluster = openFakeCluster({ clock, controllerDelay: 5 });
      cluster.ask(nodeUser('n1'), 'POST', '/api/v1/nodes', { metadata: { name: 'n1' } });
      await clock.advance(10);
      cluster.ask(adminUser, 'PATCH', '/api/v1/nodes/n1', { spec: { unschedulable: true } });
      await clock.advance(10);
      return JSON.stringify(cluster.store.list('nodes'));
    };
    assert.equal(await play(1), await play(1));
    assert.notEqual(await play(1), await play(2));
    assert.match(await play(1), /node.kubernetes.io\/unschedulable/);
  });
});
