import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ask } from '../../src/control/client.ts';
import { serve } from '../../src/control/serve.ts';
import { offerMetrics, type ServePage } from '../../src/metrics/listen.ts';
import { parseListen } from '../../src/metrics/listen-address.ts';
import type { EventCode, LogFields } from '../../src/ports/outlets.ts';
import { ManualClock } from '../fakes/clock.ts';

const timeout = 20_000;
const unixAddress = { is: 'unix', mode: 0o660, group: 'kured-host' } as const;

const addresses: readonly [text: string, address: ReturnType<typeof parseListen>][] = [
  ['127.0.0.1:9110', { is: 'tcp', host: '127.0.0.1', port: 9110 }],
  ['[::1]:9110', { is: 'tcp', host: '::1', port: 9110 }],
  [':9110', { is: 'tcp', host: null, port: 9110 }],
  ['localhost:65535', { is: 'tcp', host: 'localhost', port: 65_535 }],
  ['unix:/run/metrics.sock', { ...unixAddress, path: '/run/metrics.sock' }],
  ['9110', null],
  ['::1:9110', null],
  ['127.0.0.1:0', null],
  ['127.0.0.1:65536', null],
  ['127.0.0.1:', null],
  ['http://127.0.0.1:9110', null],
  ['unix:metrics.sock', null],
  ['', null],
];

for (const [text, address] of addresses) {
  test(`${JSON.stringify(text)} ${address === null ? 'is no address' : 'is an address'}`, () => {
    assert.deepEqual(parseListen(text), address);
  });
}

/** Metrics being offered, with every log event to be awaited. */
function offered(t: TestContext, listen: string, page = () => 'up 1\n', serveWith?: ServePage) {
  const clock = new ManualClock();
  const told: { readonly code: EventCode; readonly fields: LogFields }[] = [];
  let wake = (): void => undefined;
  const log = {
    event: (code: EventCode, fields: LogFields = {}): void => {
      told.push({ code, fields });
      wake();
    },
    always: () => undefined,
    setLevel: () => undefined,
  };
  const stop = new AbortController();
  const plain: ServePage = (address, handle) => serve(address, handle, { clock, failed: () => undefined });
  const ended = offerMetrics(listen, page, { clock, log, serve: serveWith ?? plain }, stop.signal);
  const end = async (): Promise<void> => {
    stop.abort();
    while (!(await Promise.race([ended.then(() => true), clock.settle().then(() => false)]))) await clock.step();
  };
  t.after(end);
  const heard = async (count: number): Promise<void> => {
    while (told.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { clock, told, heard, end };
}

async function takenPort(t: TestContext): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? { server, port: address.port } : assert.fail();
}

async function freePort(t: TestContext): Promise<number> {
  const { server, port } = await takenPort(t);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('the page is offered at /metrics with its media type, and nothing else is', { timeout }, async (t) => {
  const port = await freePort(t);
  const { heard, told, end } = offered(t, `127.0.0.1:${port}`);
  await heard(1);
  assert.equal(told[0]?.code, 'metrics-listening');
  const answer = await fetch(`http://127.0.0.1:${port}/metrics?name=x`);
  assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal(await answer.text(), 'up 1\n');
  assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 404);
  assert.equal((await fetch(`http://127.0.0.1:${port}/metrics`, { method: 'POST', body: 'x' })).status, 405);
  const head = await fetch(`http://127.0.0.1:${port}/metrics`, { method: 'HEAD' });
  assert.deepEqual([head.status, await head.text()], [200, '']);
  await end();
  await assert.rejects(fetch(`http://127.0.0.1:${port}/metrics`));
});

test('a unix socket is offered the same way and removed at the end', { timeout }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kured-host-metrics-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'metrics.sock');
  const { clock, heard, end } = offered(t, `unix:${path}`);
  await heard(1);
  assert.equal(statSync(path).mode & 0o777, 0o660);
  const asked = await ask(
    path,
    { method: 'GET', path: '/metrics' },
    { clock, timeout: 5_000 },
    new AbortController().signal,
  );
  assert.deepEqual(asked, { is: 'answer', status: 200, body: 'up 1\n' });
  await end();
  assert.throws(() => statSync(path), /ENOENT/);
});

test('a page that cannot be made is answered with 500, and the next one is tried', { timeout }, async (t) => {
  const port = await freePort(t);
  let broken = true;
  const page = (): string => {
    if (broken) throw new Error('no page');
    return 'up 1\n';
  };
  const { heard } = offered(t, `127.0.0.1:${port}`, page);
  await heard(1);
  assert.equal((await fetch(`http://127.0.0.1:${port}/metrics`)).status, 500);
  broken = false;
  assert.equal((await fetch(`http://127.0.0.1:${port}/metrics`)).status, 200);
});

test('a port that is taken is told once and taken when it is free', { timeout }, async (t) => {
  const { server, port } = await takenPort(t);
  const { clock, told, heard } = offered(t, `127.0.0.1:${port}`);
  await heard(1);
  assert.equal(told[0]?.code, 'metrics-failed');
  assert.match(String(told[0]?.fields.why), /EADDRINUSE/);
  server.close();
  while (told.length < 2) {
    await clock.settle();
    await clock.step();
  }
  assert.equal(told[1]?.code, 'metrics-listening');
  assert.equal((await fetch(`http://127.0.0.1:${port}/metrics`)).status, 200);
});

test('it is tried again after 1, 2, 4 … 60 seconds, and the same cause is told once', { timeout }, async (t) => {
  const moments: number[] = [];
  let now = (): number => 0;
  const { clock, told } = offered(t, ':9110', undefined, async () => {
    moments.push(now() / 1000);
    throw new Error('EADDRINUSE');
  });
  now = () => clock.mono();
  await clock.advance(200_000);
  assert.deepEqual(moments, [0, 1, 3, 7, 15, 31, 63, 123, 183]);
  assert.equal(told.length, 1);
});

test('a server that ends by itself is closed, told, and opened anew', { timeout }, async (t) => {
  const dying = Promise.withResolvers<Error>();
  let opened = 0;
  let closed = 0;
  const { clock, told, heard } = offered(t, ':9110', undefined, async () => {
    opened += 1;
    return { ended: opened === 1 ? dying.promise : new Promise(() => undefined), close: async () => void closed++ };
  });
  await heard(1);
  dying.resolve(new Error('EMFILE'));
  await heard(2);
  assert.equal(closed, 1);
  await clock.advance(1_000);
  assert.deepEqual(
    told.map(({ code }) => code),
    ['metrics-listening', 'metrics-failed', 'metrics-listening'],
  );
});

test('an address that is none is told and nothing is tried', { timeout }, async (t) => {
  const { told, clock } = offered(t, 'everywhere', undefined, () => assert.fail('must not be tried'));
  await clock.settle();
  assert.equal(told[0]?.code, 'metrics-failed');
  assert.equal(clock.untilNext(), null);
});
