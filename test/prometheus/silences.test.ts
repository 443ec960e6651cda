import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { describe, it } from 'node:test';
import { prometheusSource } from '../../src/prometheus/source.ts';
import { ManualClock } from '../fakes/clock.ts';
import { never, serve, until } from '../http/server.ts';
import { alert, answering, ask, everyAlert, sentences, settings, vector } from './asking.ts';

describe('silences', () => {
  const labels = (over: object = {}) => ({ alertname: 'Down', host: 'a', cluster: 'prod', ...over });
  const muted = (over: object = {}, by: readonly string[] = ['id'], state = 'suppressed') => ({
    labels: labels(over),
    status: { state, silencedBy: by, inhibitedBy: [] },
  });
  const run = async (alerts: readonly object[], alertmanager: RequestListener) => {
    await using prometheus = await serve(answering(vector(...alerts)));
    await using silencer = await serve(alertmanager);
    const silences = { alertmanager: silencer.url.origin, externalLabels: { cluster: 'prod' } };
    const answer = await ask(settings(prometheus.url, { asks: { ...everyAlert, silences } }));
    return { answer, asked: silencer.requests.map(({ url }) => url), url: silencer.url.origin };
  };
  const down = alert('Down', { host: 'a' });
  const path = '/api/v2/alerts?active=false&unprocessed=false';

  it('mute the alert that Alertmanager has under these labels, those that Prometheus adds included', async () => {
    const { answer, asked } = await run([down], answering([muted()]));
    assert.deepEqual([answer, asked], [{ is: 'allowed' }, [path]]);
  });

  const not: readonly (readonly [string, readonly object[], readonly object[], string])[] = [
    ['another alert of the same name', [down, alert('Down', { host: 'b' })], [muted()], 'Down'],
    ['one of another cluster', [down], [muted({ cluster: 'test' })], 'Down'],
    ['one with a label more', [down], [muted({ pod: 'x' })], 'Down'],
    ['one that another alert mutes', [down], [muted({}, [])], 'Down'],
    ['one that is active again', [down], [muted({}, ['id'], 'active')], 'Down'],
    ['one that is pending', [alert('Down', { host: 'a', alertstate: 'pending' })], [muted()], 'Down (pending)'],
    [
      'one that is pending beside it',
      [down, alert('Down', { host: 'a', alertstate: 'pending' })],
      [muted()],
      'Down (pending)',
    ],
  ];
  for (const [name, alerts, silenced, left] of not) {
    it(`do not mute ${name}`, async () => {
      const { answer } = await run(alerts, answering(silenced));
      assert.equal(answer.is === 'refused' && answer.reasons[0]?.details['alerts'], left);
    });
  }

  it('are not asked for where nothing fires', async () => {
    assert.deepEqual((await run([], answering([]))).asked, []);
  });

  it('are asked for within the time that is left', async () => {
    const { promise: late, resolve: answerNow } = Promise.withResolvers<void>();
    await using prometheus = await serve(async (request, response) => {
      await late;
      answering(vector(down))(request, response);
    });
    await using hanging = await serve(() => {});
    const clock = new ManualClock();
    const silences = { alertmanager: hanging.url.origin, externalLabels: {} };
    const one = settings(prometheus.url, { timeout: 3_000, asks: { ...everyAlert, silences } });
    const asked = prometheusSource({ clock, settings: () => [one] }).ask(never);
    await until(() => prometheus.requests.length === 1);
    await clock.advance(2_000);
    answerNow();
    await until(() => hanging.requests.length === 1);
    await clock.advance(1_000);
    await until(() => hanging.open() === 0);
    assert.equal((await asked).is, 'refused');
  });

  for (const [name, handler, why] of [
    ['that cannot be read', answering('', 503), 'it answers with status 503'],
    ['of something else', answering({ a: 1 }), 'its answer is none of Alertmanager'],
    ['without labels', answering([{ status: { silencedBy: [] } }]), 'its answer is none of Alertmanager'],
  ] as const) {
    it(`${name} leave the alert against a reboot, and are told of besides`, async () => {
      const { answer, url } = await run([down], handler);
      assert.equal(answer.is, 'refused');
      assert.deepEqual(sentences(answer).slice(1), [
        `cannot tell whether a reboot is permitted: Alertmanager ${url}: ${why}`,
      ]);
    });
  }
});
