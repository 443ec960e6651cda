import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import type { CommandBlocker } from '../../src/core/blockers/settings.ts';
import type { Permission } from '../../src/core/permission.ts';
import { reasonSentence } from '../../src/core/reasons.ts';
import { blockerCommandsSource } from '../../src/host/blocker-commands.ts';
import type { CommandResult, CommandRunner } from '../../src/ports/commands.ts';
import { ManualClock } from '../fakes/clock.ts';

const never = new AbortController().signal;
const idle: CommandBlocker = { command: ['/sbin/idle', '--all'], timeout: 10_000, period: 60_000 };
const clean: CommandBlocker = { command: ['/sbin/clean'], timeout: 30_000, period: 3_600_000 };
const exited = (code: number, output = ''): CommandResult => ({ is: 'exited', code, output });

const contract: readonly (readonly [string, CommandResult, Permission['is'], string])[] = [
  ['exit status 0 permits, whatever it writes', exited(0, 'all is well\n'), 'allowed', ''],
  [
    'exit status 1 refuses, and the first line that is not empty says why',
    exited(1, '\n a backup runs \nsince 2:00\n'),
    'refused',
    'the command /sbin/idle --all is against a reboot: a backup runs',
  ],
  [
    'exit status 1 without a word',
    exited(1),
    'refused',
    'the command /sbin/idle --all is against a reboot: it does not say why',
  ],
  [
    'another exit status cannot tell',
    exited(2, 'no such array'),
    'unknown',
    'cannot tell whether a reboot is permitted: /sbin/idle --all: exit status 2, where 0 permits and 1 refuses: no such array',
  ],
  [
    'one that a signal ended',
    { is: 'killed', signal: 'SIGSEGV', output: '' },
    'unknown',
    'cannot tell whether a reboot is permitted: /sbin/idle --all: ended by SIGSEGV',
  ],
  [
    'one that did not end in its time',
    { is: 'timeout', output: 'waits\n' },
    'unknown',
    'cannot tell whether a reboot is permitted: /sbin/idle --all: no end within 10 s: waits',
  ],
  [
    'one that is not there, or not to be run',
    { is: 'missing', why: 'it is not run, because /sbin/idle is owned by the user 1000, not by root' },
    'unknown',
    'cannot tell whether a reboot is permitted: /sbin/idle --all: it is not run, because /sbin/idle is owned by the user 1000, not by root',
  ],
  [
    'what it writes is made fit to be shown',
    exited(1, '\u001b[31mred\u001b[0m\n'),
    'refused',
    'the command /sbin/idle --all is against a reboot: \\x1b[31mred\\x1b[0m',
  ],
];
for (const [name, result, is, sentence] of contract) {
  test(`a blocker's command: ${name}`, async () => {
    const { source } = stage([idle], { '/sbin/idle': result });
    const answer = await source.ask(never);
    assert.equal(answer.is, is);
    assert.deepEqual(answer.is === 'allowed' ? [''] : answer.reasons.map(reasonSentence), [sentence]);
  });
}

describe('commands that may be against a reboot', () => {
  it('are all run at once, each with its own time, and none hides another', async () => {
    const { source, runs, inParallel } = stage([idle, clean], {
      '/sbin/idle': exited(1, 'one'),
      '/sbin/clean': exited(1, 'two'),
    });
    const answer = await source.ask(never);
    assert.equal(answer.is === 'refused' && answer.reasons.length, 2);
    assert.deepEqual(runs, ['/sbin/idle in 10000', '/sbin/clean in 30000']);
    assert.equal(inParallel(), 2);
    assert.equal(source.longest, 100_000, 'they may be run twice');
    assert.equal(stage([], {}).source.longest, undefined);
  });

  it('are run for each question while they permit: what they said once permits nothing later', async () => {
    const { source, runs, says } = stage([clean], {});
    assert.equal((await source.ask(never)).is, 'allowed');
    says['/sbin/clean'] = exited(1);
    assert.equal((await source.ask(never)).is, 'refused');
    assert.equal(runs.length, 2);
  });

  it('are not run again for their period once they refuse; then permission is asked for anew', async () => {
    const { source, runs, says, clock, hints } = stage([clean], { '/sbin/clean': exited(1) });
    await source.ask(never);
    says['/sbin/clean'] = exited(0);
    await clock.advance(3_599_000);
    assert.equal((await source.ask(never)).is, 'refused');
    assert.deepEqual([runs.length, hints()], [1, 0]);
    await clock.advance(1_000);
    assert.equal(hints(), 1);
    assert.equal((await source.ask(never)).is, 'allowed');
    assert.equal(runs.length, 2);
  });

  it('that cannot tell are run again after a minute, whatever their period', async () => {
    const { source, runs, clock, hints } = stage([clean], { '/sbin/clean': exited(9) });
    await source.ask(never);
    await clock.advance(59_000);
    await source.ask(never);
    assert.equal(runs.length, 1);
    await clock.advance(1_000);
    assert.equal(hints(), 1);
    await source.ask(never);
    assert.equal(runs.length, 2);
  });

  it('that were no longer waited for have said nothing', async () => {
    const { source, runs } = stage([clean], { '/sbin/clean': { is: 'failed', why: 'it was no longer waited for' } });
    assert.equal((await source.ask(AbortSignal.abort())).is, 'unknown');
    await source.ask(never);
    assert.equal(runs.length, 2);
  });
});

