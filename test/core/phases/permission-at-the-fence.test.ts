import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRecord, writeRecord } from '../../../src/core/lease/format.ts';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { LeaseRecord } from '../../../src/core/lease/record.ts';
import { pause } from '../../../src/core/lease/release.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import { reason } from '../../../src/core/reasons.ts';
import { everyState, fenced, rebooting } from './every-state.ts';
import { play } from './play.ts';
import { moment, moments, need, type Sample, sample } from './samples.ts';
import { phaseWord } from './words.ts';

const blocked = reason('blocked', { source: 'the window', why: 'closed' });
const permission = (is: 'allowed' | 'refused' | 'passing', askedAt: number): Event => ({
  on: 'permission',
  answer: is === 'allowed' ? { is } : { is: 'refused', reasons: [blocked], passing: is === 'passing' },
  need: { is: 'yes', value: need },
  askedAt,
});

describe('permission at the fence', () => {
  const { fence } = everyState().draining;

  it('is asked again when the fence took over ten seconds, and the call waits for the answer', () => {
    const late = play(fence, [{ on: 'time' }, 10_000], ['lease-written written', 10_500]);
    assert.ok(late.did.includes('ask-permission') && !late.did.includes('reboot'), late.words);
    assert.deepEqual(late.state.phase.name, 'draining');
    const { node, lease } = late.state.facts;
    assert.ok(node.seen.is === 'node' && lease.seen.is === 'lease');
    const told: Event = { on: 'node-read', result: { is: 'found', object: node.seen.node } };
    const found = { is: 'found', object: lease.seen.object } as const;
    const stands: Event = { on: 'lease-read', lease: lease.ref, consistency: 'consistent', result: found };
    const answers = [
      [permission('allowed', moment + 10_000), 10_600],
      [told, 10_700],
      [stands, 10_800],
    ] as const;
    const begun = [[{ on: 'time' }, 10_000] as const, ['lease-written written', 10_500] as const];
    assert.ok(play(fence, ...begun, ...answers).did.includes('reboot'));
    for (const one of answers) {
      const others = answers.filter((answer) => answer !== one);
      assert.ok(!play(fence, ...begun, ...others).did.includes('reboot'), 'all three are asked anew');
    }
  });

  it('that turned meanwhile backs out: no reboot was asked for', () => {
    const { words, did } = play(
      fence,
      [{ on: 'time' }, 10_000],
      ['lease-written written', 10_500],
      [permission('refused', moment + 10_000), 10_600],
    );
    assert.match(words, /^backing-out\/declare \| tell:backing-out lease:back-out/);
    assert.ok(!did.includes('reboot'));
  });

  it('is worth nothing once the Lease shows the fence no more, or another process wrote it', () => {
    for (const entry of [{ phase: 'draining' }, { by: 'by-another' }] as const) {
      const gone = { ...fenced, entry: { ...fenced.entry, ...entry } };
      assert.equal(phaseWord(sample(rebooting('call'), gone).state.phase), 'recovering/look');
      const again = sample(rebooting('call', { committed: true }), gone);
      assert.ok(!again.pending.has('reboot'), phaseWord(again.state.phase));
    }
  });

  it('of nine seconds is good', () => {
    assert.ok(play(fence, ['lease-written written', 8_900]).did.includes('reboot'));
  });

  it('does not help against a pause that came behind the fence, before its answer', () => {
    const write = fence.pending.get('lease');
    assert.ok(write?.do === 'write-lease');
    const metadata = { ...write.object.metadata, resourceVersion: '9' };
    const record = { ...write.object, metadata };
    const paused = writeRecord(record, pause(recordOf(fence, write.object), 'maintenance'), moments.now);
    const lease = fence.state.facts.lease.ref;
    const { did, words } = play(
      fence,
      [{ on: 'lease-watch', lease, told: { is: 'changed', object: paused } }, 1],
      ['lease-written written', 2],
    );
    assert.ok(!did.includes('reboot'), words);
    assert.match(words, /^backing-out/);
  });
});

describe('what refuses in passing', () => {
  const { permit, evict, ask, fence } = everyState().draining;
  const since = moment + 10_000;

  it('ends no drain, and is waited for before the cordon and before the fence', () => {
    for (const [from, stays] of [
      [permit, 'draining/permit'],
      [evict, 'draining/evict'],
      [ask, 'draining/ask'],
      [fence, 'draining/ask'],
    ] as const) {
      const { state, did } = play(from, [permission('passing', since), 10_100]);
      assert.equal(phaseWord(state.phase), stays);
      assert.ok(!did.includes('reboot') && !did.includes('stop-drain'), stays);
    }
  });

  it('is waited for five minutes, and then backed out from', () => {
    for (const from of [permit, ask]) {
      const waits = [permission('passing', since), 10_100] as const;
      const asked = [{ on: 'time' } as const, 309_900] as const;
      const { state, did } = play(from, waits, asked, [permission('passing', moment + 309_900), 310_000]);
      assert.equal(state.phase.name, 'draining');
      assert.ok(did.includes('ask-permission'));
      const over = play(from, waits, asked, [permission('passing', moment + 309_900), 310_200]);
      assert.equal(phaseWord(over.state.phase), 'backing-out/declare');
    }
  });

  it('is counted anew after it was allowed', () => {
    const { state } = play(
      fence,
      [permission('passing', since), 10_100],
      [permission('allowed', moment + 200_000), 200_100],
      [permission('passing', moment + 205_000), 205_100],
      [permission('passing', moment + 400_000), 400_100],
    );
    assert.equal(phaseWord(state.phase), 'draining/ask');
  });

  it('says what is waited for, while it is asked again as well', () => {
    const { state } = play(ask, [permission('passing', since), 10_100], [{ on: 'time' }, 71_000]);
    assert.equal(state.waits.code, 'blocked');
  });
});

function recordOf(of: Sample, object: LeaseObject): LeaseRecord {
  const reading = readRecord(object);
  assert.ok(reading.readable, phaseWord(of.state.phase));
  return reading.record;
}
