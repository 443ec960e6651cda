import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serve } from '../http/server.ts';
import { alert, answering, ask, everyAlert, queryOf, sentences, settings, vector } from './asking.ts';

describe('a pattern', () => {
  it('that takes others for ever takes no time, and finds what it should', async () => {
    const name = `${'a'.repeat(20_000)}!`;
    await using server = await serve(answering(vector(alert(name))));
    const asked = (filter: string) => ask(settings(server.url, { asks: { ...everyAlert, filter } }));
    assert.equal((await asked('(a+)+$')).is, 'refused');
    assert.equal((await asked('^(a|aa)+!$')).is, 'allowed');
  });

  it('whose work on all names would be long is not begun: unknown', async () => {
    const names = Array.from({ length: 60 }, (_, at) => alert(`${at}${'a'.repeat(1_000)}`));
    await using server = await serve(answering(vector(...names)));
    const asks = { ...everyAlert, filter: '(x|y){1,150}b' };
    const answer = await ask(settings(server.url, { asks }));
    assert.equal(answer.is, 'unknown');
    assert.match(sentences(answer)[0] ?? '', /its 60 alerts have names too long for the pattern/);
  });
});

describe('a query', () => {
  const asks = { for: 'query', query: 'up{job="db"} == 0' } as const;
  const up = (instance: string) => ({ metric: { __name__: 'up', instance }, value: [1, '0'] });

  it('that finds something refuses, also something that is 0, and says what', async () => {
    await using server = await serve(answering(vector(up('db-1'), { metric: {}, value: [1, '3'] })));
    const answer = await ask(settings(server.url, { asks }));
    assert.equal(answer.is, 'refused');
    const found = `finds 2 result(s), which are against a reboot: up{instance="db-1"}, {}`;
    assert.deepEqual(sentences(answer), [`a query in Prometheus ${server.url.origin} ${found}`]);
    assert.deepEqual(server.requests.map(queryOf), ['up{job="db"} == 0']);
  });

  it('that finds nothing permits', async () => {
    await using server = await serve(answering(vector()));
    assert.deepEqual(await ask(settings(server.url, { asks })), { is: 'allowed' });
  });
});
