import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Memory } from '../../../src/core/memory.ts';
import type { Effect } from '../../../src/core/phases/effect.ts';
import type { Facts } from '../../../src/core/phases/facts.ts';
import { startState } from '../../../src/core/phases/start.ts';
import type { BackingOut, Phase } from '../../../src/core/phases/state.ts';
import { type Transition, transition } from '../../../src/core/phases/transition.ts';
import { type Reason, reason } from '../../../src/core/reasons.ts';
import { me, wall } from '../lease/samples.ts';
import { afterBoot } from './every-state.ts';
import { claim, moment, moments, raw, restored, type Setting, settings } from './samples.ts';
import { outcomeWords } from './words.ts';

const minute = 60_000;
const day = 86_400_000;

function decide(phase: Phase, of: Setting, facts: Partial<Facts> = {}): Transition {
  const state = raw(phase, of);
  return transition({ ...state, facts: { ...state.facts, ...facts } }, { on: 'time' }, moments.now);
}

function backingOut(step: BackingOut['step'], cause: Reason = reason('uncordoned')): BackingOut {
  return { name: 'backing-out', claim, cause, step, nonce: 'n' };
}

const remembered = (effects: readonly Effect[]) =>
  effects.flatMap((one) => (one.do === 'remember' ? [one.memory] : []));

/** How long the next claim has to wait by this process's clock, and by the clock of the one after a restart. */
function distances({ state, effects }: Transition): readonly (number | null)[] {
  const [memory] = remembered(effects);
  return [
    state.facts.backOff === null ? null : Math.round(state.facts.backOff.until - moment),
    memory === undefined || memory.backOff === null ? null : Math.round(memory.backOff.until - moments.now.wall),
  ];
}

describe('a claim that was given back', () => {
  it('is followed by the next one with distance, which grows with each in a row and outlives a restart', () => {
    const before = (failures: number) => ({ failures, until: 0, why: reason('uncordoned') });
    for (const [backOff, least, most, failures] of [
      [null, minute / 2, minute, 1],
      [before(1), minute, 2 * minute, 2],
      [before(2), 2 * minute, 4 * minute, 3],
    ] as const) {
      const after = decide(backingOut('release'), {}, { backOff });
      const [mono = null, clock = null] = distances(after);
      assert.ok(mono !== null && mono >= least && mono <= most, String(mono));
      assert.equal(clock, mono);
      assert.equal(after.state.facts.backOff?.failures, failures);
      assert.equal(remembered(after.effects)[0]?.backOff?.failures, failures);
    }
  });

  it('for what says nothing against trying again is followed by the next one at once', () => {
    for (const code of ['no-need', 'held'] as const)
      assert.notDeepEqual(distances(decide(backingOut('release', reason(code, {})), {})), [null, null]);
    for (const cause of [reason('need-gone'), reason('stopping'), reason('observing')]) {
      assert.deepEqual(distances(decide(backingOut('release', cause), {})), [null, null], cause.code);
    }
  });

  it('is given back only in a Lease that can be read: else it is looked at again', () => {
    for (const step of ['declare', 'release'] as const) {
      const answer = decide(backingOut(step), { entry: { phase: 'backing-out' }, unreadable: true });
      assert.equal(outcomeWords(answer), `backing-out/${step} | | lease-unreadable`);
      assert.equal(answer.wakeAt, moment + minute);
      assert.equal(answer.state.facts.lease.current, false);
    }
    const answer = decide(restored, { ...afterBoot, cordoned: false, unreadable: true });
    assert.equal(outcomeWords(answer), 'restoring/release | | lease-unreadable');
    assert.equal(answer.wakeAt, moment + minute);
  });
});

describe('a claim that was taken away', () => {
  const lost: Phase = { name: 'recovering', cause: 'claim-lost', step: 'look' };

  it('is followed by the next one with the distance of one that was given back', () => {
    const after = decide(lost, {});
    const [mono = null, clock = null] = distances(after);
    assert.ok(mono !== null && mono >= minute / 2 && mono <= minute, outcomeWords(after));
    assert.equal(clock, mono);
    const again = decide(lost, {}, { backOff: { failures: 1, until: 0, why: reason('uncordoned') } });
    assert.equal(again.state.facts.backOff?.failures, 2);
  });

  it('by a Lease that went back, or found at a start, is followed by no distance of its own', () => {
    const { facts } = raw(lost);
    const wentBack = { lease: { ...facts.lease, wentBackUntil: moment + minute } };
    assert.deepEqual(distances(decide(lost, {}, wentBack)), [null, null]);
    assert.deepEqual(distances(decide({ ...lost, cause: 'start' }, {})), [null, null]);
  });
});

describe('a start', () => {
  const started = (until: number) => {
    const memory: Memory = { backOff: { failures: 4, until: wall + until }, waiting: null, fenced: null };
    const { backOff } = startState(me, settings, memory, { ...moments.now, wall }).facts;
    return backOff === null ? null : [backOff.failures, backOff.until - moment];
  };

  it('waits for what is left of the distance, by its own clock, an hour at most', () => {
    assert.deepEqual(started(10_000), [4, 10_000]);
    assert.deepEqual(started(60 * minute), [4, 60 * minute]);
    assert.deepEqual(started(61 * minute), [4, 60 * minute]);
  });

  it('knows how many tries came to nothing for a day after the distance', () => {
    assert.deepEqual(started(-1), [4, 0]);
    assert.deepEqual(started(-day), [4, 0]);
    assert.equal(started(-day - 1), null);
  });
});
