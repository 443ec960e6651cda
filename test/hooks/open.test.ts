import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import type { HookCall, HookEnd, HookPhase } from '../../src/core/hooks.ts';
import { type Reason, reasonSentence } from '../../src/core/reasons.ts';
import { openHooks } from '../../src/hooks/open.ts';
import type { CommandResult, LastingEnds, LastingProgram, LastingRunner } from '../../src/ports/commands.ts';
import type { EventCode, EventFields } from '../../src/ports/outlets.ts';
import { ManualClock } from '../fakes/clock.ts';
import { hangingFiles } from '../fakes/hanging-files.ts';
import { machineFiles, owner } from './machine.ts';

const never = new AbortController().signal;
const calm: LastingEnds = { stop: never, leave: never };
const call = (phase: HookPhase, change: Partial<HookCall> = {}): HookCall => ({
  phase,
  node: 'worker-1',
  run: 'claim-1',
  reasons: ['linux-image', 'libc6'],
  ...change,
});

/** Hooks on a machine, each of which ends as the table says; by default with exit code 0. */
function opened(t: TestContext, results: Readonly<Record<string, CommandResult>> = {}) {
  const files = machineFiles(t);
  const ran: LastingProgram[] = [];
  const told: (readonly [EventCode, EventFields])[] = [];
  const shown: string[] = [];
  const programs: LastingRunner = {
    async run(program, { stop, leave }) {
      ran.push(program);
      if (program.path.endsWith('long')) return await untilEnded(AbortSignal.any([stop, leave]));
      return results[program.path.split('/').at(-1) ?? ''] ?? { is: 'exited', code: 0, output: '' };
    },
    endAll: async () => {},
  };
  const clock = new ManualClock();
  let timeout = 600_000;
  const hooks = openHooks({
    place: { folder: files.hooks, trust: { owner, from: files.from } },
    programs,
    clock,
    log: { event: (code, fields = {}) => void told.push([code, fields]), always: () => {}, setLevel: () => {} },
    settings: () => ({ timeout }),
  });
  return {
    ...files,
    clock,
    hook: (name: string, mode?: number) => files.put(`etc/kured-host/hooks/${name}`, mode),
    run: (phase: HookPhase, ends = calm, change: Partial<HookCall> = {}) =>
      hooks.run(call(phase, change), (of: Reason) => void shown.push(reasonSentence(of)), ends),
    names: () => ran.map(({ path }) => path.split('/').at(-1)),
    events: () => told.map(([code]) => code),
    ran,
    told,
    shown,
    setTimeout: (ms: number) => {
      timeout = ms;
    },
  };
}

/** As a runner answers for what was ended or left. */
async function untilEnded(signal: AbortSignal): Promise<CommandResult> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return { is: 'failed', why: 'it was no longer waited for' };
}

function sentence(end: HookEnd): string {
  assert.ok(end.is === 'failed', end.is);
  return reasonSentence(end.reason);
}

