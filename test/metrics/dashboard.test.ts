import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { dashboardJson } from '../../scripts/render-dashboard.ts';
import { skipUnless } from '../cluster/available.ts';
import { dashboardQueries } from './dashboard.ts';
import { faultsOf } from './promql.ts';
import { checkRules, promtoolMissing } from './promtool.ts';
import { everyMetric } from './sample-nodes.ts';

const queries = dashboardQueries();

describe('the dashboard for Grafana', () => {
  const text = readFileSync(new URL('../../packaging/grafana-dashboard.json', import.meta.url), 'utf8');

  it('is as its script makes it (make docs)', () => assert.equal(text, dashboardJson()));

  it('fills each row of the page, and no panel lies on another', () => {
    const { panels } = JSON.parse(text) as {
      panels: { id: number; gridPos: { x: number; y: number; w: number; h: number } }[];
    };
    const taken = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );
    assert.equal(new Set(taken).size, taken.length);
    assert.equal(taken.length % 24, 0);
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  });

  for (const { title, expr } of queries) {
    it(`asks only for metrics and labels that there are: ${title}`, () => {
      assert.deepEqual(faultsOf(expr), []);
      assert.doesNotMatch(expr, /\$/);
    });
  }

  it('asks in PromQL', { skip: skipUnless(promtoolMissing) }, () => {
    const rules = queries.map(({ expr }, index) => ({ record: `panel:${index}`, expr }));
    const { ok, said } = checkRules(JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    assert.ok(ok, said);
  });

  it('shows every metric, but those that say how sure another one is', () => {
    const all = queries.map(({ expr }) => expr).join(' ');
    const unseen = [...everyMetric().keys()].filter((name) => !new RegExp(`\\b${name}\\b`).test(all));
    assert.deepEqual(unseen, [
      'kured_host_reboot_required_known',
      'kured_host_observe_only',
      'kured_host_holders_limit',
      'kured_host_configuration_refused',
    ]);
  });
});
