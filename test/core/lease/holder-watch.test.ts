import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRecord, writeRecord } from '../../../src/core/lease/format.ts';
import {
  type HolderLook,
  type HolderWatch,
  holderLooked,
  lostHolder,
  nextHolderLook,
  silentAt,
  takeOver,
  watchAnew,
  watchHolders,
} from '../../../src/core/lease/holder-watch.ts';
import type { Holder, LeaseRecord } from '../../../src/core/lease/record.ts';
import { reason } from '../../../src/core/reasons.ts';
import { at, broken, granted, holder, holding, lease, now, record, refusal, waiting } from './samples.ts';

const minute = 60_000;
const gone: HolderLook = { is: 'gone' };
const exists: HolderLook = { is: 'exists' };
const unknown: HolderLook = { is: 'unknown', reason: reason('api-refused', { action: 'read', why: '403' }) };

/** The record as a watch shows it: each element with its text. */
function stored(change: Partial<LeaseRecord>): LeaseRecord {
  const reading = readRecord(writeRecord(lease(), record(change), now));
  assert.ok(reading.readable);
  return reading.record;
}

const held = (change: Partial<Holder> = {}) => stored({ holders: [holder('n2', change)] });

/** What is watched after these answers, each at its minute. */
function watched(...looks: readonly (readonly [minutes: number, look: HolderLook])[]): readonly HolderWatch[] {
  const began = watchHolders([], held(), 'n1', false, at(0));
  return looks.reduce(
    (watches, [minutes, look]) =>
      holderLooked(
        watches,
        { node: 'n2', claim: 'claim-n2', look, askedAt: minutes * minute },
        at(minutes * minute + 1),
      ),
    began,
  );
}

const lostAt = (watches: readonly HolderWatch[], minutes: number, after: number | null = null): string =>
  lostHolder(watches, after, at(minutes * minute + 2))?.because ?? 'kept';

describe('the claim of a holder is lost', () => {
  it('when its Node was gone, and its entry unchanged, for 15 minutes', () => {
    assert.equal(lostAt(watched([3, gone], [8, gone], [13, gone], [19, gone]), 19), 'node-gone');
  });

  const kept: readonly (readonly [when: string, watches: readonly HolderWatch[], minutes: number])[] = [
    ['its Node was never asked about', watched(), 60],
    ['its Node has been gone for less', watched([3, gone], [8, gone], [17, gone]), 17],
    ['it was asked about once, a while ago', watched([3, gone]), 60],
    ['the last answer is older than a minute', watched([3, gone], [19, gone]), 21],
    ['its Node was there in between', watched([3, gone], [8, exists], [13, gone], [19, gone]), 19],
    ['nobody could tell in between', watched([3, gone], [8, unknown], [13, gone], [19, gone]), 19],
    ['nobody may ask', watched([3, unknown], [8, unknown], [19, unknown]), 600],
    ['its Node exists', watched([3, exists], [8, exists], [19, exists]), 600],
  ];
  for (const [when, watches, minutes] of kept)
    it(`not when ${when}`, () => assert.equal(lostAt(watches, minutes), 'kept'));

  it('not when its entry changed in between, whatever changed', () => {
    for (const change of [{ changed: '2026-03-01T02:53:00Z' }, { claim: 'another' }, { starts: 1 }]) {
      const before = watched([3, gone], [8, gone], [13, gone]);
      const after = watchHolders(before, held(change), 'n1', true, at(14 * minute));
      const looked = holderLooked(
        after,
        { node: 'n2', claim: change.claim ?? 'claim-n2', look: gone, askedAt: 19 * minute },
        at(19 * minute),
      );
      assert.equal(lostAt(looked, 19), 'kept');
    }
  });

  it('not when the watch broke, or nobody watched, in between', () => {
    const before = watched([3, gone], [8, gone], [13, gone]);
    const answer = { node: 'n2', claim: 'claim-n2', look: gone, askedAt: 19 * minute } as const;
    for (const after of [
      watchHolders(before, held(), 'n1', false, at(14 * minute)),
      watchAnew(before, at(14 * minute)),
    ])
      assert.equal(lostAt(holderLooked(after, answer, at(19 * minute)), 19), 'kept');
    const unbroken = watchHolders(before, held(), 'n1', true, at(14 * minute));
    assert.equal(lostAt(holderLooked(unbroken, answer, at(19 * minute)), 19), 'node-gone');
    const asleep = watchAnew(before, at(14 * minute));
    const again = holderLooked(asleep, { ...answer, askedAt: 20 * minute }, at(20 * minute));
    assert.equal(lostAt(holderLooked(again, { ...answer, askedAt: 35 * minute }, at(35 * minute)), 35), 'node-gone');
  });

  it('not by an answer about another node, or about another claim of it', () => {
    const answer = { look: gone, askedAt: 19 * minute } as const;
    for (const of of [
      { node: 'n3', claim: 'claim-n2' },
      { node: 'n2', claim: 'another' },
    ]) {
      const before = watched([3, gone], [8, gone], [13, gone]);
      assert.deepEqual(holderLooked(before, { ...of, ...answer }, at(19 * minute)), before);
    }
  });

  it('to the millisecond: after a quarter of an hour between two answers, the last one a minute old', () => {
    const first = holderLooked(watched(), { node: 'n2', claim: 'claim-n2', look: gone, askedAt: 1 }, at(7));
    const last = (askedAt: number) =>
      holderLooked(first, { node: 'n2', claim: 'claim-n2', look: gone, askedAt }, at(askedAt));
    const quarter = 15 * minute + 7;
    assert.equal(lostHolder(last(quarter - 1), null, at(quarter)), null);
    assert.equal(lostHolder(last(quarter), null, at(quarter + minute))?.because, 'node-gone');
    assert.equal(lostHolder(last(quarter), null, at(quarter + minute + 1)), null);
  });

  it('by silence alone only after the time that an admin set, and never when it says that it needs a person', () => {
    assert.equal(lostAt(watched(), 600), 'kept');
    assert.equal(lostAt(watched(), 119, 120 * minute), 'kept');
    assert.equal(lostAt(watched([3, exists]), 120, 120 * minute), 'silent');
    const later = watchHolders([], held(), 'n1', false, at(10 * minute));
    assert.equal(lostHolder(later, 120 * minute, at(130 * minute - 1)), null);
    assert.equal(lostHolder(later, 120 * minute, at(130 * minute))?.because, 'silent');
    const stuck = watchHolders([], held({ stuck: 'no reboot came' }), 'n1', false, at(0));
    assert.equal(lostAt(stuck, 600, 120 * minute), 'kept');
  });

  it('by silence at a moment that is known ahead: of the first that is silent for long enough and not stuck', () => {
    const stuck = watchHolders([], held({ stuck: 'no reboot came' }), 'n1', false, at(0));
    const [early, late] = [at(3), at(5)].map((moment) => watchHolders([], held(), 'n1', false, moment));
    assert.ok(early && late);
    assert.equal(silentAt([...stuck, ...late, ...early], 100), 103);
    assert.equal(silentAt([...late, ...early], null), null);
    assert.equal(silentAt(stuck, 100), null);
    assert.equal(silentAt([], 100), null);
  });

  it('not when it is the own one, or cannot be read', () => {
    const others = stored({ holders: [holder('n1'), broken('{"node":"n2"}')] });
    assert.deepEqual(watchHolders([], others, 'n1', false, at(0)), []);
  });
});

