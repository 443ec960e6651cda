import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LeaseFacts } from '../../../src/core/phases/facts.ts';
import { leftBehind } from '../../../src/core/phases/left-behind.ts';
import type { Phase } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reasonSentence } from '../../../src/core/reasons.ts';
import { holder, waiting } from '../lease/samples.ts';
import { everyState } from './every-state.ts';
import { claim, moment, moments, raw, restored, type Setting } from './samples.ts';
import { outcomeWords } from './words.ts';

const phases: readonly Phase[] = [{ name: 'idle' }, { name: 'waiting', notBefore: 0, poll: 'no' }];

/** What a stop of the service leads to, for a node that holds nothing as far as it knows. */
function stopped(phase: Phase, of: Setting, lease: Partial<LeaseFacts> = {}, busy = false): string {
  const state = raw(phase, of);
  const { facts } = state;
  const changed = { ...facts, lease: { ...facts.lease, ...lease }, busy: { ...facts.busy, lease: busy } };
  return outcomeWords(transition({ ...state, facts: changed }, { on: 'stop', meaning: 'stop' }, moments.now));
}

const own = (change: object): Setting => ({ record: { holders: [holder('n1', { claim, ...change })] } });

describe('a stop of the service', () => {
  for (const phase of phases) {
    it(`ends a node at once that has nothing in the Lease (${phase.name})`, () => {
      assert.match(stopped(phase, {}), /^stopped \| tell:stopping exit /);
      assert.match(stopped(phase, { unreadable: true }), /^stopped \| tell:stopping exit /);
      assert.match(stopped(phase, {}, { seen: { is: 'gone' } }), /^stopped \| tell:stopping exit /);
    });

    it(`gives back a claim that landed unseen, and that of this process only (${phase.name})`, () => {
      assert.match(stopped(phase, own({})), /^backing-out\/declare \| .*tell:backing-out .*lease:back-out /);
      assert.match(stopped(phase, own({ by: 'by-another' })), /^stopped \| /);
      assert.match(stopped(phase, own({ phase: 'rebooting' })), /^stopped \| /);
    });

    it(`leaves a place in the queue (${phase.name})`, () => {
      assert.match(stopped(phase, { record: { queue: [waiting('n1')] } }), /^queued\/leaving \| lease:leave /);
      const both = { ...own({ by: 'by-another' }).record, queue: [waiting('n1')] };
      assert.match(stopped(phase, { record: both }), /^stopped \| /);
    });

    it(`first finds out what became of a write without an answer (${phase.name})`, () => {
      const doubt = 'lease-1/7';
      assert.match(stopped(phase, {}, { doubt, current: false }), /^(idle|waiting) \| read-lease /);
      assert.match(stopped(phase, {}, {}, true), /^(idle|waiting) \| \| stopping/);
    });
  }
});

describe('a stop of a node that only has its mark to take off', () => {
  const verifying = everyState().verifying['without-claim'].state.phase;
  for (const phase of [verifying, { ...restored, claim: null, restored: false }]) {
    it(`says that no claim is held, and names nothing to give one up (${phase.name})`, () => {
      const state = raw(phase, { cordoned: true, markBoot: 'boot-before' });
      const answer = transition(state, { on: 'stop', meaning: 'stop' }, moments.now);
      const [left] = answer.effects.flatMap((effect) =>
        effect.do === 'tell' && effect.moment.what === 'stopping' ? [effect.moment.left] : [],
      );
      assert.equal(left?.claim, false);
      assert.match(left.text, /^no claim is held; our mark .* left on the Node/);
      assert.match(reasonSentence(answer.state.waits), /; no claim is held; our mark /);
    });
  }

  it('says that nobody knows of a claim where the Lease could not be read since the start, then and when the mark is off', () => {
    for (const phase of [verifying, { name: 'idle' }] as const) {
      const left = leftBehind(raw(phase, { unreadable: true, facts: { earlier: true } }));
      assert.match(left.text, /^what an earlier start may have left in /);
      assert.equal(left.claim, true);
      assert.doesNotMatch(leftBehind(raw(phase, { unreadable: true })).text, /may have left/);
    }
    assert.match(leftBehind(raw({ name: 'idle' }, { facts: { earlier: true } })).text, /^nothing is held$/);
  });
});

describe('a Lease that went back', () => {
  it('is told once, with the time until which nothing is claimed', () => {
    const state = raw({ name: 'waiting', notBefore: 0, poll: 'due' }, { stale: true });
    const { facts } = state;
    const newest = { uid: 'lease-1', transitions: 9 };
    const watching = { ...state, facts: { ...facts, lease: { ...facts.lease, newest } } };
    const { seen } = facts.lease;
    assert.ok(seen.is === 'lease');
    const read = transition(
      watching,
      {
        on: 'lease-read',
        lease: facts.lease.ref,
        consistency: 'consistent',
        result: { is: 'found', object: seen.object },
      },
      moments.now,
    );
    const told = read.effects.flatMap((one) => (one.do === 'tell' ? [one.moment] : []));
    const [back] = told.filter(({ what }) => what === 'lease-went-back');
    assert.ok(back?.what === 'lease-went-back');
    assert.equal(back.reason.details['until'], '2026-03-01T03:24:47Z');
    assert.equal(read.state.facts.lease.wentBackUntil, moment + 900_000);
    const again = transition(read.state, { on: 'time' }, moments.later(1_000));
    assert.ok(!again.effects.some((one) => one.do === 'tell' && one.moment.what === 'lease-went-back'));
  });
});

describe('a stop of a queued node that cannot wait for what came of its last write', () => {
  const of: Setting = { record: { queue: [waiting('n1')] } };
  const left = (lease: Partial<LeaseFacts>, busy: boolean, phase: Phase = { name: 'queued', leaving: null }) => {
    const state = raw(phase, of);
    const { facts } = state;
    return leftBehind({
      ...state,
      facts: { ...facts, lease: { ...facts.lease, ...lease }, busy: { ...facts.busy, lease: busy } },
    });
  };

  it('says that it may have been the claim', () => {
    const maybe = /^the last write of \S+ got no answer, and a claim or a place in its queue may be left$/;
    for (const lost of [left({}, true), left({ doubt: 'lease-1/7' }, false)]) {
      assert.match(lost.text, maybe);
      assert.equal(lost.claim, true);
    }
  });

  it('tells of the place alone where nothing is in doubt', () => {
    const place = left({}, false);
    assert.match(place.text, /^the place in the queue of \S+ is left as it is$/);
    assert.equal(place.claim, false);
  });
});
