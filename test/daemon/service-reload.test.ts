import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Settings } from '../../src/core/settings.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import { draining, holder, inPhase, nothing } from './draining-story.ts';
import { story } from './service-story.ts';

const limits = { timeout: 240_000, concurrency: true };

describe('new settings are taken in the middle of a drain', limits, () => {
  it('its timeout', async (t) => {
    const s = await draining(t);
    s.reload({ ...s.settings, drain: { ...s.settings.drain, timeout: 1 } });
    const told = await s.until(({ status }) => status?.reason.code === 'backing-off', 'backed out');
    assert.match(told.status?.sentence ?? '', /the drain did not end within/);
    assert.deepEqual(told.configuration, nothing);
  });

  it('its sentinels: the need goes with the file that is no longer one', async (t) => {
    const s = await draining(t);
    s.reload({ ...s.settings, sentinel: { ...s.settings.sentinel, files: [join(s.folder, 'another')] } });
    await s.until(inPhase('idle'), 'backed out');
    assert.equal(await holder(s), '');
    writeFileSync(join(s.folder, 'another'), '');
    await s.until(({ status }) => status?.need.required === 'yes', 'the other file to be seen');
  });

  it('its maintenance windows: what is closed now ends it, and everything is given back', async (t) => {
    const s = await draining(t);
    const day = new Date(systemClock.now().wall + 2 * 86_400_000).getUTCDay();
    const window = { kind: 'days', days: [day], start: 0, end: 3600, timeZone: 'UTC', afterDeadline: false } as const;
    s.reload({ ...s.settings, maintenance: { ...s.settings.maintenance, windows: [window] } });
    const told = await s.until(inPhase('waiting'), 'backed out');
    assert.match(
      told.status?.sentence ?? '',
      /outside the maintenance windows; the next one opens ... \d{4}-\d\d-\d\d 00:00 UTC/,
    );
    assert.equal(await holder(s), '');
  });

  it('systemd is told of the reload with a stamp, and of its end', async (t) => {
    const s = await draining(t);
    s.told();
    s.reload({ ...s.settings, log: { level: 'warn' } });
    const told = await s.ready();
    assert.match(told.find((text) => text.startsWith('RELOADING=1')) ?? '', /^RELOADING=1\nMONOTONIC_USEC=[1-9]\d+$/);
    assert.deepEqual((await s.until(inPhase('draining'), 'draining')).configuration, nothing);
  });
});

describe('what a claim rests on waits for its release, and says so', limits, () => {
  it('another pool', async (t) => {
    const s = await draining(t);
    const metadata = { name: 'kured-host-blue', namespace: 'kured-host' };
    const leases = '/apis/coordination.k8s.io/v1/namespaces/kured-host/leases';
    await s.admin.call('POST', leases, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata });
    s.reload({ ...s.settings, lease: { ...s.settings.lease, name: metadata.name } });
    const told = await s.until(({ configuration }) => configuration.waits.length > 0, 'the change to wait');
    assert.deepEqual(told.configuration.waits, ['lease']);
    assert.equal(await holder(s), 'a');
    s.needNothing();
    const other = await s.until(({ status }) => status?.lease.name === 'kured-host/kured-host-blue', 'the new pool');
    assert.deepEqual(other.configuration, nothing);
    assert.equal(await holder(s), '');
  });

  it('how the reboot is asked', async (t) => {
    const s = await draining(t);
    const reboot = {
      ...s.settings.reboot,
      method: 'kexec',
      command: ['/bin/false'],
      signal: 40,
      deadline: 60_000,
    } as const;
    s.reload({ ...s.settings, reboot });
    const told = await s.until(({ configuration }) => configuration.waits.length > 0, 'the change to wait');
    assert.deepEqual(told.configuration.waits, ['reboot.method', 'reboot.command', 'reboot.signal']);
    s.needNothing();
    await s.until(({ configuration }) => configuration.waits.length === 0, 'the change to be taken');
  });
});

describe('a stop in the middle of a drain', limits, () => {
  it('gives back what is held, shows that while it lasts, and ends', async (t) => {
    const s = await draining(t);
    const held = s.fleet.server.faults.hold({ verb: 'patch', resource: 'nodes', subresource: '' });
    s.service.stop('stop');
    const told = await s.until(inPhase('backing-out'), 'the back-out to be shown');
    assert.match(told.status?.sentence ?? '', /the service is being stopped/);
    (await held.next()).land();
    assert.deepEqual(await s.service.ended, { is: 'stopped' });
    assert.equal(await holder(s), '');
  });
});

describe('a mistake in the files', limits, () => {
  it('changes nothing, is shown until it is mended, and ends the reload all the same', async (t) => {
    const s = await draining(t);
    const problems = [
      { file: '/etc/kured-host/config.yaml:3:3', message: 'the key "drain.timout" is not known' },
      { file: '/etc/kured-host/config.yaml:9:1', message: 'another' },
    ];
    s.told();
    s.service.reload(async () => ({ valid: false, problems }));
    const said = await s.ready();
    const text =
      'the configuration on disk was refused: /etc/kured-host/config.yaml:3:3: the key "drain.timout" is not known';
    assert.ok(
      said.some((line) => line.startsWith('STATUS=') && line.includes(text)),
      said.join('\n'),
    );
    const told = await s.until(({ configuration }) => configuration.refused !== null, 'the refusal');
    assert.match(told.configuration.refused ?? '', /is not known \(and 1 more\)$/);
    assert.equal(told.status?.phase, 'draining');
    s.reload(s.settings);
    await s.until(({ configuration }) => configuration.refused === null, 'the mended file');
  });

  it('several reloads are done one after the other, and the last one holds', async (t) => {
    const s = await story(t);
    await s.admin.createNode('a');
    s.join('a');
    await s.until(inPhase('idle'), 'idle');
    const files = (name: string): Settings => ({
      ...s.settings,
      sentinel: { ...s.settings.sentinel, files: [join(s.folder, name)] },
    });
    for (const name of ['one', 'two', 'three']) s.reload(files(name));
    writeFileSync(join(s.folder, 'one'), '');
    writeFileSync(join(s.folder, 'three'), '');
    const told = await s.until(({ status }) => status?.need.required === 'yes', 'the need');
    assert.match(told.status?.need.text ?? '', /three$/);
    rmSync(join(s.folder, 'three'));
  });
});
