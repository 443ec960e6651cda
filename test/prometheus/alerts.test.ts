import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reasonRemedy } from '../../src/core/reasons.ts';
import { serve } from '../http/server.ts';
import { alert, answering, ask, everyAlert, queryOf, sentences, settings, vector } from './asking.ts';

describe('alerts in an answer', () => {
  it('nothing there is no refusal, and nobody to be asked is none', async () => {
    await using server = await serve(answering(vector()));
    assert.deepEqual(await ask(settings(server.url)), { is: 'allowed' });
    assert.deepEqual(server.requests.map(queryOf), ['ALERTS{}']);
    assert.deepEqual(await ask(), { is: 'allowed' });
  });

  it('are named with how many there are, ten at most, pending ones as such, and from where', async () => {
    const many = Array.from({ length: 12 }, (_, at) => alert(`Z${String(at).padStart(2, '0')}`));
    const body = vector(
      alert('Disk', { host: 'a' }),
      alert('Disk', { host: 'b' }),
      alert('Cpu', { alertstate: 'pending' }),
      ...many,
    );
    await using server = await serve(answering(body));
    const answer = await ask(settings(server.url));
    assert.equal(answer.is, 'refused');
    const origin = server.url.origin;
    const names = 'Cpu (pending), Disk (2), Z00, Z01, Z02, Z03, Z04, Z05, Z06, Z07 and 4 more';
    assert.deepEqual(sentences(answer), [`15 alert(s) in Prometheus ${origin} are against a reboot: ${names}`]);
    assert.match(answer.reasons[0] === undefined ? '' : reasonRemedy(answer.reasons[0]), /silence them/);
  });

  it('with names that were made to deceive are shown escaped and cut', async () => {
    await using server = await serve(answering(vector(alert(`\u001b[2J\u202e${'x'.repeat(5_000)}`))));
    const [text = ''] = sentences(await ask(settings(server.url)));
    assert.ok(text.includes('\\x1b[2J\\u{202e}xxx') && text.length < 200, text);
  });

  it('count by their labels where matchers are given, which the server judges', async () => {
    await using server = await serve(answering(vector()));
    const matchers = [
      { name: 'severity', is: '=', value: 'critical' },
      { name: 'team', is: '!~', value: 'a"b|\\d' },
    ] as const;
    await ask(settings(server.url, { asks: { ...everyAlert, matchers } }));
    assert.deepEqual(server.requests.map(queryOf), ['ALERTS{severity="critical",team!~"a\\"b|\\\\d"}']);
  });

  it('of one server refuse, whatever another says; all of it is told', async () => {
    await using one = await serve(answering(vector(alert('Down'))));
    await using other = await serve(answering('', 500));
    await using third = await serve(answering(vector()));
    const answer = await ask(settings(other.url), settings(one.url), settings(third.url));
    assert.equal(answer.is, 'refused');
    assert.deepEqual(sentences(answer), [
      `cannot tell whether a reboot is permitted: Prometheus ${other.url.origin}: it answers with status 500`,
      `1 alert(s) in Prometheus ${one.url.origin} are against a reboot: Down`,
    ]);
  });
});