describe('commands that take long', () => {
  const quick: CommandBlocker = { command: ['/quick'], timeout: 10_000, period: 60_000 };
  const slow: CommandBlocker = { command: ['/slow'], timeout: 60_000, period: 60_000 };
  const slower: CommandBlocker = { command: ['/slower'], timeout: 60_000, period: 60_000 };

  it('have a quick one run again behind them: what it permitted is as young as what they did', async () => {
    const { source, clock, runs, says, takes } = stage([quick, slow], {});
    takes['/slow'] = 50_000;
    const permitted = source.ask(never);
    await clock.advance(50_000);
    assert.deepEqual(await permitted, { is: 'allowed', asOf: 50_000 });
    assert.deepEqual(runs, ['/quick in 10000', '/slow in 60000', '/quick in 10000']);
    const turning = source.ask(never);
    await clock.advance(20_000);
    says['/quick'] = exited(1, 'a backup began');
    await clock.advance(30_000);
    assert.equal((await turning).is, 'refused', 'what turned while the slow one ran');
  });

  it('are run again so that they end together, where they took very different times', async () => {
    const { source, clock, takes, starts } = stage([quick, slow, slower], {});
    Object.assign(takes, { '/quick': 100, '/slow': 20_000, '/slower': 50_000 });
    const permitted = source.ask(never);
    await clock.advance(100_000);
    assert.deepEqual(await permitted, { is: 'allowed', asOf: 100_000 });
    assert.deepEqual(starts.slice(3), ['/slower at 50000', '/slow at 80000', '/quick at 99900']);
  });

  it('are not run twice where they end within a few seconds, which the permission is older for', async () => {
    const { source, clock, takes, runs } = stage([slow, slower], {});
    Object.assign(takes, { '/slow': 20_000, '/slower': 24_000 });
    const permitted = source.ask(never);
    await clock.advance(24_000);
    assert.deepEqual(await permitted, { is: 'allowed', asOf: 20_000 });
    assert.equal(runs.length, 2);
  });

  it('permit nothing where they do not end together the second time either, and that passes', async () => {
    const { source, clock, takes } = stage([slow, slower], {});
    Object.assign(takes, { '/slow': 20_000, '/slower': 50_000 });
    const asked = source.ask(never);
    await clock.advance(50_000);
    takes['/slow'] = 10_000;
    await clock.advance(50_000);
    const answer = await asked;
    assert.ok(answer.is === 'unknown' && answer.passing === true);
    assert.deepEqual(answer.reasons.map(reasonSentence), [
      'cannot tell whether a reboot is permitted: blockers.commands: they permit it, but not within 5 s of each other; let those that take long be quicker',
    ]);
  });

  it('are not run again for what one refuses', async () => {
    const { source, clock, takes, runs } = stage([quick, slow], { '/slow': exited(1) });
    takes['/slow'] = 50_000;
    const refused = source.ask(never);
    await clock.advance(50_000);
    assert.equal((await refused).is, 'refused');
    assert.equal(runs.length, 2);
  });
});

function stage(blockers: readonly CommandBlocker[], says: Record<string, CommandResult>) {
  const clock = new ManualClock();
  const [runs, starts]: [string[], string[]] = [[], []];
  const takes: Record<string, number> = {};
  let [running, most, hinted] = [0, 0, 0];
  const commands: CommandRunner = {
    async run([program = ''], { timeout }, signal) {
      runs.push(`${program} in ${timeout}`);
      starts.push(`${program} at ${clock.mono()}`);
      running += 1;
      most = Math.max(most, running);
      await (program in takes ? clock.sleep(takes[program] ?? 0, signal) : Promise.resolve());
      running -= 1;
      return says[program] ?? exited(0);
    },
  };
  const source = blockerCommandsSource({ commands, clock, settings: () => blockers });
  source.watch(() => {
    hinted += 1;
  }, never);
  return { source, runs, starts, says, takes, clock, hints: () => hinted, inParallel: () => most };
}
