import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { commandTrouble, trustedCommands } from '../../src/daemon/trusted-commands.ts';
import type { CommandRunner } from '../../src/ports/commands.ts';
import { hangingFiles } from '../fakes/hanging-files.ts';
import { machineFiles, owner } from '../hooks/machine.ts';

const never = new AbortController().signal;

/** A machine with a program, and what is told of it before a start and at a run. */
function machine(t: TestContext, as = owner) {
  const { from, put } = machineFiles(t);
  const ran: string[] = [];
  const runner: CommandRunner = {
    async run(argv, { timeout }) {
      ran.push(`${argv.join(' ')} in ${timeout}`);
      return { is: 'exited', code: 0, output: '' };
    },
  };
  const trust = { owner: as, from };
  const commands = trustedCommands(runner, trust);
  return {
    from,
    put,
    ran,
    commands,
    trouble: (...argv: readonly string[]) => commandTrouble(argv, trust),
    run: (...argv: readonly string[]) => commands.run(argv, { timeout: 7 }, never),
  };
}

describe('a command of the configuration', () => {
  it('that only root can change is run as it is', async (t) => {
    const { put, trouble, run, ran } = machine(t);
    const program = put('usr/local/sbin/check');
    assert.equal(await trouble(program, '--quiet'), null);
    assert.deepEqual(await run(program, '--quiet'), { is: 'exited', code: 0, output: '' });
    assert.deepEqual(ran, [`${program} --quiet in 7`]);
  });

  const wrong: readonly (readonly [what: string, make: (m: ReturnType<typeof machine>) => string, why: RegExp])[] = [
    ['that is not there', ({ from }) => join(from, 'check'), /^is not there$/],
    ['that is a folder', ({ from }) => from, /^is not a file$/],
    ['that is not executable', ({ put }) => put('check', 0o644), /^is not executable$/],
    ['that others may write', ({ put }) => put('check', 0o757), /^would run .* may write to \S+\/check \(mode 0757\)$/],
    [
      'that a group may write',
      ({ put }) => put('check', 0o775),
      /^would run .* may write to \S+\/check \(mode 0775\)$/,
    ],
    [
      'in a folder that others may write',
      ({ put, from }) => {
        const program = put('opt/check');
        chmodSync(join(from, 'opt'), 0o777);
        return program;
      },
      /^would run .* may write to \S+\/opt \(mode 0777\)$/,
    ],
    [
      'behind a link into a folder that others may write',
      ({ put, from }) => {
        put('open/check');
        chmodSync(join(from, 'open'), 0o777);
        mkdirSync(join(from, 'sbin'));
        symlinkSync('../open/check', join(from, 'sbin/check'));
        return join(from, 'sbin/check');
      },
      /^would run .* may write to \S+\/open \(mode 0777\)$/,
    ],
  ];
  for (const [what, make, why] of wrong) {
    it(`${what} is refused by name`, async (t) => {
      const m = machine(t);
      assert.match((await m.trouble(make(m))) ?? '', why);
    });
  }

  it('that somebody else owns is refused before the start, and is not run', async (t) => {
    const { put, trouble, run, ran } = machine(t, owner + 1);
    const program = put('check');
    assert.match(
      (await trouble(program)) ?? '',
      /^would run with root's rights, but .* is owned by the user \d+, not by root$/,
    );
    const end = await run(program);
    assert.ok(end.is === 'missing');
    assert.match(end.why, /^it is not run, because .* is owned by the user \d+, not by root$/);
    assert.deepEqual(ran, []);
  });

  it('that became writable for others after the start is not run any more', async (t) => {
    const { put, run, ran } = machine(t);
    const program = put('check');
    await run(program);
    chmodSync(program, 0o777);
    assert.equal((await run(program)).is, 'missing');
    assert.equal(ran.length, 1);
  });

  it('is not run where its file cannot be looked at in time, and a file system that hangs is asked only once', async (t) => {
    const { put, commands, ran } = machine(t);
    const program = put('check');
    const { calls } = hangingFiles(t, 'lstat');
    for (let time = 0; time < 2; time += 1) {
      const end = new AbortController();
      const running = commands.run([program], { timeout: 7 }, end.signal);
      end.abort();
      const result = await running;
      assert.match(result.is === 'missing' ? result.why : result.is, /^it is not run, because \S+\/check, or another/);
    }
    assert.deepEqual([calls(), ran], [1, []]);
  });
});
