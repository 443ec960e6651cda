import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Settings } from '../../src/core/settings.ts';
import { parseExposition } from '../metrics/exposition-parser.ts';
import { metricsAt, story } from './service-story.ts';

const at =
  (name: string) =>
  (settings: Settings, folder: string): Settings => ({
    ...settings,
    metrics: { listen: null, textfile: join(folder, name) },
  });

/** Resolves once the file is there. */
async function appears(folder: string, name: string): Promise<void> {
  const seen = new Promise<void>((resolve) => {
    const watching = watch(folder, () => {
      if (!existsSync(join(folder, name))) return;
      watching.close();
      resolve();
    });
  });
  if (!existsSync(join(folder, name))) await seen;
}

describe('the metrics of a service', { timeout: 120_000 }, () => {
  it('are in the file for node-exporter, which a reload moves and a stop takes away', async (t) => {
    const s = await story(t, { change: at('one.prom') });
    const [one, two] = [join(s.folder, 'one.prom'), join(s.folder, 'two.prom')];
    await appears(s.folder, 'one.prom');
    assert.match(readFileSync(one, 'utf8'), /^kured_host_build_info\{/m);
    assert.equal(statSync(one).mode & 0o777, 0o644);
    s.reload(at('two.prom')(s.settings, s.folder));
    await appears(s.folder, 'two.prom');
    assert.equal(existsSync(one), false);
    s.service.stop('stop');
    await s.service.ended;
    assert.equal(existsSync(two), false);
  });

  it('tell the need, since when, and the window that is closed for it', async (t) => {
    const s = await story(t, {
      change: (settings, folder) => ({
        ...at('one.prom')(settings, folder),
        blockers: { ...settings.blockers, minimumUptime: 36_525 * 86_400_000 },
        maintenance: {
          ...settings.maintenance,
          exclude: [],
          windows: [{ kind: 'cron', cron: '0 0 29 2 *', duration: 60_000, timeZone: 'UTC', afterDeadline: false }],
        },
      }),
    });
    const before = Date.now();
    s.join('n1');
    s.needReboot();
    await s.until(({ status }) => status?.reason.code === 'window-closed', 'the window to refuse');
    const reasons = parseExposition(await metricsAt(s.runtime)).get('kured_host_reason')?.samples ?? [];
    assert.deepEqual(reasons.map(({ labels }) => labels['code']).sort(), ['uptime-short', 'window-closed']);
    s.reload(at('two.prom')({ ...s.settings }, s.folder));
    await appears(s.folder, 'two.prom');
    const page = parseExposition(readFileSync(join(s.folder, 'two.prom'), 'utf8'));
    const value = (name: string): number => page.get(name)?.samples[0]?.value ?? Number.NaN;
    assert.equal(value('kured_reboot_required'), 1);
    assert.equal(page.get('kured_reboot_required')?.samples[0]?.labels['node'], 'n1');
    assert.ok(value('kured_host_need_since_seconds') >= Math.floor(before / 1000));
    assert.ok(value('kured_host_need_since_seconds') <= Date.now() / 1000);
    assert.equal(value('kured_host_window_open'), 0);
    const edge = new Date(value('kured_host_window_edge_seconds') * 1000).toISOString();
    assert.match(edge, /-02-29T00:00:00.000Z$/);
    const entered = page
      .get('kured_host_phase_entries_total')
      ?.samples.find(({ labels }) => labels['phase'] === 'waiting');
    assert.equal(entered?.value, 1);
  });
});
