import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { describe, it } from 'node:test';
import { prometheusSource } from '../../src/prometheus/source.ts';
import { ManualClock } from '../fakes/clock.ts';
import { hangingFiles } from '../fakes/hanging-files.ts';
import { freePort, never, serve, until } from '../http/server.ts';
import { alert, answering, ask, everyAlert, sentences, settings, vector } from './asking.ts';

describe('what cannot be told is unknown, and says why', () => {
  const told: readonly (readonly [string, RequestListener, RegExp])[] = [
    ['a page of something else', answering('<html>welcome</html>'), /its answer is no JSON$/],
    ['nothing at all', answering(''), /its answer is no JSON$/],
    ['null', answering('null'), /its answer is none of Prometheus$/],
    ['JSON of something else', answering({ data: [] }), /its answer is none of Prometheus$/],
    [
      'no result',
      answering({ status: 'success', data: { resultType: 'vector' } }),
      /its answer is none of Prometheus$/,
    ],
    ['samples without labels', answering(vector({ value: [1, '1'] })), /its answer is none of Prometheus$/],
    ['labels that are no text', answering(vector({ metric: { a: 1 } })), /its answer is none of Prometheus$/],
    [
      'a scalar',
      answering({ status: 'success', data: { resultType: 'scalar', result: [1, '1'] } }),
      /the query gives a scalar/,
    ],
    [
      'a part of the data alone',
      answering({ ...vector(), warnings: ['store \u001b gone'] }),
      /it found nothing that counts, and warns: store \\x1b gone$/,
    ],
    [
      'a part of the data alone, as VictoriaMetrics says it',
      answering({ ...vector(), isPartial: true }),
      /it found nothing that counts, in a part of the data alone \(isPartial\)$/,
    ],
    [
      'an error of the query',
      answering({ status: 'error', error: 'parse error\n' }, 400),
      /it answers with status 400: parse error$/,
    ],
    ['an error inside', answering('oops', 500), /it answers with status 500$/],
    ['no login', answering('no', 401), /it refuses our login with status 401$/],
    ['another place', answering('', 302), /it sends us elsewhere with status 302, which is not followed$/],
    ['without end', answering(`"${'x'.repeat(3_000_000)}"`), /its answer is longer than 2097152 bytes$/],
    [
      'half of it',
      (_, response) => void response.writeHead(200, { 'content-length': '9' }).write('{', () => response.destroy()),
      /connection|aborted/,
    ],
  ];
  for (const [name, handler, why] of told) {
    it(name, async () => {
      await using server = await serve(handler);
      const answer = await ask(settings(server.url));
      assert.equal(answer.is, 'unknown');
      const [text = ''] = sentences(answer);
      assert.ok(text.startsWith(`cannot tell whether a reboot is permitted: Prometheus ${server.url.origin}: `), text);
      assert.match(text, why);
    });
  }

  it('a part of the data in which nothing counts, whatever is passed over in it', async () => {
    const watchdog = vector(alert('Watchdog'));
    const asks = { ...everyAlert, filter: '^Watchdog$' };
    for (const said of [{ warnings: ['store b: timeout'] }, { isPartial: true }]) {
      await using server = await serve(answering({ ...watchdog, ...said }));
      assert.equal((await ask(settings(server.url, { asks }))).is, 'unknown', JSON.stringify(said));
      assert.equal((await ask(settings(server.url))).is, 'refused');
    }
    await using whole = await serve(answering({ ...watchdog, warnings: [], isPartial: false }));
    assert.deepEqual(await ask(settings(whole.url, { asks })), { is: 'allowed' });
  });

  it('nobody who listens', async () => {
    const answer = await ask(settings(`http://127.0.0.1:${await freePort()}`));
    assert.match(sentences(answer)[0] ?? '', /^cannot tell .*: the connection is refused$/);
  });

  it('a file of the login that hangs, within the time that is given, and it is asked for only once', async (t) => {
    const { calls } = hangingFiles(t, 'open');
    const clock = new ManualClock();
    const all = [settings('https://127.0.0.1:9', { caFile: '/ca.pem', timeout: 3_000 })];
    const source = prometheusSource({ clock, settings: () => all });
    for (let time = 0; time < 2; time += 1) {
      const asked = source.ask(never);
      await clock.advance(3_000);
      assert.match(sentences(await asked)[0] ?? '', /no answer within 3000 ms$/);
    }
    assert.equal(calls(), 1);
  });

  it('one who hangs for ever, within the time that is given to it, and another is heard besides', async () => {
    await using hanging = await serve(() => {});
    await using other = await serve(answering(vector(alert('Down'))));
    const clock = new ManualClock();
    const all = [settings(hanging.url, { timeout: 3_000 }), settings(other.url)];
    const asked = prometheusSource({ clock, settings: () => all }).ask(never);
    await until(() => hanging.requests.length === 1 && other.requests.length === 1 && other.open() === 0);
    await clock.advance(3_000);
    const answer = await asked;
    assert.equal(answer.is, 'refused');
    assert.match(sentences(answer).join('\n'), /: no answer within 3000 ms\n1 alert\(s\)/);
    await until(() => hanging.open() === 0);
  });
});
