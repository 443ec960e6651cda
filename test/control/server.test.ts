import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { Question } from '../../src/control/client.ts';
import { serveLimits } from '../../src/control/serve.ts';
import type { Route } from '../../src/control/server.ts';
import { ManualClock } from '../fakes/clock.ts';
import { ask5, opened, timeout } from './opened.ts';

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
