import assert from 'node:assert/strict';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ask } from '../../src/control/client.ts';
import type { Settings } from '../../src/core/settings.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import { capturedLog } from './captured-log.ts';
import { story } from './service-story.ts';

const leases = '/apis/coordination.k8s.io/v1/namespaces/kured-host/leases';
const lease = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'kured-host', namespace: 'kured-host' },
};

describe('the service starts with nothing there, says what it waits for, and goes on when it appears', {
  timeout: 200_000,
  concurrency: true,
}, () => {
  it('without credentials', async (t) => {
    const s = await story(t);
    const told = await s.until(({ waiting }) => waiting !== null, 'a reason');
    assert.equal(told.waiting?.code, 'credentials-missing');
    assert.match(told.waiting?.message ?? '', /kubelet\.conf/);
    await s.ready();
    assert.equal(await retryAt(s.runtime), 503, 'nobody can be told to try again');
    await s.admin.createNode('a');
    s.join('a');
    await s.until(({ status }) => status?.phase === 'idle', 'idle');
    assert.equal(await retryAt(s.runtime), 202);
  });

  it('without an API server', async (t) => {
    const s = await story(t, { before: ({ fleet }) => fleet.server.stop() });
    s.join('a');
    const told = await s.until(({ waiting }) => waiting?.code === 'api-unavailable', 'the API server is missed');
    assert.ok(told.waiting?.message.includes(s.fleet.server.url));
    await s.fleet.server.start();
    await s.admin.createNode('a');
    await s.until(({ status }) => status?.phase === 'idle', 'idle');
  });

  it('without its Node', async (t) => {
    const s = await story(t);
    s.join('a');
    s.needReboot();
    const told = await s.until(({ status }) => status?.reason.code === 'node-missing', 'the Node is missed');
    assert.match(told.status?.sentence ?? '', /the Node a does not exist/);
    await s.admin.createNode('a');
    await s.until(({ status }) => status?.phase === 'rebooting', 'the reboot');
  });

  it('without the Lease', async (t) => {
    const s = await story(t, { before: ({ fleet }) => fleet.admin.deleteLease() });
    await s.admin.createNode('a');
    s.join('a');
    s.needReboot();
    const told = await s.until(({ status }) => status?.reason.code === 'lease-missing', 'the Lease is missed');
    assert.match(told.status?.reason.remedy ?? '', /kured-host manifest/);
    await s.admin.call('POST', leases, lease);
    await s.until(({ status }) => status?.phase === 'rebooting', 'the reboot');
  });

  it('without a machine ID', async (t) => {
    const s = await story(t, { before: ({ folder }) => rmSync(join(folder, 'machine-id')) });
    await s.admin.createNode('a');
    s.join('a');
    const told = await s.until(({ waiting }) => waiting !== null, 'a reason');
    assert.match(told.waiting?.message ?? '', /the machine ID of this machine cannot be read/);
  });

  it('with a taint that its credentials may not set, until a reload takes it out', async (t) => {
    const key = 'example.com/reboot-needed';
    const change = (own: Settings): Settings => ({ ...own, node: { ...own.node, preferNoScheduleTaint: key } });
    const s = await story(t, { change });
    await s.admin.createNode('a');
    s.join('a');
    const told = await s.until(({ waiting }) => waiting !== null && waiting.code !== 'starting', 'a reason');
    assert.match(told.waiting?.message ?? '', /take it out/);
    s.reload({ ...s.settings, node: { ...s.settings.node, preferNoScheduleTaint: null } });
    await s.until(({ status }) => status?.phase === 'idle', 'idle');
  });
});

describe('what is taken or cannot be had is told and tried again', { timeout: 120_000 }, () => {
  it('the control socket', async (t) => {
    const s = await story(t, {
      before: ({ runtime }) => void mkdirSync(join(runtime, 'control.sock'), { recursive: true }),
    });
    await s.ready();
    assert.throws(() => statSync(join(s.runtime, 'status.sock')), /ENOENT/, 'both or none');
    rmSync(join(s.runtime, 'control.sock'), { recursive: true });
    await s.until(() => true, 'an answer');
    assert.equal(statSync(join(s.runtime, 'control.sock')).mode & 0o777, 0o600);
    assert.equal(statSync(join(s.runtime, 'status.sock')).mode & 0o777, 0o660);
  });

  it('the address of the metrics, which may change while the service runs', async (t) => {
    const { port, close } = await takenPort(t);
    const at = (listen: string | null) => (settings: Settings) => ({
      ...settings,
      metrics: { listen, textfile: null },
    });
    const s = await story(t, { change: at(`127.0.0.1:${port}`) });
    await s.until(() => true, 'an answer');
    close();
    const page = async (url: string): Promise<string> => {
      for (;;) {
        const answer = await fetch(`${url}/metrics`).catch(() => null);
        if (answer !== null) return await answer.text();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    assert.match(await page(`http://127.0.0.1:${port}`), /kured_host_build_info/);
    const other = await takenPort(t);
    other.close();
    s.reload(at(`127.0.0.1:${other.port}`)(s.settings));
    assert.match(await page(`http://127.0.0.1:${other.port}`), /kured_host_build_info/);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/metrics`), 'the old address was given up');
  });
});

describe('a stop before there is a cluster', { timeout: 60_000 }, () => {
  it('says what an earlier start may have left, and how to give it up', async (t) => {
    const logged = capturedLog(t);
    const s = await story(t, { change: (own) => ({ ...own, log: { level: 'info' } }) });
    await s.until(({ waiting }) => waiting !== null, 'the credentials to be missed');
    s.service.stop('stop');
    await s.service.ended;
    const why =
      'what an earlier start may have left in kured-host/kured-host and on the Node is left as it is, and the next start goes on with it; to give it up instead: kured-host lease release NODE --force, on a node of the pool, then kubectl uncordon NODE';
    const line = logged().find(({ event }) => event === 'service-stopping');
    assert.deepEqual([line?.['meaning'], line?.['why']], ['stop', why]);
  });

  it('ends at once when it is told so again', async (t) => {
    const s = await story(t);
    s.service.stop(null);
    s.service.stop(null);
    assert.deepEqual(await s.service.ended, { is: 'stopped' });
  });

  it('ends without an answer of anybody', async (t) => {
    const s = await story(t);
    s.service.stop(null);
    assert.deepEqual(await s.service.ended, { is: 'stopped' });
    assert.ok(s.told().includes('STOPPING=1'));
    assert.throws(() => statSync(join(s.runtime, 'control.sock')), /ENOENT/);
  });

  it('a reload is fine', async (t) => {
    const s = await story(t);
    s.reload({ ...s.settings, credentials: { ...s.settings.credentials, kubeconfig: join(s.folder, 'other.conf') } });
    const told = await s.until(({ waiting }) => waiting?.message.includes('other.conf') === true, 'the other file');
    assert.deepEqual(told.configuration, { waits: [], refused: null, identity: null });
  });
});

/** The status of the answer to a person's retry. */
async function retryAt(runtime: string): Promise<number> {
  const deps = { clock: systemClock, timeout: 5_000 };
  const retry = { method: 'POST', path: '/v1/retry' } as const;
  const asked = await ask(join(runtime, 'control.sock'), retry, deps, new AbortController().signal);
  return asked.is === 'answer' ? asked.status : assert.fail(asked.is);
}

async function takenPort(t: TestContext): Promise<{ readonly port: number; close(): void }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null
    ? { port: address.port, close: () => void server.close() }
    : assert.fail();
}
