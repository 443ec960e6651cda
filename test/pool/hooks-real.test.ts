import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import type { ClusterAccess } from '../cluster/control-plane.ts';
import type { Machine } from '../cluster/machine.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { canRunBundle, command } from './pool.ts';
import { assertLaws, awaitLogAfter, logMark, statusOf } from './stage.ts';
import { free, holds, isCordoned, Story } from './story.ts';

const skip = skipUnless(available(), canMakeMachines(), canRunBundle());
const folder = '/etc/kured-host/hooks';
/** Beside the boot ID, so that it is there over a reboot. */
const notes = '/var/lib/hook-notes';

describe('hooks on a real control plane', { skip, timeout: 240_000, concurrency: 3 }, () => {
  let cluster: ClusterAccess & AsyncDisposable;
  before(async () => {
    cluster = await sharedControlPlane();
  });
  after(() => cluster[Symbol.asyncDispose]());

  it('run in their places around a reboot, with the node, the phase and the reason', async () => {
    await using story = await Story.begin(cluster);
    const { machine } = story;
    const line = '"$KURED_HOST_PHASE $KURED_HOST_NODE $KURED_HOST_REASON"';
    for (const phase of ['before-drain', 'before-reboot', 'after-boot'])
      putHook(machine, `${phase}.d/10-note`, `echo ${line} >>${notes}; echo noted`);
    machine.requireReboot(['linux-image', 'libc6']);
    await story.rebootedOnce();
    const why = `${machine.name} linux-image, libc6`;
    assert.deepEqual(read(machine), [`before-drain ${why}`, `before-reboot ${why}`, `after-boot ${why}`]);
    assert.match(machine.log(1), /"event":"hook-output".*noted/);
    await story.keptToTheRules();
  });

  it('before the drain: one that fails is told everywhere and nothing is touched; mended, it goes on by retry', async () => {
    await using story = await Story.begin(cluster);
    const { machine } = story;
    putHook(machine, 'before-drain.d/10-check', 'exit 3');
    machine.requireReboot();
    const why = new RegExp(`: the hook ${folder}/before-drain.d/10-check failed: it ended with exit code 3`);
    await machine.awaitLog(why);
    await story.undone(false);
    assert.match((await statusOf(machine)).sentence, why);
    assert.match((await machine.run([...command, 'why'])).stdout, /journalctl -t kured-host/);
    const node = await story.node('its annotation', (now) =>
      why.test(now?.metadata.annotations?.['kured-host/status'] ?? ''),
    );
    assert.ok(!isCordoned(node));
    putHook(machine, 'before-drain.d/10-check', 'exit 0');
    assert.equal((await machine.run([...command, 'retry'])).code, 0);
    await story.rebootedOnce();
    await story.keptToTheRules();
  });

  it('before the reboot: one that hangs is ended in its time, and the node uncordoned', async () => {
    await using story = await Story.begin(cluster, { settings: 'hooks: {timeout: 1s}' });
    const { machine } = story;
    putHook(machine, 'before-reboot.d/10-hangs', 'exec sleep 1000');
    machine.requireReboot();
    await machine.awaitLog(/10-hangs failed: it did not end within 1 s \(hooks\.timeout\)/);
    await story.undone(false);
    await story.keptToTheRules();
  });

  it('after the boot: one that fails keeps the node cordoned and the Lease held, over a kill of the service too', async () => {
    await using story = await Story.begin(cluster);
    const { machine } = story;
    putHook(machine, 'after-boot.d/10-storage', `test -e ${notes}`);
    machine.requireReboot();
    await machine.awaitBoot(2);
    const failed = /10-storage failed: it ended with exit code 1/;
    await machine.awaitLog(failed);
    await machine.killService();
    const mark = logMark(machine);
    await machine.startService();
    await awaitLogAfter(machine, mark, failed);
    assert.ok(isCordoned(await story.node('it', (now) => now !== undefined)));
    await story.lease('it to be held', holds);
    writeFileSync(machine.folders.hostPath(notes), '');
    assert.equal((await machine.run([...command, 'retry'])).code, 0);
    await story.rebootedOnce();
    await story.keptToTheRules();
  });

  it('are ended when a person asks for the Lease, before it is given back', async () => {
    await using story = await Story.begin(cluster);
    const { machine } = story;
    putHook(machine, 'before-drain.d/10-long', 'exec sleep 98765');
    machine.requireReboot();
    await machine.awaitLog(/"event":"hook-started"/);
    await story.annotateLease('kured-host/release', machine.name);
    await story.lease('it to be free', free);
    await story.undone(false);
    assert.equal((await machine.run(['pgrep', '-f', 'sleep 98765'])).code, 1, 'nothing of it runs any more');
    await assertLaws({ pool: story.pool });
  });
});

function putHook(machine: Machine, name: string, script: string): void {
  const file = machine.folders.hostPath(`${folder}/${name}`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

function read(machine: Machine): readonly string[] {
  const file = machine.folders.hostPath(notes);
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}