describe('a round of hooks', () => {
  it('runs those of its phase, one after the other, and says which one runs', async (t) => {
    const { hook, run, names, shown, events } = opened(t);
    const first = hook('before-drain.d/10-a');
    hook('before-drain.d/20-b');
    hook('after-boot.d/10-c');
    assert.deepEqual(await run('before-drain'), { is: 'done' });
    assert.deepEqual(names(), ['10-a', '20-b']);
    assert.equal(shown[0], `the hook ${first} is running; it has 600 s`);
    assert.deepEqual(events(), ['hook-started', 'hook-ended', 'hook-started', 'hook-ended']);
    assert.deepEqual(await run('before-reboot'), { is: 'done' });
  });

  it('gives each a name of its own that is the same each time, what it is for, and its environment', async (t) => {
    const { hook, run, ran } = opened(t);
    hook('before-drain.d/10 ä%n.sh');
    hook('before-reboot.d/10 ä%n.sh');
    await run('before-drain');
    await run('before-drain', calm, { run: 'claim-2', reasons: [] });
    await run('before-reboot');
    const [first, again, other] = ran;
    assert.match(first?.name ?? '', /^hook-before-drain-10-n-sh-[0-9a-f]{8}$/);
    assert.equal(again?.name, first?.name);
    assert.notEqual(other?.name, first?.name);
    assert.deepEqual([first?.run, again?.run], ['before-drain claim-1', 'before-drain claim-2']);
    const KURED_HOST_NODE = 'worker-1';
    const KURED_HOST_PHASE = 'before-drain';
    assert.deepEqual(first?.env, { KURED_HOST_PHASE, KURED_HOST_NODE, KURED_HOST_REASON: 'linux-image, libc6' });
    assert.equal(again?.env['KURED_HOST_REASON'], 'a reboot is needed');
    assert.equal(first?.fields['KURED_HOOK'], first?.path);
  });

  const failures: readonly (readonly [result: CommandResult, says: string])[] = [
    [{ is: 'exited', code: 3, output: '' }, 'it ended with exit code 3'],
    [{ is: 'killed', signal: 'SIGSEGV', output: '' }, 'it was ended by SIGSEGV'],
    [{ is: 'timeout', output: '' }, 'it did not end within 600 s (hooks.timeout)'],
    [{ is: 'missing', why: 'no such file' }, 'it could not be executed: no such file'],
    [{ is: 'failed', why: 'nobody can tell what became of it' }, 'nobody can tell what became of it'],
  ];
  for (const [result, says] of failures)
    it(`ends with the first that fails: ${result.is}`, async (t) => {
      const { hook, run, names, events } = opened(t, { '10-a': result });
      const path = hook('before-drain.d/10-a');
      hook('before-drain.d/20-b');
      assert.equal(sentence(await run('before-drain')), `the hook ${path} failed: ${says}`);
      assert.deepEqual(names(), ['10-a']);
      assert.deepEqual(events(), ['hook-started', 'hook-failed']);
    });

  it('only warns of what is wanted and fails, or is refused, and never runs the latter', async (t) => {
    const { hook, run, names, events } = opened(t, { '10-a.wanted': { is: 'exited', code: 1, output: '' } });
    hook('before-drain.d/10-a.wanted');
    hook('before-drain.d/15-open.wanted', 0o777);
    hook('before-drain.d/20-b');
    assert.deepEqual(await run('before-drain'), { is: 'done' });
    assert.deepEqual(names(), ['10-a.wanted', '20-b']);
    assert.deepEqual(events(), [
      'hook-started',
      'wanted-hook-failed',
      'wanted-hook-failed',
      'hook-started',
      'hook-ended',
    ]);
  });

  it('fails by name for one that others may change, without running it or those behind it', async (t) => {
    const { hook, run, names } = opened(t);
    hook('before-drain.d/10-a');
    const open = hook('before-drain.d/20-open', 0o777);
    hook('before-drain.d/30-c');
    const why = `others than root may write to ${open} (mode 0777)`;
    assert.equal(sentence(await run('before-drain')), `the hook ${open} is not run, because ${why}`);
    assert.deepEqual(names(), ['10-a']);
  });

  it('warns of what is not executable and goes on', async (t) => {
    const { hook, run, names, events } = opened(t);
    hook('before-drain.d/10-readme', 0o644);
    hook('before-drain.d/20-b');
    assert.deepEqual(await run('before-drain'), { is: 'done' });
    assert.deepEqual([names(), events()[0]], [['20-b'], 'hook-skipped']);
  });

  it('fails where nobody can tell which hooks there are', async (t) => {
    const { put, hooks, run } = opened(t);
    put('etc/kured-host/hooks/x');
    writeFileSync(`${hooks}/before-drain.d`, '');
    assert.match(
      sentence(await run('before-drain')),
      /^nobody can tell which hooks there are in .*before-drain\.d: ENOTDIR/,
    );
  });

  it('tells what a hook wrote where it comes with the result', async (t) => {
    const { hook, run, told } = opened(t, { '10-a': { is: 'exited', code: 0, output: 'one\n\ntwo\n' } });
    hook('before-drain.d/10-a');
    await run('before-drain');
    assert.deepEqual(
      told.filter(([code]) => code === 'hook-output').map(([, { why }]) => why),
      ['one', 'two'],
    );
  });

  it('takes the time and the folder as they are when it runs', async (t) => {
    const made = opened(t);
    assert.deepEqual(await made.run('after-boot'), { is: 'done' });
    made.hook('after-boot.d/10-a');
    made.setTimeout(5_000);
    await made.run('after-boot');
    assert.deepEqual(
      made.ran.map(({ timeout }) => timeout),
      [5_000],
    );
  });

  it('that was told to stop, or is left, has said nothing and runs nothing more', async (t) => {
    for (const which of ['stop', 'leave'] as const) {
      const end = new AbortController();
      const { hook, run, names, events } = opened(t);
      hook('before-drain.d/10-long');
      hook('before-drain.d/20-b');
      const running = run('before-drain', { ...calm, [which]: end.signal });
      while (names().length === 0) await new Promise((resolve) => setImmediate(resolve));
      end.abort();
      assert.deepEqual(await running, { is: 'stopped' });
      assert.ok(!names().includes('20-b') && !events().includes('hook-failed'), which);
    }
  });

  it('does not wait for a file system that hangs: told to stop, or left, it ends', async (t) => {
    for (const which of ['stop', 'leave'] as const) {
      const end = new AbortController();
      const { run } = opened(t);
      const { recover } = hangingFiles(t, 'readdir');
      const running = run('before-drain', { ...calm, [which]: end.signal });
      end.abort();
      assert.deepEqual(await running, { is: 'stopped' });
      recover();
    }
  });

  it('fails where the folder cannot be looked at within half a minute, and asks a file system that hangs only once', async (t) => {
    const { run, clock } = opened(t);
    const { calls } = hangingFiles(t, 'readdir');
    for (let round = 0; round < 2; round += 1) {
      const running = run('before-drain');
      await clock.advance(30_000);
      assert.match(sentence(await running), /^nobody can tell which hooks there are in .*: no answer within 30000 ms/);
    }
    assert.equal(calls(), 1);
  });
});
