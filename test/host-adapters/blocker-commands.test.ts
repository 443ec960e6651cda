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
    assert.equal(source.longest, 50_000);
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

function stage(blockers: readonly CommandBlocker[], says: Record<string, CommandResult>) {
  const clock = new ManualClock();
  const runs: string[] = [];
  let [running, most, hinted] = [0, 0, 0];
  const commands: CommandRunner = {
    async run([program = ''], { timeout }) {
      runs.push(`${program} in ${timeout}`);
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return says[program] ?? exited(0);
    },
  };
  const source = blockerCommandsSource({ commands, clock, settings: () => blockers });
  source.watch(() => {
    hinted += 1;
  }, never);
  return { source, runs, says, clock, hints: () => hinted, inParallel: () => most };
}
