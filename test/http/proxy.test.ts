import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { openHttp } from '../../src/http/client.ts';
import type { TlsMaterial } from '../../src/http/tls.ts';
import { realClock } from '../fakes/clock.ts';
import { Authority } from './certificates.ts';
import { never, noTls, request, serve } from './server.ts';

const authority = new Authority();
const pair = authority.server();
const trusting: TlsMaterial = { ...noTls, ca: authority.cert };

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
