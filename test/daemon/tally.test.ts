import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { emptyMemory } from '../../src/core/memory.ts';
import { type Reason, reason } from '../../src/core/reasons.ts';
import { Tally } from '../../src/daemon/tally.ts';
import { openMemoryFile } from '../../src/host/memory-file.ts';
import { ManualClock } from '../fakes/clock.ts';

const because = (why: string): Reason => reason('memory-unusable', { file: 'memory.json', why });
const asked = { what: 'rebooting', method: 'logind' } as const;
const claimed = { what: 'claimed', claim: 'c' } as const;

function open(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'tally-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'memory.json');
  const clock = new ManualClock();
  const unkept: Reason[] = [];
  const begin = (at = file): Tally =>
    new Tally({ clock, memory: openMemoryFile(at, because).counts, unkept: (why) => unkept.push(why) });
  return { folder, file, clock, unkept, begin };
}

describe('what the metrics count', () => {
  it('goes on over a restart, and beside what else is remembered', async (t) => {
    const { file, begin } = open(t);
    const memory = openMemoryFile(file, because);
    await memory.write({ ...emptyMemory, backOff: { failures: 1, until: 7 } });
    const first = begin();
    for (const moment of [claimed, { what: 'drained' }, asked] as const) first.moment(moment);
    await first.settled();
    const second = begin();
    await second.settled();
    second.moment({ what: 'rebooted', from: 'a', to: 'b', back: { keepsCordon: false, releases: null } });
    second.moment({ what: 'released', lease: 'l' });
    assert.deepEqual(second.outcomes(), {
      claimed: 1,
      drained: 1,
      'reboot-asked': 1,
      'reboot-refused': 0,
      rebooted: 1,
      'backed-out': 0,
      stuck: 0,
    });
    await second.settled();
    const read = await memory.read();
    assert.equal(read.is === 'yes' && read.value.backOff?.failures, 1);
  });

  it('has what was counted before the file was read', async (t) => {
    const { file, begin } = open(t);
    writeFileSync(file, JSON.stringify({ counts: { claimed: 40 } }));
    const tally = begin();
    tally.moment(claimed);
    await tally.settled();
    assert.equal(tally.outcomes().claimed, 41);
    assert.equal(JSON.parse(readFileSync(file, 'utf8')).counts.claimed, 41);
  });

  for (const [what, text] of [
    ['is no JSON', '{'],
    ['has counts that are none', '{"counts": {"claimed": -3, "drained": "x", "other": 1}}'],
    ['has a list', '{"counts": [1]}'],
  ] as const)
    it(`begins anew where the file ${what}`, async (t) => {
      const { file, begin } = open(t);
      writeFileSync(file, text);
      const tally = begin();
      await tally.settled();
      assert.ok(Object.values(tally.outcomes()).every((count) => count === 0));
    });

  it('says where it cannot be kept, and counts all the same', async (t) => {
    const { folder, begin, unkept } = open(t);
    const tally = begin(join(folder, 'missing', 'memory.json'));
    tally.moment(claimed);
    await tally.settled();
    assert.equal(tally.outcomes().claimed, 1);
    assert.deepEqual(
      unkept.map(({ code }) => code),
      ['memory-unusable'],
    );
  });

  it('adds up the stays in each phase, the one that lasts included', async (t) => {
    const { clock, begin } = open(t);
    const tally = begin();
    for (const [phase, ms] of [
      ['idle', 5_000],
      ['draining', 60_000],
      ['draining', 30_000],
      ['idle', 1_500],
    ] as const) {
      tally.phase(phase);
      await clock.advance(ms);
    }
    assert.deepEqual(tally.phases(), [
      { phase: 'idle', seconds: 6.5, entered: 2 },
      { phase: 'draining', seconds: 90, entered: 1 },
    ]);
  });
});
