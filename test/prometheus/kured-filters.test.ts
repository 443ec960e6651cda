import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serve } from '../http/server.ts';
import { alert, answering, ask, everyAlert, settings, vector } from './asking.ts';

/** pkg/blockers/prometheus_test.go of kured; it takes a pattern that is none ("*") for none at all, which is refused here. */
describe("kured's own cases of alert filters", () => {
  const pending = { alertstate: 'pending' };
  const all = vector(
    alert('GatekeeperViolations'),
    alert('PodCrashing-dev'),
    alert('PodRestart-dev'),
    alert('PrometheusTargetDown'),
    alert('ScheduledRebootFailing', pending),
  );
  const failing = vector(alert('ScheduledRebootFailing', pending));
  const required = vector(alert('RebootRequired', pending));
  const cases: readonly (readonly [string, object, string | null, boolean, boolean, number])[] = [
    ['should return no active alerts', all, '', false, false, 0],
    ['should return a subset of all alerts: ignored', all, 'Pod', false, false, 3],
    ['should return a subset of all alerts: matches only', all, 'Gatekeeper', false, true, 1],
    ['should return all active alerts by regex', all, null, false, false, 5],
    ['should return only firing alerts if firingOnly is true', all, null, true, false, 4],
    ['should return ScheduledRebootFailing active alerts', failing, null, false, false, 1],
    ['should not return an active alert if RebootRequired is firing', required, 'RebootRequired', false, false, 0],
    ['the same, where matches only count', required, 'RebootRequired', false, true, 1],
    ['without a filter, matches only changes nothing', all, null, false, true, 5],
    [
      'an alert whose value is 0 is over, and one without a name is none',
      vector(alert('A', {}, '0'), alert('')),
      null,
      false,
      false,
      0,
    ],
  ];
  for (const [name, body, filter, firingOnly, matchOnly, count] of cases) {
    it(name, async () => {
      await using server = await serve(answering(body));
      // Matching nothing is what a filter that is none comes to where matches only count.
      const only = filter === null ? { matchOnly: false } : { matchOnly };
      const answer = await ask(settings(server.url, { asks: { ...everyAlert, filter, firingOnly, ...only } }));
      const counted = answer.is === 'allowed' ? '0' : answer.reasons[0]?.details['count'];
      assert.equal(counted, String(count));
    });
  }
});
