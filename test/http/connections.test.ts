import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { describe, test } from 'node:test';
import type { TlsMaterial } from '../../src/http/tls.ts';
import { ManualClock } from '../fakes/clock.ts';
import { Authority } from './certificates.ts';
import { client, never, noTls, request, serve, until } from './server.ts';

const authority = new Authority();
const pair = authority.server();
const trusting: TlsMaterial = { ...noTls, ca: authority.cert };

describe('connections', () => {
  test('are kept and used again, with TLS and a client certificate', async () => {
    const own = authority.node('n1');
    await using server = await serve((incoming, response) => response.end(incoming.headers.host), {
      ...pair,
      ca: authority.cert,
      requestCert: true,
    });
    const http = client(server.url, { ...trusting, cert: own.cert, key: own.key });
    for (let round = 0; round < 5; round++) {
      const answer = await http.send(request(), never);
      assert.ok(answer.is === 'answered' && answer.body === `127.0.0.1:${server.port}`);
    }
    assert.equal(server.sockets.length, 1);
    http.retire();
  });

  test('are four at most, however many requests come at once', async () => {
    await using server = await serve((_, response) => void setImmediate(() => response.end('ok')));
    const http = client(server.url);
    const answers = await Promise.all(Array.from({ length: 40 }, () => http.send(request(), never)));
    assert.ok(answers.every((answer) => answer.is === 'answered'));
    assert.ok(server.sockets.length <= 4, `${server.sockets.length} connections`);
    http.retire();
  });

  test('end after 20 s without use, before any server ends them', async () => {
    const clock = new ManualClock();
    await using server = await serve((_, response) => response.end('ok'));
    const http = client(server.url, noTls, clock);
    await http.send(request(), never);
    await until(() => clock.untilNext() === 20_000);
    await clock.advance(19_999);
    await http.send(request(), never);
    await until(() => clock.untilNext() === 20_000);
    await clock.advance(19_999);
    assert.equal(server.open(), 1);
    await clock.advance(1);
    await until(() => server.open() === 0);
    assert.equal(clock.untilNext(), null);
  });

  test('are probed by the kernel after 30 s of silence, a kept one that is used again too', async (t) => {
    const probes = t.mock.method(Socket.prototype, 'setKeepAlive').mock;
    await using server = await serve((_, response) => response.end('ok'));
    const http = client(server.url);
    for (let round = 0; round < 3; round++) await http.send(request(), never);
    assert.equal(server.sockets.length, 1);
    const asked = probes.calls.map(({ arguments: [on, after] }) => [on, after]);
    assert.ok(asked.length >= 2, 'it was kept');
    assert.deepEqual(new Set(asked.map(String)), new Set(['true,30000']));
    http.retire();
  });

  test('that the server will close within a second are not kept', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200, { connection: 'keep-alive', 'keep-alive': 'timeout=1' }).end('ok');
    });
    const http = client(server.url);
    for (let round = 0; round < 2; round++) await http.send(request(), never);
    assert.equal(server.sockets.length, 2);
    http.retire();
  });

  test('that the server closed meanwhile cost a read nothing, and leave a write unknown', async () => {
    for (const [method, expected] of [
      ['GET', 'answered'],
      ['PUT', 'unanswered'],
    ] as const) {
      // Node's client sees the end of a kept connection at once when it is idle; this server ends it under the request.
      let seen = 0;
      await using server = await serve((incoming, response) => {
        seen += 1;
        if (seen === 2) incoming.socket.resetAndDestroy();
        else response.end('ok');
      });
      const http = client(server.url);
      await http.send(request(), never);
      const answer = await http.send(request({ method }), never);
      assert.equal(answer.is, expected, method);
      if (answer.is === 'unanswered') assert.equal(answer.sent, 'maybe');
      assert.equal(server.requests.length, method === 'GET' ? 3 : 2);
      http.retire();
    }
  });

  test('end with retire(): idle ones at once, one in use after its answer, a stream at once', async () => {
    let finish = (): void => {};
    await using server = await serve((incoming, response) => {
      if (incoming.url === '/slow') finish = () => response.end('done');
      else if (incoming.url === '/stream') response.writeHead(200).write('first\n');
      else response.end('ok');
    });
    const http = client(server.url);
    const stream = await http.stream(request({ path: '/stream' }), never);
    assert.ok(stream.is === 'streaming');
    const lines = stream.lines[Symbol.asyncIterator]();
    assert.equal((await lines.next()).value, 'first');
    const slow = http.send(request({ method: 'PUT', path: '/slow' }), never);
    await until(() => server.requests.length === 2);
    await http.send(request(), never);
    assert.equal(server.open(), 3);
    http.retire();
    await assert.rejects(lines.next(), { code: 'retired' });
    await until(() => server.open() === 1);
    finish();
    const answer = await slow;
    assert.ok(answer.is === 'answered' && answer.body === 'done');
    await until(() => server.open() === 0);
  });
});
