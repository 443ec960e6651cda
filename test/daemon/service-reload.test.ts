import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Settings } from '../../src/core/settings.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import { type Story, type StoryOptions, story, type Told } from './service-story.ts';

/** A node in the middle of a drain that does not end: a finalizer keeps its pod. */
async function draining(t: TestContext, change?: StoryOptions['change']): Promise<Story> {
  const s = await story(t, change === undefined ? {} : { change });
  await s.admin.createNode('a');
  await s.admin.createPod('slow', 'a');
  s.join('a');
  s.needReboot();
  await s.until(({ status }) => status?.sentence.includes('default/slow') === true, 'the pod to be waited for');
  return s;
}

const nothing = { waits: [], refused: null, identity: null };
const inPhase =
  (phase: string) =>
  ({ status }: Told): boolean =>
    status?.phase === phase;

async function holder(s: Story, lease?: string): Promise<string> {
  return (await s.admin.lease(lease)).spec?.holderIdentity ?? '';
}

/** The claim in the Lease and the mark on the Node that it stands for. */
async function heldBy(s: Story, node: string): Promise<{ claim: string; mark: string; starts: number }> {
  const { annotations } = (await s.admin.lease()).metadata;
  const [entry] = JSON.parse(annotations?.['kured-host/holders'] ?? '[]');
  const mark = (await s.admin.node(node)).metadata.annotations?.['kured-host/claim'] ?? '';
  return { claim: entry.claim, starts: entry.starts, mark };
}

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
  it('other credentials', async (t) => {
    const s = await draining(t);
    await s.admin.createNode('b');
    const file = join(s.folder, 'b.conf');
    s.join('b', file);
    s.told();
    s.reload({ ...s.settings, credentials: { ...s.settings.credentials, kubeconfig: file } });
    const told = await s.until(({ configuration }) => configuration.waits.length > 0, 'the change to wait');
    assert.deepEqual([told.status?.node, told.status?.phase], ['a', 'draining']);
    assert.deepEqual(told.configuration.waits, ['credentials']);
    const shown = await s.ready();
    assert.ok(shown.some((text) => /^STATUS=.*; new credentials: taken when the Lease was released/.test(text)));
    s.needNothing();
    const other = await s.until(({ status }) => status?.node === 'b' && status.phase === 'idle', 'the other node');
    assert.deepEqual(other.configuration, nothing);
    assert.equal(await holder(s), '');
  });

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

  it('another Node that the credentials have become: only the old ones, or a person, can release its claim', async (t) => {
    const s = await draining(t);
    await s.admin.createNode('b');
    s.join('b');
    // Credentials are looked at when they are used: another eviction uses them.
    await s.admin.createPod('another', 'a');
    const told = await s.until(({ configuration }) => configuration.identity !== null, 'the identity to wait');
    assert.equal(
      told.configuration.identity,
      'the credentials are now those of system:node:b for another Node, b; they are taken when those of a were back and have released its claim; to give it up instead: kured-host lease release a --force, on a node of the pool, then systemctl restart kured-host',
    );
    assert.equal(told.status?.node, 'a');
    assert.equal(await holder(s), 'a');
    s.join('a');
    await s.until(({ configuration }) => configuration.identity === null, 'the old identity');
    s.needNothing();
    const idle = await s.until(inPhase('idle'), 'backed out');
    assert.equal(idle.status?.node, 'a');
    s.join('b');
    await s.until(
      ({ status }) => status?.node === 'b' && status.phase === 'idle',
      'the other node, now that nothing is held',
    );
  });
});

describe('credentials that become those of another user for the same Node, in the middle of a drain', limits, () => {
  it('are taken at once: the claim and the cordon stay as they are, and are given back under them', async (t) => {
    const named = (own: Settings) => ({ ...own, credentials: { ...own.credentials, nodeName: 'a' } });
    const s = await draining(t, named);
    const before = await heldBy(s, 'a');
    const users = ['ops', 'deputy'];
    for (const [count, user] of users.entries()) {
      s.joinAs(user);
      // Credentials are looked at when they are used: another eviction uses them.
      await s.admin.createPod(`another-${count}`, 'a');
      const starts = before.starts + count + 1;
      await s.until(async () => (await heldBy(s, 'a')).starts === starts, `${user} to go on`);
      assert.deepEqual(await heldBy(s, 'a'), { ...before, starts });
    }
    const told = await s.until(inPhase('draining'), 'draining');
    assert.deepEqual([told.status?.node, told.configuration], ['a', nothing]);
    s.needNothing();
    await s.until(inPhase('idle'), 'backed out');
    assert.equal(await holder(s), '');
    assert.equal((await s.admin.node('a')).spec?.unschedulable, undefined);
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

describe('a stop while the credentials of another Node wait for the release of a claim', limits, () => {
  it('ends the claim of the one and begins nothing for the other', async (t) => {
    let called = '';
    const s = await draining(t, (own, folder) => {
      called = join(folder, 'called');
      return { ...own, concurrency: 2, reboot: { ...own.reboot, command: ['/usr/bin/touch', called] } };
    });
    await s.admin.createNode('b');
    s.join('b');
    // Credentials are looked at when they are used: another eviction uses them.
    await s.admin.createPod('another', 'a');
    await s.until(({ configuration }) => configuration.identity !== null, 'the identity to wait');
    s.service.stop('stop');
    const told = await s.until(inPhase('backing-out'), 'the back-out');
    assert.equal(told.status?.node, 'a');
    // Nothing can be given back as the other Node: it ends when a stop's time is over.
    assert.deepEqual(await s.service.ended, { is: 'stopped' });
    assert.equal(await holder(s), 'a');
    assert.equal((await s.admin.lease()).metadata.annotations?.['kured-host/queue'], undefined);
    assert.equal(existsSync(called), false, 'the reboot was asked for');
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
