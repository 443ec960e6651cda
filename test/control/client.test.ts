import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ask } from '../../src/control/client.ts';
import { ManualClock } from '../fakes/clock.ts';

const never = new AbortController().signal;
const timeout = 20_000;
const question = { method: 'GET', path: '/status' } as const;

/** A daemon that does the given thing to each connection. */
async function daemon(t: TestContext, act: (socket: Socket) => void): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'kured-host-client-'));
  const path = join(folder, 's.sock');
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => act(socket));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return path;
}

const asking = (path: string, clock = new ManualClock()) => ask(path, question, { clock, timeout: 5_000 }, never);

test('a socket that does not exist is nobody', async () => {
  assert.deepEqual(await asking('/run/no-such-folder/control.sock'), { is: 'nobody' });
});

const broken: readonly { name: string; act: (socket: Socket) => void; why: RegExp }[] = [
  { name: 'hangs up', act: (socket) => socket.destroy(), why: /hang up|ECONNRESET/ },
  { name: 'hangs up within its answer', act: halfAnAnswer, why: /aborted/ },
  { name: 'does not speak HTTP', act: (socket) => socket.end('hello\n'), why: /Parse Error/ },
  { name: 'says it is JSON and it is not', act: (socket) => socket.end(answer('{')), why: /JSON/ },
  { name: 'never stops talking', act: (socket) => socket.end(answer(' '.repeat(5 * 1024 * 1024))), why: /longer than/ },
];

function answer(body: string): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

function halfAnAnswer(socket: Socket): void {
  socket.write(answer('{"phase":"idle"}').slice(0, -5), () => socket.destroy());
}

for (const { name, act, why } of broken) {
  test(`a daemon that ${name} is a failure with its cause`, { timeout }, async (t) => {
    const asked = await asking(await daemon(t, act));
    assert.equal(asked.is, 'failed');
    assert.match(asked.is === 'failed' ? asked.why : '', why);
  });
}

test('a daemon that is silent is given up at the deadline', { timeout }, async (t) => {
  const heard = Promise.withResolvers<void>();
  const path = await daemon(t, () => heard.resolve());
  const clock = new ManualClock();
  const asked = asking(path, clock);
  await heard.promise;
  await clock.advance(5_000);
  assert.deepEqual(await asked, { is: 'failed', why: 'no answer within 5000 ms' });
});

test('a file that is no socket is nobody: no process listens on it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kured-host-client-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'control.sock'), '');
  assert.deepEqual(await asking(join(folder, 'control.sock')), { is: 'nobody' });
});

test('no timer is left when the answer has come', { timeout }, async (t) => {
  const clock = new ManualClock();
  const path = await daemon(t, (socket) => socket.end(answer('{"phase":"idle"}')));
  assert.deepEqual(await asking(path, clock), { is: 'answer', status: 200, body: { phase: 'idle' } });
  assert.equal(clock.untilNext(), null);
});
