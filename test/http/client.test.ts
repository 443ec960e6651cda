import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { describe, test } from 'node:test';
import { type HttpClient, openHttp } from '../../src/http/client.ts';
import type { TlsMaterial } from '../../src/http/tls.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { ManualClock, realClock } from '../fakes/clock.ts';
import { Authority } from './certificates.ts';
import { freePort, never, noTls, request, serve, until } from './server.ts';

const authority = new Authority();
const pair = authority.server();
const trusting: TlsMaterial = { ...noTls, ca: authority.cert };

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

function client(url: URL, tls: TlsMaterial = noTls, clock: Clock = realClock()): HttpClient {
  return openHttp({ url, tls, proxy: null }, clock);
}

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

describe('a stream', () => {
  test('gives whole lines, wherever the pieces are cut', async () => {
    const text = Buffer.from('{"a":"ä€𝄞"}\n\n{"b":2}\n{"cut');
    await using server = await serve(async (_, response) => {
      for (const byte of text) {
        response.write(Buffer.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    const stream = await client(server.url).stream(request(), never);
    assert.ok(stream.is === 'streaming');
    assert.deepEqual(await all(stream.lines), ['{"a":"ä€𝄞"}', '{"b":2}']);
  });

  test('has a deadline for its beginning only', async () => {
    const clock = new ManualClock();
    let line = (): void => {};
    await using server = await serve((_, response) => {
      response.writeHead(200).flushHeaders();
      line = () => response.end('late\n');
    });
    const http = client(server.url, noTls, clock);
    const stream = await http.stream(request({ deadline: 1_000 }), never);
    assert.ok(stream.is === 'streaming');
    await clock.advance(100_000);
    line();
    assert.deepEqual(await all(stream.lines), ['late']);
    await using mute = await serve(() => {});
    const opening = client(mute.url, noTls, clock).stream(request({ deadline: 1_000 }), never);
    await until(() => mute.requests.length === 1);
    await clock.advance(1_000);
    const answer = await opening;
    assert.ok(answer.is === 'unanswered' && answer.kind === 'deadline');
  });

  test('throws when a line is too long, when the connection breaks, when it is aborted', async () => {
    await using server = await serve((incoming, response) => {
      response.write('ok\n');
      if (incoming.url === '/long') response.write('x'.repeat(1025));
      if (incoming.url === '/break') response.write('y', () => incoming.socket.destroy());
    });
    for (const [path, code] of [
      ['/long', 'too-long'],
      ['/break', 'lost'],
      ['/abort', 'aborted'],
    ] as const) {
      const giveUp = new AbortController();
      const stream = await client(server.url).stream(request({ path }), giveUp.signal);
      assert.ok(stream.is === 'streaming');
      const lines = stream.lines[Symbol.asyncIterator]();
      assert.equal((await lines.next()).value, 'ok');
      if (path === '/abort') giveUp.abort();
      await assert.rejects(lines.next(), { code }, path);
    }
    await until(() => server.open() === 0);
  });

  test('that is left ends its connection', async () => {
    await using server = await serve((_, response) => void response.write('one\ntwo\n'));
    const stream = await client(server.url).stream(request(), never);
    assert.ok(stream.is === 'streaming');
    for await (const line of stream.lines) {
      assert.equal(line, 'one');
      break;
    }
    await until(() => server.open() === 0);
  });

  test('of another status is an answer with its body', async () => {
    await using server = await serve((_, response) => response.writeHead(410).end('gone'));
    const http = client(server.url);
    const answer = await http.stream(request(), never);
    assert.ok(answer.is === 'answered' && answer.status === 410 && answer.body === 'gone');
    http.retire();
  });
});

describe('a proxy', () => {
  test('is asked for a tunnel, with its login; TLS goes through it to the server', async () => {
    await using server = await serve((_, response) => response.end('through'), pair);
    const asked: string[] = [];
    await using proxy = await serve(() => {});
    proxy.server.on('connect', (incoming, socket, head) => {
      asked.push(`${incoming.url} ${incoming.headers['proxy-authorization']}`);
      const onward = connect(server.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => {});
      socket.on('error', () => {});
    });
    const proxyUrl = new URL(`http://me:secret@127.0.0.1:${proxy.port}`);
    const http = openHttp({ url: server.url, tls: trusting, proxy: proxyUrl }, realClock());
    const answer = await http.send(request(), never);
    assert.ok(answer.is === 'answered' && answer.body === 'through');
    assert.deepEqual(asked, [`127.0.0.1:${server.port} Basic ${Buffer.from('me:secret').toString('base64')}`]);
    http.retire();
  });

  test('that refuses is an unreachable server, and nothing was sent', async () => {
    await using proxy = await serve(() => {});
    proxy.server.on('connect', (_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    const target = { url: new URL('https://cluster.example:6443'), tls: trusting, proxy: proxy.url };
    const answer = await openHttp(target, realClock()).send(request({ method: 'PUT' }), never);
    assert.ok(answer.is === 'unanswered' && answer.kind === 'unreachable' && answer.sent === 'no');
    assert.match(answer.why, /refuses the connection with status 403/);
  });
});
