import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noteHandled, rebootsToday } from '../../src/core/handled.ts';
import { wallText } from '../../src/core/now.ts';

const hour = 3_600_000;
const wall = Date.UTC(2026, 0, 5, 8);
const now = { mono: 0, wall, chance: '0'.repeat(32) };
const need = { fingerprint: 'f', reasons: [] };

const clocks: readonly [title: string, at: number, counts: boolean][] = [
  ['an hour ago', wall - hour, true],
  ['25 hours ago', wall - 25 * hour, false],
  ['an hour ahead, by a clock that was set back', wall + hour, true],
  ['in 2099, by a clock that was wrong', Date.UTC(2099, 0, 1), false],
  ['in 1970, by a clock without battery', 0, false],
];

for (const [title, at, counts] of clocks) {
  test(`a reboot noted ${title} ${counts ? 'counts' : 'does not count'} for this day, and is ${counts ? '' : 'not '}kept`, () => {
    const handled = { need, boot: 'b', at: wallText(at), reboots: [wallText(at)] };
    assert.equal(rebootsToday(handled, 0, now), counts ? 1 : 0);
    assert.equal(noteHandled(handled, need, 'next', now).reboots.length, counts ? 2 : 1);
  });
}
