import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Settings } from '../../src/core/settings.ts';
import { serve } from '../http/server.ts';
import { settings as prometheusAt } from '../prometheus/asking.ts';
import { story, type Told } from './service-story.ts';

const holder = fileURLToPath(new URL('../host-adapters/lock-holder.ts', import.meta.url));
const why =
  (code: string) =>
  ({ status }: Told): boolean =>
    status?.reason.code === code;

test('a service whose machine changes packages waits for the end of that, and then drains', {
  timeout: 120_000,
}, async (t) => {
  const s = await story(t);
  const lock = join(s.folder, '/var/lib/dpkg/lock-frontend');
  mkdirSync(dirname(lock), { recursive: true });
  writeFileSync(lock, '');
  const apt = spawn(process.execPath, [holder, lock], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => apt.kill());
  await once(apt.stdout, 'data');
  await s.admin.createNode('a');
  await s.admin.createPod('slow', 'a');
  s.join('a');
  s.needReboot();
  const waits = await s.until(why('packages-changing'), 'packages to be waited for');
  assert.match(waits.status?.sentence ?? '', /packages are being changed: \/var\/lib\/dpkg\/lock-frontend is locked/);
  assert.equal((await s.admin.lease()).spec?.holderIdentity ?? '', '');
  apt.stdin.end();
  await s.until(({ status }) => status?.phase === 'draining', 'draining');
});

test('a machine that has not been up for as long as is wanted waits, and takes another bound at a reload', {
  timeout: 120_000,
}, async (t) => {
  const s = await story(t, {
    change: (settings) => ({ ...settings, blockers: { ...settings.blockers, minimumUptime: 36_525 * 86_400_000 } }),
  });
  await s.admin.createNode('a');
  await s.admin.createPod('slow', 'a');
  s.join('a');
  s.needReboot();
  await s.until(why('uptime-short'), 'the uptime to be waited for');
  s.reload({ ...s.settings, blockers: { ...s.settings.blockers, minimumUptime: null } });
  await s.until(({ status }) => status?.phase === 'draining', 'draining');
});

test('a service that alerts keep waiting says which, and goes on when a reload asks another Prometheus', {
  timeout: 120_000,
}, async (t) => {
  const answer = (result: readonly object[]) =>
    JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
  await using firing = await serve(
    (_request, response) => void response.end(answer([{ metric: { alertname: 'Down' } }])),
  );
  await using quiet = await serve((_request, response) => void response.end(answer([])));
  const asking = (settings: Settings, url: URL): Settings => {
    return { ...settings, blockers: { ...settings.blockers, prometheus: [prometheusAt(url.origin)] } };
  };
  const s = await story(t, { change: (settings) => asking(settings, firing.url) });
  await s.admin.createNode('a');
  await s.admin.createPod('slow', 'a');
  s.join('a');
  s.needReboot();
  const waits = await s.until(why('alerts-active'), 'the alerts to be waited for');
  assert.match(waits.status?.sentence ?? '', /1 alert\(s\) in Prometheus http:\S+ are against a reboot: Down/);
  assert.equal((await s.admin.lease()).spec?.holderIdentity ?? '', '');
  s.reload(asking(s.settings, quiet.url));
  await s.until(({ status }) => status?.phase === 'draining', 'draining');
});
