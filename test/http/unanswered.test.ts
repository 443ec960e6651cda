import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { describe, test } from 'node:test';
import type { TlsMaterial } from '../../src/http/tls.ts';
import { ManualClock } from '../fakes/clock.ts';
import { Authority } from './certificates.ts';
import { client, freePort, never, noTls, request, serve, until } from './server.ts';

const authority = new Authority();
const pair = authority.server();
const trusting: TlsMaterial = { ...noTls, ca: authority.cert };

describe('whether an unanswered request can have been sent', () => {
  test('no: the connection is refused', async () => {
    const answer = await client(new URL(`http://127.0.0.1:${await freePort()}`)).send(request(), never);
    assert.deepEqual(answer, { is: 'unanswered', kind: 'unreachable', sent: 'no', why: 'the connection is refused' });
  });

  test('no: the name is not known', async () => {
    const answer = await client(new URL('http://no-such-host.invalid')).send(request(), never);
    assert.ok(answer.is === 'unanswered' && answer.kind === 'unreachable' && answer.sent === 'no');
  });

  test('no, not a byte of it: the server is not trusted, or is another one', async () => {
    const cases: [string, TlsMaterial, Parameters<typeof serve>[1] & object][] = [
      ['another CA', { ...noTls, ca: new Authority().cert }, pair],
      ['another name', { ...trusting, servername: 'kubernetes.default' }, pair],
    ];
    for (const [title, tls, options] of cases) {
      await using server = await serve((_, response) => response.end(), options);
      const answer = await client(server.url, tls).send(request({ method: 'PUT', body: '{}' }), never);
      assert.ok(answer.is === 'unanswered' && answer.kind === 'tls' && answer.sent === 'no', title);
      assert.equal(server.requests.length, 0, title);
    }
  });

  test('no: the other end does not speak TLS', async () => {
    await using server = await serve((_, response) => response.end());
    const answer = await client(new URL(`https://127.0.0.1:${server.port}`)).send(request(), never);
    assert.ok(answer.is === 'unanswered' && answer.kind === 'tls' && answer.sent === 'no');
  });

  test('no: the handshake never ends, and the connection is given up with it', async () => {
    const clock = new ManualClock();
    const mute = createTcpServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const port = (mute.address() as AddressInfo).port;
    const answering = client(new URL(`https://127.0.0.1:${port}`), trusting, clock).send(request(), never);
    const [socket] = await once(mute, 'connection');
    const closed = once(socket.resume(), 'close');
    await clock.advance(10_000);
    const answer = await answering;
    assert.ok(answer.is === 'unanswered' && answer.kind === 'unreachable' && answer.sent === 'no');
    assert.equal(answer.why, 'no connection came about within 10 s');
    await closed;
    mute.close();
  });

  test('no: it waited for a free connection until its time was over', async () => {
    const clock = new ManualClock();
    await using server = await serve(() => {});
    const http = client(server.url, noTls, clock);
    const end = new AbortController();
    const first = Array.from({ length: 4 }, () => http.send(request({ method: 'PUT', deadline: 300_000 }), end.signal));
    await until(() => server.requests.length === 4);
    const waiting = http.send(request({ method: 'PUT', deadline: 1_000 }), never);
    await clock.advance(1_000);
    const answer = await waiting;
    assert.ok(answer.is === 'unanswered' && answer.kind === 'deadline' && answer.sent === 'no');
    end.abort();
    for (const one of await Promise.all(first)) assert.ok(one.is === 'unanswered' && one.sent === 'maybe');
  });

  test('maybe: the connection breaks after the request was written', async () => {
    await using server = await serve((incoming) => incoming.socket.destroy());
    const answer = await client(server.url).send(request({ method: 'PUT', body: '{}' }), never);
    assert.ok(answer.is === 'unanswered' && answer.kind === 'lost' && answer.sent === 'maybe');
  });

  test('maybe: the answer breaks off in its middle', async () => {
    await using server = await serve((incoming, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => incoming.socket.destroy());
    });
    const answer = await client(server.url).send(request({ method: 'PUT' }), never);
    assert.ok(answer.is === 'unanswered' && answer.kind === 'lost' && answer.sent === 'maybe');
  });

  test('maybe: no answer within the deadline, which is no longer waited for then', async () => {
    const clock = new ManualClock();
    await using server = await serve(() => {});
    const answering = client(server.url, noTls, clock).send(request({ method: 'PUT', deadline: 15_000 }), never);
    await until(() => server.requests.length === 1);
    await clock.advance(14_999);
    assert.equal(server.open(), 1);
    await clock.advance(1);
    const answer = await answering;
    assert.ok(answer.is === 'unanswered' && answer.kind === 'deadline' && answer.sent === 'maybe');
    await until(() => server.open() === 0);
  });

  test('maybe: the caller gives up', async () => {
    await using server = await serve(() => {});
    const giveUp = new AbortController();
    const answering = client(server.url).send(request({ method: 'PUT' }), giveUp.signal);
    await until(() => server.requests.length === 1);
    giveUp.abort();
    const answer = await answering;
    assert.ok(answer.is === 'unanswered' && answer.kind === 'aborted' && answer.sent === 'maybe');
  });

  test('maybe: the server goes over to another protocol, as a gateway for web sockets does', async () => {
    const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    await using server = await serve((incoming) => void incoming.socket.write(upgrade));
    const http = client(server.url);
    // More of them than may be under way at once: each gives its place back.
    for (let count = 0; count < 5; count += 1) {
      const answer = await http.send(request({ method: 'PUT' }), never);
      assert.deepEqual(answer, { is: 'unanswered', kind: 'lost', sent: 'maybe', why: 'the connection was lost' });
    }
    const opening = await http.stream(request(), never);
    assert.ok(opening.is === 'unanswered' && opening.kind === 'lost');
    await until(() => server.open() === 0);
  });

  test('no: it cannot be made, as a token with a line break in it is no header', async () => {
    await using server = await serve((_, response) => response.end());
    const headers = { authorization: 'Bearer one\ntwo' };
    const http = client(server.url);
    for (const answer of [
      await http.send(request({ headers }), never),
      await http.stream(request({ headers }), never),
    ]) {
      assert.ok(answer.is === 'unanswered' && answer.sent === 'no');
      assert.equal(answer.why, 'Invalid character in header content ["authorization"]');
    }
    assert.equal(server.requests.length, 0);
  });

  test('maybe: the answer is longer than what is read', async () => {
    await using server = await serve((_, response) => response.end('x'.repeat(1025)));
    const answer = await client(server.url).send(request({ method: 'PUT' }), never);
    assert.ok(answer.is === 'unanswered' && answer.kind === 'too-long' && answer.sent === 'maybe');
    const exact = await serve((_, response) => response.end('x'.repeat(1024)));
    const whole = await client(exact.url).send(request(), never);
    assert.ok(whole.is === 'answered' && whole.body.length === 1024);
    await exact[Symbol.asyncDispose]();
  });
});
