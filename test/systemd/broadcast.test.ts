import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandResult } from '../../src/ports/commands.ts';
import { broadcaster } from '../../src/systemd/broadcast.ts';

const outcomes: readonly (readonly [string, CommandResult, string | null])[] = [
  ['all terminals were written to', { is: 'exited', code: 0, output: '' }, null],
  ['wall fails', { is: 'exited', code: 1, output: 'wall: no\n' }, 'wall ended with 1: wall: no'],
  ['wall fails without a word', { is: 'exited', code: 2, output: '' }, 'wall ended with 2'],
  ['a signal ends it', { is: 'killed', signal: 'SIGTERM', output: '' }, 'wall was ended by SIGTERM'],
  ['it does not end', { is: 'timeout', output: '' }, 'wall did not end in time'],
  [
    'there is no wall',
    { is: 'missing', why: 'Failed to find executable /usr/bin/wall' },
    'Failed to find executable /usr/bin/wall',
  ],
  ['nobody can tell', { is: 'failed', why: 'systemctl show: no answer' }, 'systemctl show: no answer'],
];
for (const [name, result, why] of outcomes) {
  test(`a text on the terminals of two sessions: ${name}`, async () => {
    const ran: string[][] = [];
    const told = Promise.withResolvers<readonly [number, string | null]>();
    const commands = {
      run: async (argv: readonly string[]) => {
        ran.push([...argv]);
        return result;
      },
    };
    const tell = broadcaster({ commands, wall: '/usr/bin/wall', told: (...all) => told.resolve(all) });
    tell('Please log out', 2);
    assert.deepEqual(await told.promise, [2, why]);
    assert.deepEqual(ran, [['/usr/bin/wall', 'Please log out']]);
  });
}
