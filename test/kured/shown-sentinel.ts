import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandTrouble } from '../../src/daemon/trusted-commands.ts';
import type { CommandResult, CommandRunner } from '../../src/ports/commands.ts';
import { commandSentinel } from '../../src/sentinel/command.ts';
import { fileSentinel } from '../../src/sentinel/files.ts';
import { ManualClock, realClock } from '../fakes/clock.ts';
import { silentLog } from '../fleet/machine.ts';
import { ownFolder } from '../sentinel/folder.ts';
import { imported, problemsOf } from './imported.ts';
import type { Shown } from './shown-case.ts';

const signal = new AbortController().signal;
const round = { read: async () => null, keep: async () => true };

/** Runs programs of this machine, as systemd would. */
const commands: CommandRunner = {
  run: async ([program = '', ...rest]): Promise<CommandResult> => {
    const { status, stdout, error } = spawnSync(program, rest, { encoding: 'utf8', stdio: 'pipe' });
    if (error !== undefined) return { is: 'missing', why: error.message };
    return { is: 'exited', code: status ?? 0, output: stdout };
  },
};

/** Whether a reboot is needed, by the imported command. */
export async function commandSays(command: string): Promise<'yes' | 'no' | 'unknown'> {
  const { sentinel } = imported([`--reboot-sentinel-command=${command}`]).settings;
  assert.deepEqual(sentinel.files, []);
  const argv = sentinel.command ?? [];
  const source = commandSentinel(
    { argv, timeout: sentinel.commandTimeout, period: sentinel.commandPeriod },
    { clock: new ManualClock(), commands, round },
  );
  return (await source.look(signal)).is;
}

async function fileSays(path: string): Promise<'yes' | 'no' | 'unknown'> {
  const { files } = imported([`--reboot-sentinel=${path}`]).settings.sentinel;
  assert.equal(files.length, 1);
  const bootTime = async () => ({ is: 'yes', value: 0 }) as const;
  return (await fileSentinel(files[0] ?? '', { clock: realClock(), log: silentLog, bootTime }).look(signal)).is;
}

export const shownSentinel = {
  'reboot-sentinel': {
    'asks for a reboot while the file is there': async (t) => {
      const folder = ownFolder(t);
      const path = join(folder, 'reboot-required');
      assert.equal(await fileSays(path), 'no');
      writeFileSync(path, '');
      assert.equal(await fileSays(path), 'yes');
      rmSync(path);
      assert.equal(await fileSays(path), 'no');
    },
    'differs for what is no file: kured says yes to a folder and no to a link that leads nowhere; here both are unknown':
      async (t) => {
        const folder = ownFolder(t);
        const [directory, link] = ['directory', 'link'].map((name) => join(folder, name));
        mkdirSync(directory ?? '');
        symlinkSync('/nowhere', link ?? '');
        assert.equal(await fileSays(directory ?? ''), 'unknown');
        assert.equal(await fileSays(link ?? ''), 'unknown');
      },
    'is a path of the machine, where kured sees it in its mount; the file says so': () => {
      const { settings, comment } = imported(['--reboot-sentinel=/sentinel/reboot-required']);
      assert.deepEqual(settings.sentinel.files, ['/var/run/reboot-required']);
      assert.match(comment('sentinel.files'), /^\/sentinel\/reboot-required in the container of kured; /);
    },
    'that is empty or no path is told, as kured never finds it': () => {
      for (const path of ['', '   ', 'here'])
        assert.match(problemsOf([`--reboot-sentinel=${path}`])[0] ?? '', /no absolute path/);
    },
    'is not looked at beside a command, as in kured': () => {
      const { settings, note } = imported(['--reboot-sentinel=/x', '--reboot-sentinel-command=/bin/true']);
      assert.deepEqual(settings.sentinel.files, []);
      assert.match(note('reboot-sentinel'), /does not look at the file/);
    },
  },
  'reboot-sentinel-command': {
    'says yes by exit status 0 and no by 1': async () => {
      assert.equal(await commandSays('true'), 'yes');
      assert.equal(await commandSays('false'), 'no');
      assert.equal(await commandSays('sh -c "test -e / && ! test -e /nowhere"'), 'yes');
    },
    'differs for other statuses: no with a warning in kured, unknown here, which is told': async () =>
      assert.equal(await commandSays("sh -c 'exit 7'"), 'unknown'),
    'differs for a program that is not there: kured ends, here it is unknown, and with a path an error at start':
      async () => {
        assert.equal(await commandSays('./babar'), 'unknown');
        const { command } = imported(['--reboot-sentinel-command=/nowhere/babar -x']).settings.sentinel;
        assert.deepEqual(command, ['/nowhere/babar', '-x']);
        assert.equal(await commandTrouble(command ?? [], { owner: 0, from: '/' }), 'is not there');
      },
    'warns of a ! before a program, which makes a yes of every error': () => {
      const { comment } = imported(['--reboot-sentinel-command=sh -c "! needs-restarting --reboothint"']);
      assert.match(comment('sentinel.command'), /the ! makes a yes of every error and of a missing program/);
    },
  },
  period: {
    'is how often a sentinel command runs': async () => {
      const { sentinel } = imported(['--reboot-sentinel-command=/bin/x', '--period=10m']).settings;
      const clock = new ManualClock();
      const ran: number[] = [];
      const quiet: CommandRunner = { run: async () => ({ is: 'exited', code: 1, output: '' }) };
      const stop = new AbortController();
      commandSentinel(
        { argv: ['/bin/x'], timeout: 1000, period: sentinel.commandPeriod },
        { clock, commands: quiet, round },
      ).watch(() => ran.push(clock.mono() / 60_000), stop.signal);
      await clock.advance(31 * 60_000);
      stop.abort();
      assert.deepEqual(ran, [10, 20, 30]);
    },
    'is an hour for a command without it, as in kured': () =>
      assert.equal(imported(['--reboot-sentinel-command=/bin/x']).settings.sentinel.commandPeriod, 3_600_000),
    'differs for a file: it is watched, and nothing polls; that is said': () =>
      assert.match(
        imported(['--period=4h']).note('period'),
        /nothing is polled: the file is watched, and the turn is handed on at once/,
      ),
    'of 0 or less makes kured look once alone, and that is said': () => {
      assert.match(imported(['--period=0']).note('period'), /looks once and never again/);
      assert.match(
        imported(['--period=-1h', '--reboot-sentinel-command=/bin/x']).comment('sentinel.commandPeriod'),
        /runs it once alone/,
      );
    },
  },
} as const satisfies Readonly<Record<string, Shown>>;
