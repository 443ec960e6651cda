import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { reasonSentence } from '../../src/core/reasons.ts';
import { uptimeSource } from '../../src/host/uptime.ts';
import { ManualClock } from '../fakes/clock.ts';
import { ownFolder } from './folder.ts';

const hour = 3_600_000;

function open(t: TestContext, minimum: number | null) {
  const file = join(ownFolder(t), 'uptime');
  const clock = new ManualClock({ wall: Date.parse('2026-11-26T12:00:00Z') });
  const stop = new AbortController();
  t.after(() => stop.abort());
  const source = uptimeSource({ clock, minimum: () => minimum, file });
  let hints = 0;
  source.watch(() => {
    hints += 1;
  }, stop.signal);
  const said = async (uptime: string): Promise<string> => {
    writeFileSync(file, uptime);
    const answer = await source.ask(stop.signal);
    return answer.is === 'allowed' ? answer.is : `${answer.is}: ${answer.reasons.map(reasonSentence).join('; ')}`;
  };
  return { clock, source, said, hints: () => hints, stop };
}

test('without a bound any time will do', async (t) => {
  assert.equal(await open(t, null).said('nonsense'), 'allowed');
});

test('before the machine has been up for so long it says when it has, and that is heard of', async (t) => {
  const { clock, source, said, hints } = open(t, hour);
  const until =
    'the machine has not been up for as long as blockers.minimumUptime says; it will have been at 2026-11-26T12:30:00Z';
  assert.equal(await said('1800.00 100.00\n'), `refused: ${until}`);
  assert.equal(source.since?.(), Date.parse('2026-11-26T11:30:00Z'));
  assert.equal(await said('1801.25 100.00\n'), `refused: ${until}`, 'the same words while it waits');
  await clock.advance(hour / 2 - 1251);
  assert.equal(hints(), 0);
  await clock.advance(1);
  assert.equal(hints(), 1);
  assert.equal(await said('3600.00 100.00\n'), 'allowed');
  assert.equal(clock.untilNext(), null);
});

test('an uptime that cannot be read is unknown', async (t) => {
  assert.match(await open(t, hour).said('nonsense'), /^unknown: .*uptime: it holds no number$/);
});

test('nobody is told once nobody listens', async (t) => {
  const { clock, said, stop } = open(t, hour);
  await said('1.00 1.00\n');
  stop.abort();
  assert.equal(clock.untilNext(), null);
});
