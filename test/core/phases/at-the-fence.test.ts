import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { markAnnotation } from '../../../src/core/cordon-mark.ts';
import type { Facts } from '../../../src/core/phases/facts.ts';
import type { Draining } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import { sentence } from '../../../src/core/sentence.ts';
import { holder, me } from '../lease/samples.ts';
import { everyState, fenced, rebooting } from './every-state.ts';
import { play } from './play.ts';
import { claim, drained, moment, moments, need, raw, type Setting } from './samples.ts';
import { outcomeWords } from './words.ts';

const drainedFacts: Partial<Facts> = { drain: drained, announced: true };
const cordoned: Setting = { entry: {}, cordoned: true, facts: drainedFacts };

/** The first decision at the fence, of a node that drained. */
function atFence(of: Setting, change: Partial<Draining> = {}) {
  const { phase } = everyState().draining.fence.state;
  assert.equal(phase.name, 'draining');
  return transition(raw({ ...phase, ...change } as Draining, { ...cordoned, ...of }), { on: 'time' }, moments.now);
}

/** The same of a node whose reboot was asked for and did not come. */
function atFenceAgain(of: Setting, change: Parameters<typeof rebooting>[1] = {}) {
  return transition(raw(rebooting('fence', change), { ...fenced, ...of }), { on: 'time' }, moments.now);
}

/** Own entry and another one, in a pool that lets two reboot. */
function beside(own: Parameters<typeof holder>[1], other: Parameters<typeof holder>[1]): Setting {
  return {
    record: { holders: [holder('n1', { claim, limit: 2, ...own }), holder('h1', { limit: 2, ...other })] },
    settings: { concurrency: 1 },
  };
}

/** What the PATCH of the mark says: the claim, the boot, whether the cordon is ours; and what it does to the cordon. */
function marked({ effects }: ReturnType<typeof transition>) {
  const patch = effects.find((effect) => effect.do === 'patch-node')?.patch;
  const { claim: of, boot, cordoned: ours } = JSON.parse(patch?.annotations[markAnnotation] ?? '');
  return [of, boot.id, ours, patch?.unschedulable];
}

describe('the fence', () => {
  it('is written when the mark names the need that it is for, and not before', () => {
    const other = { is: 'yes', value: { ...need, fingerprint: 'file:2' } } as const;
    assert.equal(outcomeWords(atFence({})), 'draining/fence | lease:fence | draining');
    assert.equal(outcomeWords(atFenceAgain({})), 'rebooting/fence | lease:fence | starting');
    const facts = { ...drainedFacts, need: other };
    assert.match(outcomeWords(atFence({ facts })), /^draining\/fence \| node:mark \|/);
    assert.match(outcomeWords(atFenceAgain({ facts })), /^rebooting\/fence \| node:mark \|/);
    const soft = { rebootMethod: 'soft-reboot' } as const;
    assert.match(outcomeWords(atFence({ settings: soft })), /^draining\/fence \| node:mark \|/);
    assert.match(outcomeWords(atFence({ settings: soft, markMethod: soft.rebootMethod })), /\| lease:fence \|/);
  });

  it('waits for a mark of its claim where another claim has left one, and the cordon is whose it was', () => {
    const entry = { claim: 'newer' };
    const answer = atFence({ facts: drainedFacts, entry }, entry);
    assert.match(outcomeWords(answer), /^draining\/fence \| node:mark \|/);
    assert.deepEqual(marked(answer), ['newer', me.boot.id, true, undefined]);
  });

  it('waits for a mark where a person took it away, because nothing else would know of the reboot; the cordon stays theirs', () => {
    const taken: Setting = { cordoned: false, node: { unschedulable: true, cordonOwner: { manager: 'kured-host' } } };
    for (const answer of [atFence(taken), atFenceAgain(taken)]) {
      assert.match(outcomeWords(answer), /\/fence \| node:mark \|/);
      assert.deepEqual(marked(answer), [claim, me.boot.id, false, undefined]);
    }
  });

  it('once it stands is remembered, over restarts too, with its claim, its boot and its need', () => {
    const { effects, state } = play(everyState().draining.fence, ['lease-written written', 0]);
    const note = { claim, boot: me.boot, need: { fingerprint: need.fingerprint, reasons: need.reasons } };
    assert.deepEqual(state.facts.fenced, note);
    const remembered = effects.flatMap((effect) => (effect.do === 'remember' ? [effect.memory.fenced] : []));
    assert.deepEqual(remembered, [note]);
  });

  it('waits while others reboot, names them and not the own node, and is tried again after ten seconds', () => {
    const answer = atFence(beside({}, { phase: 'rebooting' }));
    const { state } = answer;
    assert.equal(outcomeWords(answer), 'draining/ask | | pool-busy');
    assert.match(sentence(state), /h1/);
    assert.doesNotMatch(sentence(state), /n1,/);
    assert.equal(transition(state, { on: 'time' }, moments.later(9_999)).wakeAt, moment + 10_000);
    assert.match(
      outcomeWords(transition(state, { on: 'time' }, moments.later(10_000))),
      /^draining\/ask \| ask-permission/,
    );
  });

  it('is not held up by another holder that drains', () => {
    assert.match(outcomeWords(atFence(beside({}, { phase: 'draining' }))), /^draining\/fence \| lease:fence \|/);
  });

  it('counts from the moment it stands: the reboot has its whole deadline', () => {
    const after = play(everyState().draining.fence, ['lease-written written', 1_000]);
    assert.ok(after.state.phase.name === 'rebooting');
    assert.equal(after.state.phase.deadline, moment + 1_000 + 600_000);
    assert.deepEqual(
      [after.state.phase.earlier, after.state.phase.committed, after.state.phase.attempt],
      [false, true, 1],
    );
  });

  it('is not written by a claim that has none left: a person is told why, and the claim stays', () => {
    const why = reason('reboot-refused', { why: 'not now' });
    const spent = { entry: { attempt: 3 } };
    const answer = atFence(spent, { lastRefusal: why });
    const { state } = answer;
    assert.match(outcomeWords(answer), /^rebooting\/take-back\/stuck \| tell:stuck /);
    assert.match(sentence(state), /3 .*not now/);
    assert.ok(state.phase.name === 'rebooting');
    const { earlier, committed, logindOnly, stuck } = state.phase;
    assert.deepEqual([earlier, committed, logindOnly, stuck?.at], [false, false, false, moments.now.mono]);
    assert.match(sentence(atFence(spent).state), /: nobody knows what came of the call$/);
    const noted = { entry: { attempt: 3, stuck: 'access denied' } };
    assert.match(sentence(atFence(noted).state), /same boot ID: access denied$/);
    const again = atFenceAgain({ entry: { ...fenced.entry, attempt: 3 } }, { attempt: 3 });
    assert.match(outcomeWords(again), /^rebooting\/(fence|ask)\/stuck \| .*tell:stuck .*\| reboot-not-happening/);
  });

  it('that was refused for others is asked for again with new permission, from the phase it never left', () => {
    const answer = atFenceAgain(beside(fenced.entry ?? {}, { phase: 'verifying' }));
    assert.match(outcomeWords(answer), /^rebooting\/ask \| \|/);
    assert.equal(answer.wakeAt, moment + 10_000);
    const later = transition(answer.state, { on: 'time' }, moments.later(10_000));
    assert.match(outcomeWords(later), /^rebooting\/ask \| ask-permission/);
  });
});
