import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ManualClock } from '../fakes/clock.ts';
import { client, never, noTls, request, serve, until } from './server.ts';

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

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
}
