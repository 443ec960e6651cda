import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ask, type Question } from '../../src/control/client.ts';
import { serveLimits } from '../../src/control/serve.ts';
import { openControl, type Route } from '../../src/control/server.ts';
import type { Log, LogFields } from '../../src/ports/outlets.ts';
import { skipUnless } from '../cluster/available.ts';
import { ManualClock } from '../fakes/clock.ts';

const never = new AbortController().signal;
const timeout = 20_000;

const ask5 = (clock: ManualClock, socket: string, question: Question, signal = never) =>
  ask(socket, question, { clock, timeout: 5_000 }, signal);

function ownFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'kured-host-control-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const routes: readonly Route[] = [
  { method: 'GET', path: '/status', handle: async () => ({ status: 200, body: { phase: 'idle' } }) },
  { method: 'GET', path: '/metrics', handle: async () => ({ status: 200, text: 'up 1\n', type: 'text/plain' }) },
  { method: 'POST', path: '/retry', handle: async (body) => ({ status: 202, body: { got: body } }) },
  { method: 'POST', path: '/broken', handle: () => Promise.reject(new Error('a secret of the daemon')) },
];

async function opened(t: TestContext, table = routes) {
  const folder = join(ownFolder(t), 'run', 'kured-host');
  const clock = new ManualClock();
  const told: LogFields[] = [];
  const log: Log = {
    event: (code, fields) => void told.push({ code, ...fields }),
    always: () => undefined,
    setLevel: () => undefined,
  };
  const server = await openControl(folder, table, { clock, log });
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    const done = server.close();
    while (!(await Promise.race([done.then(() => true), clock.settle().then(() => false)]))) await clock.step();
  };
  t.after(close);
  return { folder, clock, told, close, control: join(folder, 'control.sock'), status: join(folder, 'status.sock') };
}

test('a question is answered with JSON, with and without a body', { timeout }, async (t) => {
  const { clock, control } = await opened(t);
  assert.deepEqual(await ask5(clock, control, { method: 'GET', path: '/status' }), {
    is: 'answer',
    status: 200,
    body: { phase: 'idle' },
  });
  const body = { reason: 'mended', n: 1 };
  assert.deepEqual(await ask5(clock, control, { method: 'POST', path: '/retry', body }), {
    is: 'answer',
    status: 202,
    body: { got: body },
  });
  assert.deepEqual(await ask5(clock, control, { method: 'POST', path: '/retry' }), {
    is: 'answer',
    status: 202,
    body: { got: null },
  });
  assert.deepEqual(await ask5(clock, control, { method: 'GET', path: '/metrics?x=1' }), {
    is: 'answer',
    status: 200,
    body: 'up 1\n',
  });
});

const refusals: readonly { socket: 'control' | 'status'; question: Question; status: number }[] = [
  { socket: 'control', question: { method: 'GET', path: '/nothing' }, status: 404 },
  { socket: 'control', question: { method: 'POST', path: '/status' }, status: 405 },
  { socket: 'control', question: { method: 'GET', path: '/retry' }, status: 405 },
  { socket: 'status', question: { method: 'POST', path: '/status' }, status: 405 },
  { socket: 'status', question: { method: 'POST', path: '/retry' }, status: 404 },
  {
    socket: 'control',
    question: { method: 'POST', path: '/retry', body: 'x'.repeat(serveLimits.bodyBytes) },
    status: 413,
  },
  { socket: 'control', question: { method: 'POST', path: '/broken' }, status: 500 },
];

for (const { socket, question, status } of refusals) {
  test(`${question.method} ${question.path} on ${socket}.sock is answered with ${status}`, { timeout }, async (t) => {
    const open = await opened(t);
    const asked = await ask5(open.clock, open[socket], question);
    assert.equal(asked.is === 'answer' ? asked.status : JSON.stringify(asked), status);
    assert.doesNotMatch(JSON.stringify(asked), /secret/);
  });
}

test('what a handler threw is logged', { timeout }, async (t) => {
  const { clock, control, told } = await opened(t);
  await ask5(clock, control, { method: 'POST', path: '/broken' });
  assert.match(String(told.find(({ code }) => code === 'internal-error')?.why), /a secret of the daemon/);
});

test('the sockets have their modes, and the folder is made so that the group can reach them', {
  timeout,
}, async (t) => {
  const { folder, control, status } = await opened(t);
  assert.equal(statSync(control).mode & 0o777, 0o600);
  assert.equal(statSync(status).mode & 0o777, 0o660);
  assert.equal(statSync(folder).mode & 0o755, 0o755);
  assert.deepEqual(readdirSync(folder).sort(), ['control.sock', 'status.sock']);
});

test('the files are gone after closing, and the next one can open', { timeout }, async (t) => {
  const { folder, clock, control, close } = await opened(t);
  await close();
  assert.deepEqual(readdirSync(folder), []);
  assert.deepEqual(await ask5(clock, control, { method: 'GET', path: '/status' }), { is: 'nobody' });
});

