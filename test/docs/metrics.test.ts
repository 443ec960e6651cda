import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { withMetrics } from '../../scripts/render-metrics.ts';
import { skipUnless } from '../cluster/available.ts';
import { promtoolMissing } from '../metrics/promtool.ts';
import { page, repository } from './pages.ts';

describe('docs/metrics.md', () => {
  const text = page('docs/metrics.md');

  it('has every metric and every alert (make docs writes it)', () => {
    assert.equal(text, withMetrics(text));
    assert.match(text, /^\| `kured_host_queue_place` \| gauge \|/m);
    assert.match(text, /^\| `KuredHostStuck` \| 1m \| critical \|/m);
  });

  it('shows a configuration that Prometheus takes, rules included', { skip: skipUnless(promtoolMissing) }, () => {
    const shown = /^```yaml\n(scrape_configs:.*?)^```/ms.exec(text)?.[1] ?? assert.fail('there is none');
    const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
    try {
      const rules = join(folder, 'kured-host-rules.yaml');
      copyFileSync(join(repository, 'packaging/prometheus-rules.yaml'), rules);
      const file = join(folder, 'prometheus.yaml');
      // Debian's promtool is built without the discovery of nodes; upstream's reads the same field.
      const known = shown.replace(/kubernetes_sd_configs:\n\s+- role: node/, 'static_configs: [{targets: [node-1]}]');
      assert.notEqual(known, shown);
      writeFileSync(file, known.replace('/etc/prometheus/kured-host-rules.yaml', rules));
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'config', file], { encoding: 'utf8' });
      assert.equal(status, 0, stdout + stderr);
      assert.match(stdout, /\d\d rules found/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
