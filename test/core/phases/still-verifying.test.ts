import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { handledAnnotation, markAnnotation } from '../../../src/core/cordon-mark.ts';
import { wallText } from '../../../src/core/now.ts';
import type { Facts } from '../../../src/core/phases/facts.ts';
import type { Verifying } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { type Reason, reason, reasonSentence } from '../../../src/core/reasons.ts';
import { sentence } from '../../../src/core/sentence.ts';
import { me, wall } from '../lease/samples.ts';
import { afterBoot } from './every-state.ts';
import { claim, moment, moments, raw, type Setting } from './samples.ts';
import { outcomeWords } from './words.ts';

const { wall: clock } = moments.now;

/** A retry at that moment of the monotonic clock, and by a wall clock that was set back since. */
const retried = (mono: number) => ({ mono, wall: clock + 3_600_000 });
const silent = reason('kubelet-silent', { shown: 'none' });

/** The boot is another one, and its kubelet has reported it. */
const ready: Setting = { ...afterBoot, node: { bootID: me.boot.id } };

function decide(change: Partial<Verifying>, of: Setting, facts: Partial<Facts> = {}) {
  const phase: Verifying = {
    name: 'verifying',
    claim,
    from: { id: 'boot-before', soft: 0 },
    need: { fingerprint: 'file:1', reasons: ['linux-image'] },
    remembered: false,
    deadline: moment + 900_000,
    failed: null,
    stuck: null,
    ...change,
  };
  const state = raw(phase, of);
  return transition({ ...state, facts: { ...state.facts, ...facts } }, { on: 'time' }, moments.now);
}

/** The hooks after this boot said this: yes, or why not. */
function hooks(why: Reason | null): Partial<Facts> {
  const end = why === null ? ({ is: 'done' } as const) : ({ is: 'failed', reason: why } as const);
  return { hooks: { progress: null, ended: { phase: 'after-boot', end } } };
}

describe('a node whose boot is not proven', () => {
  it('needs a person from its deadline on, is told once, and says so in the Lease', () => {
    assert.match(outcomeWords(decide({ deadline: moment + 1 }, afterBoot)), /^verifying \| \|/);
    assert.match(outcomeWords(decide({ deadline: moment }, afterBoot)), /^verifying\/stuck \| tell:stuck lease:stuck /);
    const noted = { ...afterBoot, entry: { ...afterBoot.entry, stuck: reasonSentence(silent) } };
    const again = decide({ deadline: 0, stuck: { reason: silent, at: 1 } }, noted);
    assert.equal(outcomeWords(again), `verifying/stuck | | ${again.state.waits.code}`);
    assert.equal(again.wakeAt, moment + 60_000);
  });

  it('has its whole time again after a person’s retry that came later, whatever the wall clock says since', () => {
    const stuck = { reason: silent, at: moment };
    assert.match(
      outcomeWords(decide({ deadline: 0, stuck }, afterBoot, { retried: retried(moment) })),
      /^verifying\/stuck /,
    );
    const again = decide({ deadline: 0, stuck }, afterBoot, { retried: retried(moment + 1) });
    assert.match(outcomeWords(again), /^verifying \| tell:unstuck /);
    assert.ok(again.state.phase.name === 'verifying');
    assert.equal(again.state.phase.deadline, moment + 900_000);
  });

  it('writes nothing into a Lease in which it holds nothing', () => {
    const none = decide({ claim: null, deadline: 0, stuck: { reason: silent, at: 1 } }, { ...afterBoot, entry: null });
    assert.match(outcomeWords(none), /^verifying\/stuck \| \|/);
  });
});

describe('a node whose release delay was interrupted', () => {
  it('is restored as one that was restored already, and its reboot is not told twice', () => {
    const kept = { ...ready, entry: { ...ready.entry, releaseAfter: wallText(wall + moment + 5_000) } };
    for (const [of, known, rebooted] of [
      [ready, {}, true],
      [kept, {}, true],
      [ready, { remembered: true }, true],
      [kept, { remembered: true }, false],
      [ready, { from: null }, false],
      [kept, { from: null }, false],
    ] as const) {
      const answer = decide(known, of, hooks(null));
      assert.ok(answer.state.phase.name === 'restoring', outcomeWords(answer));
      assert.equal(answer.state.phase.rebooted, rebooted);
      assert.equal(outcomeWords(answer).includes('tell:rebooted'), rebooted);
    }
  });
});

