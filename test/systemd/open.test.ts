import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { bootIdFile } from '../../src/systemd/boot.ts';
import { openSystemd, systemdRuns } from '../../src/systemd/open.ts';
import { ManualClock } from '../fakes/clock.ts';
import { env, fakeProgram, prints, silent, waiting } from './fake-programs.ts';
import { ownFolder } from './folder.ts';

const order = { why: 'why', before: 60_000 };

function opened(t: TestContext, booted: boolean) {
  const folder = ownFolder(t);
  const programs = [
    fakeProgram(folder, 'busctl', {
      ListInhibitors: prints('{"type":"a(ssssuu)","data":[[]]}'),
      RebootWithFlags: silent,
      PreparingForShutdown: prints('{"type":"b","data":false}'),
      ScheduledShutdown: prints('{"type":"(st)","data":["",0]}'),
    }),
    fakeProgram(folder, 'systemctl', {
      'list-jobs': prints('1 x.service restart running'),
      'is-system-running': 'echo running',
      SoftRebootsCount: prints('SoftRebootsCount=1\nUserspaceTimestamp=Thu 2026-11-26 21:22:54 UTC'),
    }),
    fakeProgram(folder, 'systemd-run', { '--wait': 'echo in a unit' }),
  ];
  const clock = new ManualClock();
  const systemd = openSystemd({
    booted,
    first: [folder],
    path: [],
    env,
    unit: 'x.service',
    bootIdFile,
    kexecFile: join(folder, 'kexec_loaded'),
    clock,
  });
  return { systemd, calls: () => programs.flatMap((program) => program.calls()) };
}

test('with systemd everything is asked of it', async (t) => {
  const { systemd } = opened(t, true);
  const boot = await systemd.bootMark(waiting);
  assert.equal(boot.is === 'read' && boot.mark.soft, 1);
  assert.deepEqual(await systemd.lookAtShutdown(waiting), { is: 'none' });
  assert.equal(await systemd.stopMeaning(waiting), 'restart');
  assert.deepEqual(await systemd.inhibitors.ask(waiting), { is: 'allowed' });
  assert.deepEqual(await systemd.reboot({ method: 'logind' }, order, waiting), { is: 'accepted' });
  assert.deepEqual(await systemd.methodSource(() => 'soft-reboot').ask(waiting, null), { is: 'allowed' });
  const ran = await systemd.commands.run(['/bin/echo', 'x'], { timeout: 1000 }, waiting);
  assert.deepEqual(ran, { is: 'exited', code: 0, output: 'in a unit\n' });
});

test('kexec without a kernel is refused at the call as well, and logind is not asked', async (t) => {
  const { systemd, calls } = opened(t, true);
  assert.equal((await systemd.reboot({ method: 'kexec' }, order, waiting)).is, 'refused');
  assert.deepEqual(calls(), []);
});

test('no reboot is asked for, by whatever method, once permission is too old', async (t) => {
  const { systemd, calls } = opened(t, true);
  for (const how of [{ method: 'logind' }, { method: 'signal', signal: 0 }] as const)
    assert.equal((await systemd.reboot(how, { why: 'why', before: -1 }, waiting)).is, 'refused');
  const command = await systemd.commands.run(['/bin/echo', 'x'], { timeout: 1000, before: -1 }, waiting);
  assert.equal(command.is, 'missing');
  assert.ok(!calls().some((call) => /RebootWithFlags|--wait/.test(call)));
});

test('without systemd nothing of it is called, and commands are children', async (t) => {
  const { systemd, calls } = opened(t, false);
  const boot = await systemd.bootMark(waiting);
  assert.equal(boot.is === 'read' && boot.mark.soft, null);
  assert.deepEqual(await systemd.lookAtShutdown(waiting), { is: 'none' });
  assert.equal(await systemd.stopMeaning(waiting), 'unknown');
  assert.deepEqual(await systemd.inhibitors.ask(waiting), { is: 'allowed' });
  const ran = await systemd.commands.run(['/bin/echo', 'x'], { timeout: 1000 }, waiting);
  assert.deepEqual(ran, { is: 'exited', code: 0, output: 'x\n' });
  for (const how of [{ method: 'logind' }, { method: 'kexec' }, { method: 'signal', signal: 39 }] as const)
    assert.equal((await systemd.reboot(how, order, waiting)).is, 'refused');
  for (const method of ['logind', 'soft-reboot', 'kexec', 'signal'] as const) {
    const answer = await systemd.methodSource(() => method).ask(waiting, null);
    assert.deepEqual(answer.is === 'refused' && answer.reasons.map(({ code }) => code), ['method-unusable'], method);
  }
  assert.deepEqual(await systemd.methodSource(() => 'command').ask(waiting, null), { is: 'allowed' });
  assert.deepEqual(calls(), []);
});

test('systemd runs where its folder is, and not behind a link', (t) => {
  const folder = ownFolder(t);
  assert.equal(systemdRuns(join(folder, 'system')), false);
  mkdirSync(join(folder, 'real'));
  assert.equal(systemdRuns(join(folder, 'real')), true);
  symlinkSync(join(folder, 'real'), join(folder, 'link'));
  assert.equal(systemdRuns(join(folder, 'link')), false);
});