describe('a holder’s Node is asked about', () => {
  it('after it was silent for three minutes, so that a drain, which writes each minute, is never asked about', () => {
    const first = nextHolderLook(watched())?.lookAt ?? 0;
    assert.ok(first >= 3 * minute && first <= 4 * minute, String(first));
  });

  it('about every five minutes, and when the quarter of an hour is over', () => {
    const next = nextHolderLook(watched([3, exists]))?.lookAt ?? 0;
    assert.ok(next >= 8 * minute && next <= 9 * minute + 1, String(next));
    assert.equal(nextHolderLook(watched([3, gone], [8, gone], [13, gone]))?.lookAt, 18 * minute + 1);
    assert.ok((nextHolderLook(watched([12, exists]))?.lookAt ?? 0) >= 17 * minute);
    for (const minutes of [18, 19]) {
      const after = nextHolderLook(watched([3, gone], [minutes, gone]))?.lookAt ?? 0;
      assert.ok(after >= (minutes + 5) * minute, String(after));
    }
  });

  it('the one whose turn it is, of several', () => {
    const both = stored({ holders: [holder('n2'), holder('n3')] });
    const began = watchHolders([], both, 'n1', false, at(0));
    const looked = holderLooked(began, { node: 'n2', claim: 'claim-n2', look: exists, askedAt: 1 }, at(1));
    assert.equal(nextHolderLook(looked)?.node, 'n3');
  });
});

describe('a take-over', () => {
  const [watch] = watched();
  assert.ok(watch);

  it('takes that entry out, a request that names it, and nothing else', () => {
    const before = stored({
      holders: [holder('n2'), holder('n3')],
      queue: [waiting('n1'), waiting('n2')],
      release: 'n2',
      transitions: 7,
    });
    const after = granted(takeOver(before, watch));
    assert.deepEqual(holding(after), ['n3']);
    assert.deepEqual({ ...after, holders: [] }, { ...before, holders: [], release: null });
    const object = writeRecord(writeRecord(lease(), before, now), after, now);
    assert.equal(object.spec?.holderIdentity, 'n3');
    assert.equal(object.spec?.leaseTransitions, 7);
  });

  it('leaves a request that names another', () => {
    assert.equal(granted(takeOver(stored({ holders: [holder('n2')], release: 'n3' }), watch)).release, 'n3');
  });

  it('is refused when the entry is no longer the one that was watched', () => {
    assert.equal(refusal(takeOver(held({ phase: 'rebooting' }), watch)), 'changed');
    assert.equal(refusal(takeOver(record(), watch)), 'changed');
  });
});