describe('a node whose mark cannot be read', () => {
  const unread = { from: null, claim: null, need: { fingerprint: '', reasons: [] } };
  const marked = { ...ready, entry: null, node: { ...ready.node, annotations: { [markAnnotation]: 'foo' } } };

  it('is waited for until it is Ready, and no reboot is told, counted or noted: nobody knows of one', () => {
    assert.match(
      outcomeWords(decide(unread, { ...marked, node: { ...marked.node, ready: 'False' } })),
      /^verifying \|/,
    );
    const { state, effects } = decide(unread, marked, hooks(null));
    assert.ok(state.phase.name === 'restoring', state.phase.name);
    assert.deepEqual([state.phase.rebooted, state.phase.handled], [false, null]);
    assert.deepEqual(
      effects.flatMap((effect) => (effect.do === 'tell' ? [effect.moment.what] : [])),
      [],
    );
    assert.doesNotMatch(sentence(state), /reboot is proven/);
  });
});

describe('a node of which only its entry says that it was rebooted', () => {
  const unproven = (of: Setting) => decide({ from: null, need: { fingerprint: '', reasons: [] } }, of, hooks(null));
  const { cordoned: _, ...unmarked } = ready;

  it('is given back once it is well, and no need is noted as met, nor a reboot told or counted', () => {
    const answer = unproven(unmarked);
    assert.match(outcomeWords(answer), /^restoring\/patch \| tell:unproven node:restore \|/);
    const patch = answer.effects.find((effect) => effect.do === 'patch-node');
    assert.ok(patch?.do === 'patch-node' && !(handledAnnotation in patch.patch.annotations));
  });

  it('says nothing of it where the note says that it was proven in this boot', () => {
    const handled = { need: { fingerprint: 'file:1', reasons: [] }, boot: me.boot.id, at: '', reboots: [] };
    const answer = unproven({ ...unmarked, handled });
    assert.match(outcomeWords(answer), /^restoring\/patch \| node:restore \|/);
    const patch = answer.effects.find((effect) => effect.do === 'patch-node');
    assert.ok(patch?.do === 'patch-node' && !(handledAnnotation in patch.patch.annotations));
    const earlier = { ...handled, boot: 'boot-before' };
    assert.match(outcomeWords(unproven({ ...unmarked, handled: earlier })), /tell:unproven/);
  });

  it('is not given back before it is well', () => {
    assert.match(outcomeWords(decide({ from: null }, afterBoot)), /^verifying \| \| kubelet-silent/);
  });
});

describe('hooks that fail after the boot', () => {
  const failed = (hook: string) => reason('hook-failed', { hook, why: 'it ended with exit code 1' });

  it('are told again by a node that is stuck for another reason, and not for the same', () => {
    const stuck = { reason: failed('a'), at: 1 };
    const same = decide({ stuck, deadline: 0 }, ready, hooks(failed('a')));
    assert.doesNotMatch(outcomeWords(same), /tell:stuck/);
    assert.deepEqual(same.state.phase.name === 'verifying' && same.state.phase.stuck, stuck);
    const other = decide({ stuck, deadline: 0 }, ready, hooks(failed('b')));
    assert.match(outcomeWords(other), /^verifying\/stuck \| tell:stuck /);
    assert.deepEqual(other.state.phase.name === 'verifying' && other.state.phase.stuck, {
      reason: failed('b'),
      at: moment,
    });
  });

  it('are run again at once after a retry that came later, and not for an earlier one', () => {
    const tried = { reason: failed('a'), times: 1, at: moment, notBefore: moment + 10_000 };
    assert.doesNotMatch(outcomeWords(decide({ failed: tried }, ready, { retried: retried(moment) })), /run-hooks/);
    assert.match(outcomeWords(decide({ failed: tried }, ready, { retried: retried(moment + 1) })), /run-hooks/);
  });
});
