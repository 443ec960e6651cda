import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { reason } from '../../src/core/reasons.ts';
import { rebootByCommand } from '../../src/host/reboot-command.ts';
import { findProgram, systemFolders } from '../../src/systemd/program.ts';
import { rebootBySignal } from '../../src/systemd/reboot-signal.ts';
import { ManualClock } from '../fakes/clock.ts';
import { env } from '../systemd/fake-programs.ts';
import { withImported } from './fleet.ts';
import { imported, problemsOf } from './imported.ts';
import type { Shown } from './shown-case.ts';

/** What is run on the machine to reboot it; null: nothing, as logind is asked. */
async function runs(flags: readonly string[]): Promise<readonly string[] | null> {
  const { method, command } = imported(flags).settings.reboot;
  if (method !== 'command' || command === null) return null;
  let ran: readonly string[] = [];
  const runner = {
    run: async (argv: readonly string[]) => {
      ran = argv;
      return { is: 'exited', code: 0, output: '' } as const;
    },
  };
  assert.equal(
    (await rebootByCommand(command, runner, { timeout: 1000, before: 1000 }, new AbortController().signal)).is,
    'accepted',
  );
  return ran;
}

/** The signal that comes to what stands for PID 1. */
async function signalled(flags: readonly string[]): Promise<number | null> {
  const { method, signal } = imported(flags).settings.reboot;
  assert.equal(method, 'signal');
  const sh = findProgram('sh', systemFolders);
  const child = spawn(sh, ['-c', `trap 'exit ${signal}' ${signal}; echo ready; while :; do sleep 0.05; done`]);
  await once(child.stdout, 'data');
  const exit = once(child, 'exit');
  const parts = { sh, env, clock: new ManualClock(), timeout: 10_000 };
  assert.deepEqual(await rebootBySignal(child.pid ?? 0, signal, 1000, parts, new AbortController().signal), {
    is: 'accepted',
  });
  return (await exit)[0];
}

export const shownReboot = {
  'reboot-command': {
    'runs on the machine as it was split there, without a shell': async () =>
      assert.deepEqual(await runs([`--reboot-command=/usr/local/bin/reboot 'a b' $HOME # now`]), [
        '/usr/local/bin/reboot',
        'a b',
        '$HOME',
      ]),
    'runs without the nsenter that somebody put before it': async () => {
      for (const enter of [
        '/usr/bin/nsenter -m/proc/1/ns/mnt --',
        'nsenter -t 1 -m -u',
        'nsenter --mount=/proc/1/ns/mnt --',
      ]) {
        assert.deepEqual(await runs([`--reboot-command=${enter} /sbin/x -a`]), ['/sbin/x', '-a']);
      }
    },
    'is found in PATH where it has no path, as in kured': async () =>
      assert.deepEqual(await runs(['--reboot-command=ls -Fal']), ['/usr/bin/env', 'ls', '-Fal']),
    'becomes logind where it is systemctl reboot, which asks logind as well; the file says so': () => {
      for (const command of [
        '/bin/systemctl reboot',
        'systemctl reboot',
        '/usr/bin/nsenter -m/proc/1/ns/mnt -- /usr/bin/systemctl reboot',
      ]) {
        const { settings, comment } = imported([`--reboot-command=${command}`]);
        assert.equal(settings.reboot.method, 'logind');
        assert.match(comment('reboot.method'), /logind does what this command asks it for, and says when it refuses/);
      }
    },
    'becomes the method that does what it asks for': () => {
      for (const method of ['soft-reboot', 'kexec']) {
        assert.equal(imported([`--reboot-command=/usr/bin/systemctl ${method}`]).settings.reboot.method, method);
      }
    },
    'stays a command with options of systemctl, which mean something else': async () =>
      assert.deepEqual(await runs(['--reboot-command=/bin/systemctl reboot --force']), [
        '/bin/systemctl',
        'reboot',
        '--force',
      ]),
    'that is empty is told, as kured does not start with it': () => {
      for (const command of ['', '  ', '"open'])
        assert.match(problemsOf([`--reboot-command=${command}`])[0] ?? '', /--reboot-command is empty/);
    },
  },
  'reboot-method': {
    'command is the default there, and logind here': () => {
      assert.equal(imported(['--reboot-method=command']).settings.reboot.method, 'logind');
      assert.equal(imported([]).settings.reboot.method, 'logind');
    },
    'signal sends one, and does not look at the command': () => {
      const { settings, note } = imported(['--reboot-method=signal', '--reboot-command=/sbin/x']);
      assert.deepEqual([settings.reboot.method, settings.reboot.command], ['signal', null]);
      assert.match(note('reboot-command'), /with --reboot-method=signal it is not used/);
    },
    'of another name is told, as kured does not start with it': () =>
      assert.match(problemsOf(['--reboot-method=kexec'])[0] ?? '', /kured knows command and signal alone/),
  },
  'reboot-signal': {
    'is sent to the process that stands for PID 1': async () => {
      assert.equal(await signalled(['--reboot-method=signal']), 39);
      assert.equal(await signalled(['--reboot-method=signal', '--reboot-signal=40']), 40);
    },
    'is not used without the method, in kured neither, and that is said': () => {
      assert.equal(imported(['--reboot-signal=40']).settings.reboot.method, 'logind');
      assert.match(
        imported(['--reboot-signal=40']).note('reboot-signal'),
        /without --reboot-method=signal it is not used/,
      );
    },
    'that is none is told, as kured does not start with it': () =>
      assert.match(
        problemsOf(['--reboot-method=signal', '--reboot-signal=0'])[0] ?? '',
        /--reboot-signal is 0, which is no signal/,
      ),
  },
  'reboot-delay': {
    'waits for so long after the last pod, and asks permission again': () =>
      withImported(['--reboot-delay=10m'], async ({ machine, clock }) => {
        machine.needReboot('need');
        await machine.until(({ reason }) => reason.code === 'reboot-delay', 'the delay to be told');
        assert.equal(machine.calls, 0);
        clock.leap(10 * 60_000);
        await machine.until(({ phase }) => phase === 'idle' && machine.boots.length === 2, 'the reboot');
        assert.equal(machine.calls, 1);
      }),
    'differs in that it backs out when permission is refused by then': () =>
      withImported(['--reboot-delay=10m'], async ({ machine, clock }) => {
        machine.needReboot('need');
        await machine.until(({ reason }) => reason.code === 'reboot-delay', 'the delay to be told');
        machine.permit({
          is: 'refused',
          reasons: [reason('alerts-active', { count: '1', server: 's', alerts: 'Down' })],
        });
        clock.leap(10 * 60_000);
        await machine.until(({ phase }) => phase === 'waiting', 'the back-out');
        assert.equal(machine.calls, 0);
      }),
  },
} as const satisfies Readonly<Record<string, Shown>>;
