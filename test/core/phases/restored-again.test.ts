import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { handledAnnotation, markAnnotation } from '../../../src/core/cordon-mark.ts';
import type { NodePatch } from '../../../src/core/node-view.ts';
import { wallText } from '../../../src/core/now.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { Facts } from '../../../src/core/phases/facts.ts';
import type { BackingOut, Phase, Restoring } from '../../../src/core/phases/state.ts';
import { type Transition, transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import { wall } from '../lease/samples.ts';
import { possibleEvents } from './every-event.ts';
import { afterBoot, everyState } from './every-state.ts';
import { play } from './play.ts';
import { claim, moment, moments, ownNode, raw, restored, type Setting } from './samples.ts';
import { outcomeWords } from './words.ts';

const delayed: Restoring = { ...restored, releaseAt: moment + 5_000 };
const inDelay: Setting = { entry: { ...afterBoot.entry, releaseAfter: wallText(wall + moment + 5_000) } };
const backingOut: BackingOut = {
  name: 'backing-out',
  claim,
  cause: reason('uncordoned'),
  step: 'release',
  nonce: 'n',
};
const declared: Setting = { entry: { phase: 'backing-out' } };
const open: Setting = { ...afterBoot, cordoned: false };

function decide(phase: Phase, of: Setting, facts: Partial<Facts> = {}, event: Event = { on: 'time' }): Transition {
  const state = raw(phase, of);
  return transition({ ...state, facts: { ...state.facts, ...facts } }, event, moments.now);
}

/** The Node as it was last seen, which may be long ago. */
const unknown = (of: Setting): Pick<Facts, 'node'> => ({ node: { ...raw(restored, of).facts.node, current: false } });
const read = (of: Setting): Event => ({ on: 'node-read', result: { is: 'found', object: ownNode(of) } });

function patchOf({ effects }: Transition): NodePatch {
  const [patch] = effects.flatMap((one) => (one.do === 'patch-node' ? [one.patch] : []));
  assert.ok(patch);
  return patch;
}

describe('a mark that is back on the Node before the release after a proven reboot', () => {
  it('is taken off again with the cordon, and what met the need is noted again', () => {
    const answer = decide(restored, afterBoot);
    assert.equal(outcomeWords(answer), 'restoring/patch | node:restore | restoring');
    const { unschedulable, annotations } = patchOf(answer);
    assert.deepEqual([unschedulable, annotations[markAnnotation], annotations[handledAnnotation]], [false, null, '{}']);
  });

  it('is taken off at once in the release delay, which goes on to its end', () => {
    const answer = decide(delayed, { ...afterBoot, ...inDelay });
    assert.equal(outcomeWords(answer), 'restoring/patch | node:restore | restoring');
    const patch = patchOf(answer);
    const annotations = { 'kured-host/write': patch.annotations['kured-host/write'] ?? '' };
    const object = { ...ownNode(open), resourceVersion: '900', annotations };
    const base = `${patch.uid}/${patch.resourceVersion}`;
    const written: Event = { on: 'node-patched', base, result: { is: 'written', object } };
    const after = transition(answer.state, written, moments.later(1));
    assert.equal(outcomeWords(after), 'restoring/delay | | release-delay');
    assert.ok(after.state.phase.name === 'restoring' && after.state.phase.releaseAt === delayed.releaseAt);
  });

  it('is looked for again when the Lease went back, however long the watch of the Node is silent', () => {
    const { lease } = raw(delayed, { ...open, ...inDelay }).facts;
    assert.ok(lease.seen.is === 'lease');
    const { uid } = lease.seen.object.metadata;
    const told: Event = { on: 'lease-watch', lease: lease.ref, told: { is: 'changed', object: lease.seen.object } };
    const newest = { uid, transitions: Number.MAX_SAFE_INTEGER };
    const back = decide(
      { ...delayed, releaseAt: moment },
      { ...open, ...inDelay },
      { lease: { ...lease, newest } },
      told,
    );
    assert.equal(outcomeWords(back), 'restoring/delay | tell:lease-went-back read-node | restoring');
    const found = transition(back.state, read(afterBoot), moments.later(5_001));
    assert.equal(outcomeWords(found), 'restoring/patch | node:restore | restoring');
  });

  it('goes whoever wrote it, and the cordon stays where it is not known to be ours', () => {
    const annotations = { [markAnnotation]: 'no mark of ours' };
    const answer = decide(restored, { ...open, node: { annotations, unschedulable: true } });
    assert.equal(outcomeWords(answer), 'restoring/patch | node:restore | restoring');
    assert.deepEqual([patchOf(answer).unschedulable, patchOf(answer).annotations[markAnnotation]], [undefined, null]);
  });

  it('waits for a release that is under way, and goes when that came to nothing', () => {
    const of = everyState().restoring.release;
    const found = possibleEvents(of).get('node-watch mark found');
    const conflict = possibleEvents(of).get('lease-written conflict');
    assert.ok(found !== undefined && conflict !== undefined);
    const seen = transition(of.state, found, moments.now);
    assert.equal(outcomeWords(seen), 'restoring/release | | restoring');
    const after = transition(seen.state, conflict, moments.later(1));
    assert.equal(outcomeWords(after), 'restoring/patch | node:restore | restoring');
  });

  it('is left to the next start when the service is stopped, with the claim', () => {
    const answer = decide(restored, afterBoot, {}, { on: 'stop', meaning: 'stop' });
    assert.equal(outcomeWords(answer), 'stopped | tell:stopping exit unfollow-lease | service-ended');
  });
});

describe('a release after a proven reboot', () => {
  it('goes without another look at a Node that is known, and at one that is gone', () => {
    assert.equal(outcomeWords(decide(restored, open)), 'restoring/release | lease:release | restoring');
    const gone = { node: { ...raw(restored, open).facts.node, seen: { is: 'gone' } } } as const;
    assert.equal(outcomeWords(decide(restored, open, gone)), 'restoring/release | lease:release | restoring');
  });

  it('reads a Node first that is not known any more, but not while its delay lasts', () => {
    const answer = decide(restored, open, unknown(open));
    assert.equal(outcomeWords(answer), 'restoring/release | read-node | restoring');
    const marked = transition(answer.state, read(afterBoot), moments.later(1));
    assert.equal(outcomeWords(marked), 'restoring/patch | node:restore | restoring');
    const clean = transition(answer.state, read(open), moments.later(1));
    assert.equal(outcomeWords(clean), 'restoring/release | lease:release | restoring');
    const waits = decide(delayed, { ...open, ...inDelay }, unknown(open));
    assert.equal(outcomeWords(waits), 'restoring/delay | | release-delay');
  });

  it('keeps its distance from a server that does not answer for the Node', () => {
    const node = { ...unknown(open).node, notBefore: moment + 700 };
    const answer = decide(restored, open, { node });
    assert.equal(outcomeWords(answer), 'restoring/release | | restoring');
    assert.equal(answer.wakeAt, moment + 700);
  });
});

describe('a mark that is back on the Node before the release of a claim that backs out', () => {
  it('is taken off again while the Lease says so', () => {
    const answer = decide(backingOut, { ...declared, cordoned: true });
    assert.equal(outcomeWords(answer), 'backing-out/restore | node:restore | backing-out');
    const { unschedulable, annotations } = patchOf(answer);
    assert.deepEqual([unschedulable, annotations[markAnnotation]], [false, null]);
  });

  it('is taken off only after the Lease says so again, where that was set back as well', () => {
    const answer = decide(backingOut, { entry: { phase: 'draining' }, cordoned: true });
    assert.equal(outcomeWords(answer), 'backing-out/declare | lease:back-out | backing-out');
  });

  it('leads to recovery where the claim is gone', () => {
    const answer = decide(backingOut, { entry: null, cordoned: true });
    assert.match(outcomeWords(answer), /^recovering\/look \| /);
  });

  it('waits for a release that is under way', () => {
    const of = everyState()['backing-out'].release;
    const found = possibleEvents(of).get('node-watch mark found');
    const conflict = possibleEvents(of).get('lease-written conflict');
    assert.ok(found !== undefined && conflict !== undefined);
    const seen = transition(of.state, found, moments.now);
    assert.equal(outcomeWords(seen), 'backing-out/release | | backing-out');
    assert.match(outcomeWords(transition(seen.state, conflict, moments.later(1))), /^backing-out\/declare \| /);
  });

  it('is looked for on a Node that is not known any more', () => {
    const answer = decide(backingOut, declared, unknown({}));
    assert.equal(outcomeWords(answer), 'backing-out/release | read-node | backing-out');
    assert.equal(outcomeWords(decide(backingOut, declared)), 'backing-out/release | lease:release | backing-out');
  });
});

describe('a restore', () => {
  it('is known by the random value that was sent first, however often is looked meanwhile', () => {
    const { patch } = everyState().restoring;
    const nonce = patch.state.phase.name === 'restoring' && patch.state.phase.nonce;
    assert.ok(nonce);
    const later = play(patch, [{ on: 'time' }, 1_000]);
    assert.equal(later.state.phase.name === 'restoring' && later.state.phase.nonce, nonce);
  });
});