test('files that a killed process left are nobody, and are replaced', { timeout }, async (t) => {
  const folder = ownFolder(t);
  const socket = join(folder, 'control.sock');
  const child = spawn(
    'python3',
    [
      '-c',
      `import socket\ns = socket.socket(socket.AF_UNIX)\ns.bind(${JSON.stringify(socket)})\ns.listen()\nprint("bound", flush=True)\nimport time\ntime.sleep(60)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  mkdirSync(join(folder, '.control.sock.new'));
  writeFileSync(join(folder, '.control.sock.new', 's'), '');
  const clock = new ManualClock();
  assert.deepEqual(await ask5(clock, socket, { method: 'GET', path: '/status' }), { is: 'nobody' });
  const server = await openControl(folder, routes, {
    clock,
    log: { event: () => undefined, always: () => undefined, setLevel: () => undefined },
  });
  assert.equal((await ask5(clock, socket, { method: 'GET', path: '/status' })).is, 'answer');
  await server.close();
  assert.deepEqual(readdirSync(folder), []);
});

test('a file there that is no socket is left alone, and nothing stays open', { timeout }, async (t) => {
  const folder = ownFolder(t);
  writeFileSync(join(folder, 'status.sock'), 'precious');
  const log: Log = { event: () => undefined, always: () => undefined, setLevel: () => undefined };
  await assert.rejects(openControl(folder, routes, { clock: new ManualClock(), log }), /EEXIST.*not a socket/);
  assert.deepEqual(readdirSync(folder), ['status.sock']);
  assert.equal(statSync(join(folder, 'status.sock')).size, 'precious'.length);
});

test('a peer that does not send its request in time loses the connection', { timeout }, async (t) => {
  for (const part of [
    '',
    'GET /status HTTP/1.1\r\nhost',
    'POST /retry HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{',
  ]) {
    const { clock, control } = await opened(t);
    const socket = connect(control);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(part);
    const closed = once(socket, 'close');
    while (clock.untilNext() === null) await clock.settle();
    await clock.advance(serveLimits.transferTime);
    socket.resume();
    await closed;
    assert.equal(clock.untilNext(), null);
  }
});

test('a header that is too long is refused', { timeout }, async (t) => {
  const { control } = await opened(t);
  const socket = connect(control);
  socket.write(`GET /status HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(serveLimits.headerBytes)}\r\n\r\n`);
  const [answer] = await once(socket, 'data');
  assert.match(String(answer), /^HTTP\/1.1 431 /);
  socket.destroy();
});

test('a handler learns that its client is gone', { timeout }, async (t) => {
  const seen = Promise.withResolvers<unknown>();
  const begun = Promise.withResolvers<void>();
  const waits: Route = {
    method: 'POST',
    path: '/wait',
    handle: (_body, signal) =>
      new Promise((_resolve, reject) => {
        begun.resolve();
        signal.addEventListener('abort', () => {
          seen.resolve(signal.reason);
          reject(signal.reason);
        });
      }),
  };
  const { clock, control, told } = await opened(t, [waits]);
  const stop = new AbortController();
  const asked = ask5(clock, control, { method: 'POST', path: '/wait' }, stop.signal);
  await begun.promise;
  stop.abort(new Error('interrupted'));
  assert.deepEqual(await asked, { is: 'failed', why: 'interrupted' });
  assert.match(String(await seen.promise), /the client is gone/);
  assert.equal(
    told.some(({ code }) => code === 'internal-error'),
    false,
  );
});

test('an answer may take longer than sending the request may', { timeout }, async (t) => {
  const begun = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  const slow: Route = {
    method: 'POST',
    path: '/slow',
    handle: async () => {
      begun.resolve();
      await mayEnd.promise;
      return { status: 200, body: 'done' };
    },
  };
  const { clock, control } = await opened(t, [slow]);
  const asked = ask5(new ManualClock(), control, { method: 'POST', path: '/slow' });
  await begun.promise;
  await clock.advance(10 * serveLimits.transferTime);
  mayEnd.resolve();
  assert.deepEqual(await asked, { is: 'answer', status: 200, body: 'done' });
});

test('closing ends what is being handled with 503 and does not wait for a silent peer', { timeout }, async (t) => {
  const begun = Promise.withResolvers<void>();
  const waits: Route = {
    method: 'POST',
    path: '/wait',
    handle: (_body, signal) =>
      new Promise((_resolve, reject) => {
        begun.resolve();
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  };
  const { control, close } = await opened(t, [waits]);
  const silent = connect(control);
  silent.on('error', () => undefined);
  await once(silent, 'connect');
  const asked = ask5(new ManualClock(), control, { method: 'POST', path: '/wait' });
  await begun.promise;
  await close();
  const answer = await asked;
  assert.equal(answer.is === 'answer' && answer.status, 503);
  assert.equal(existsSync(control), false);
});

test('more connections than the bound are dropped', { timeout }, async (t) => {
  const { control } = await opened(t);
  const sockets = [];
  for (let i = 0; i < serveLimits.connections; i++) {
    const socket = connect(control);
    await once(socket, 'connect');
    sockets.push(socket);
  }
  const oneMore = connect(control);
  oneMore.on('error', () => undefined);
  await once(oneMore.resume(), 'close');
  for (const socket of sockets) socket.destroy();
});

test('an idle server has no timer', { timeout }, async (t) => {
  const { clock, control } = await opened(t);
  await ask5(clock, control, { method: 'GET', path: '/status' });
  while (clock.untilNext() !== null) await clock.settle();
});

const noRoot = skipUnless(process.getuid?.() === 0 ? null : 'only root may give a file away');

test('the group that exists gets the socket', { timeout, skip: noRoot }, async (t) => {
  const { bindSocketFile } = await import('../../src/control/socket-file.ts');
  const { createServer } = await import('node:net');
  const server = createServer();
  const path = join(ownFolder(t), 's.sock');
  const bound = await bindSocketFile(server, { path, mode: 0o660, group: 'daemon' });
  assert.equal(bound.group, true);
  assert.equal(statSync(path).gid, Number(execFileSync('getent', ['group', 'daemon']).toString().split(':')[2]));
  server.close();
  await bound.remove();
  assert.equal(existsSync(path), false);
});
