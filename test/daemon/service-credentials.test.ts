import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Settings } from '../../src/core/settings.ts';
import { draining, holder, inPhase, nothing } from './draining-story.ts';
import { type Story, story } from './service-story.ts';

/** The claim in the Lease and the mark on the Node that it stands for. */
async function heldBy(s: Story, node: string): Promise<{ claim: string; mark: string; starts: number }> {
  const { annotations } = (await s.admin.lease()).metadata;
  const [entry] = JSON.parse(annotations?.['kured-host/holders'] ?? '[]');
  const mark = (await s.admin.node(node)).metadata.annotations?.['kured-host/claim'] ?? '';
  return { claim: entry.claim, starts: entry.starts, mark };
}

const limits = { timeout: 240_000, concurrency: true };
const account = 'system:serviceaccount:kured-host:kured-host';
const named = (settings: Settings, change: Partial<Settings['credentials']>): Settings => ({
  ...settings,
  credentials: { ...settings.credentials, ...change },
});

/** A node that may not read the Lease as whom it was told to act: recovery waits. */
async function refused(t: TestContext): Promise<Story> {
  const s = await story(t, { change: (own) => named(own, { impersonate: `${account}-of-nobody` }) });
  await s.admin.createNode('a');
  s.join('a');
  await s.until(({ status }) => status?.phase === 'recovering' && status.lease.problem !== null, 'the refusal');
  return s;
}

describe('other credentials of the settings', limits, () => {
  it('are taken by a node that was never let out of recovery', async (t) => {
    const s = await refused(t);
    s.reload(named(s.settings, { impersonate: account }));
    const told = await s.until(inPhase('idle'), 'idle');
    assert.deepEqual(told.configuration, nothing);
  });

  it('are taken for the same Node in the middle of a claim that those from before can no longer give back', async (t) => {
    const s = await draining(t);
    const before = await heldBy(s, 'a');
    const file = join(s.folder, 'moved.conf');
    s.join('a', file);
    rmSync(s.kubeconfig);
    s.reload(named(s.settings, { kubeconfig: file }));
    await s.until(async () => (await heldBy(s, 'a')).starts === before.starts + 1, 'the claim to go on');
    assert.equal((await heldBy(s, 'a')).claim, before.claim);
    s.needNothing();
    const told = await s.until(inPhase('idle'), 'backed out');
    assert.deepEqual(told.configuration, nothing);
    assert.equal(await holder(s), '');
  });

  it('that cannot be used change nothing, and say so until they can', async (t) => {
    const s = await draining(t);
    const file = join(s.folder, 'missing.conf');
    s.reload(named(s.settings, { kubeconfig: file }));
    const told = await s.until(({ configuration }) => configuration.identity !== null, 'the problem');
    assert.match(
      told.configuration.identity ?? '',
      /^the new credentials cannot be used: .*missing\.conf.*; those from before are kept until they can$/,
    );
    assert.equal(told.status?.phase, 'draining');
    s.needNothing();
    await s.until(inPhase('idle'), 'backed out under those from before');
    assert.equal(await holder(s), '');
    s.join('a', file);
    await s.until(({ configuration }) => configuration.identity === null, 'those of the settings');
  });

  it('of another Node are taken by a node that was never let out of recovery and holds nothing that is known', async (t) => {
    const s = await refused(t);
    await s.admin.createNode('b');
    const kubeconfig = join(s.folder, 'b.conf');
    s.join('b', kubeconfig);
    s.reload(named(s.settings, { kubeconfig, impersonate: account }));
    const told = await s.until(inPhase('idle'), 'idle');
    assert.deepEqual([told.status?.node, told.configuration], ['b', nothing]);
  });
});

describe('credentials of another Node, in the middle of a drain', limits, () => {
  it('waits for the release of the claim by those from before, and then takes its turn', async (t) => {
    const s = await draining(t);
    await s.admin.createNode('b');
    const file = join(s.folder, 'b.conf');
    s.join('b', file);
    s.told();
    s.reload({ ...s.settings, credentials: { ...s.settings.credentials, kubeconfig: file } });
    const told = await s.until(({ configuration }) => configuration.identity !== null, 'the change to wait');
    assert.deepEqual([told.status?.node, told.status?.phase], ['a', 'draining']);
    const waits =
      'the credentials are now those of system:node:b for another Node, b; they are taken when those from before have released the claim of a; to give it up instead: kured-host lease release a --force, on a node of the pool, then systemctl restart kured-host';
    assert.deepEqual(told.configuration, { ...nothing, identity: waits });
    const shown: string[] = [];
    while (!shown.some((text) => text.endsWith(waits))) shown.push(...(await s.ready()), ...s.told());
    s.needNothing();
    const other = await s.until(({ status }) => status?.node === 'b' && status.phase === 'idle', 'the other node');
    assert.deepEqual(other.configuration, nothing);
    assert.equal(await holder(s), '');
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
