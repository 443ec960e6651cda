import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonSentence } from '../../src/core/reasons.ts';
import { rebootByCommand } from '../../src/host/reboot-command.ts';
import type { CommandLimits, CommandResult, CommandRunner } from '../../src/ports/commands.ts';

const limits = { timeout: 60_000, before: 10_000 };
const waiting = new AbortController().signal;

/** A runner that notes what it is asked and answers that. */
function runner(result: CommandResult | Promise<CommandResult>) {
  const asked: { argv: readonly string[]; limits: CommandLimits; signal: AbortSignal }[] = [];
  const commands: CommandRunner = {
    run: async (argv, limits, signal) => {
      asked.push({ argv, limits, signal });
      return result;
    },
  };
  return { commands, asked };
}

const ends: readonly (readonly [result: CommandResult, is: string, sentence: RegExp])[] = [
  [{ is: 'exited', code: 0, output: 'bye' }, 'accepted', /^$/],
  [{ is: 'exited', code: 1, output: 'no\nway' }, 'unknown', /it ended with exit code 1: no\\nway\)/],
  [{ is: 'exited', code: 203, output: '' }, 'unknown', /exit code 203\)/],
  [{ is: 'killed', signal: 'SIGTERM', output: '' }, 'unknown', /it was ended by SIGTERM/],
  [{ is: 'timeout', output: '' }, 'unknown', /it did not end within 60 s/],
  [{ is: 'failed', why: 'the bus is gone' }, 'unknown', /the bus is gone/],
  [{ is: 'missing', why: 'No such file' }, 'refused', /\/sbin\/x could not be executed: No such file$/],
];

for (const [result, is, sentence] of ends) {
  test(`a command that is ${JSON.stringify(result)} means ${is}`, async () => {
    const { commands, asked } = runner(result);
    const answer = await rebootByCommand(['/sbin/x', '-a'], commands, limits, waiting);
    assert.equal(answer.is, is);
    assert.match(answer.is === 'accepted' ? '' : reasonSentence(answer.reason), sentence);
    assert.deepEqual(asked[0]?.argv, ['/sbin/x', '-a']);
    assert.deepEqual(asked[0]?.limits, limits);
  });
}

test('a stop while it runs is unknown at once, and the command is not ended by it', async () => {
  const stop = new AbortController();
  const { commands, asked } = runner(new Promise(() => {}));
  const answer = rebootByCommand(['/sbin/x'], commands, limits, stop.signal);
  stop.abort();
  assert.equal((await answer).is, 'unknown');
  assert.equal(asked[0]?.signal.aborted, false);
});

test('a stop before it begins starts nothing', async () => {
  const { commands, asked } = runner({ is: 'exited', code: 0, output: '' });
  assert.equal((await rebootByCommand(['/sbin/x'], commands, limits, AbortSignal.abort())).is, 'refused');
  assert.deepEqual(asked, []);
});
