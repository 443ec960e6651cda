import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import { freshDraining } from '../../../src/core/phases/fresh-draining.ts';
import type { State } from '../../../src/core/phases/state.ts';
import { type Transition, transition } from '../../../src/core/phases/transition.ts';
import { reasonSentence } from '../../../src/core/reasons.ts';
import { claim, moment, moments, ownLease, ownNode, raw } from './samples.ts';
import { lost } from './server.ts';
import { outcomeWords } from './words.ts';

/** One after the other, a millisecond apart. */
function after(state: State, ...events: readonly Event[]): Transition {
  let last: Transition = { state, effects: [], wakeAt: null };
  for (const [index, event] of events.entries()) last = transition(last.state, event, moments.later(index + 1));
  return last;
}

const open = ownNode({ node: { resourceVersion: '50' } });
const cordoned = ownNode({ cordoned: true, node: { resourceVersion: '51' } });
const nodeListed = (object: typeof open): Event => ({ on: 'node-watch', told: { is: 'listed', objects: [object] } });
const nodeRead = (object: typeof open): Event => ({ on: 'node-read', result: { is: 'found', object } });
const nodeBroken: Event = { on: 'node-watch', told: { is: 'broken', reason: lost } };

describe('a list of the Node that was read before our cordon, and is told after it', () => {
  const state = raw(freshDraining(claim, moments.now, { step: 'cordon' }), {
    entry: {},
    node: { resourceVersion: '50' },
  });
  const { uid } = open;
  const patched: Event = { on: 'node-patched', base: `${uid}/50`, result: { is: 'written', object: cordoned } };
  const late = after(state, nodeBroken, nodeRead(open), patched, nodeListed(open));

  it('does not undo it: the drain goes on, and the Node is read', () => {
    assert.equal(outcomeWords(late), 'draining/evict | read-node | draining');
    assert.equal(outcomeWords(after(late.state, nodeRead(cordoned))), 'draining/evict | | draining');
  });

  it('is believed when the read shows the same: an older state was restored', () => {
    const back = after(late.state, nodeRead(open));
    assert.equal(outcomeWords(back), 'backing-out/declare | stop-drain tell:backing-out | cordon-gone');
    assert.match(reasonSentence(back.state.waits), /it shows an older state than was seen before/);
  });
});

describe('a list that shows an older state than was seen, to a node that rests', () => {
  const state = raw({ name: 'idle' }, { node: { resourceVersion: '52' }, facts: { need: { is: 'no' } } });
  const listed = after(state, nodeBroken, nodeListed(cordoned));

  it('has the Node read once, and again with distance where no answer comes', () => {
    assert.deepEqual(listed.effects, [{ do: 'read-node', lane: 'node' }]);
    assert.equal(listed.state.phase.name, 'idle');
    const failed = after(listed.state, { on: 'node-read', result: { is: 'failed', reason: lost } });
    assert.deepEqual(failed.effects, []);
    assert.ok(failed.wakeAt !== null && failed.wakeAt <= moment + 1_000, String(failed.wakeAt));
    const again = transition(failed.state, { on: 'time' }, moments.later(2_000));
    assert.deepEqual(again.effects, [{ do: 'read-node', lane: 'node' }]);
  });

  it('has it find a mark that a restored etcd brought back', () => {
    assert.match(outcomeWords(after(listed.state, nodeRead(cordoned))), /^recovering\/look \|/);
  });
});

describe('a list of the Lease that was read before our claim, and is told after it', () => {
  const waiting = raw({ name: 'waiting', notBefore: 0, poll: 'no' });
  const { facts } = waiting;
  const lease = facts.lease.ref;
  const free = ownLease({});
  const begun = transition(
    { ...waiting, facts: { ...facts, lease: { ...facts.lease, watch: 'running' } } },
    { on: 'time' },
    moments.now,
  );
  const [claimed] = begun.effects.flatMap((one) => (one.do === 'write-lease' ? [one.object] : []));
  assert.ok(claimed !== undefined);
  const { uid, resourceVersion } = claimed.metadata;
  const object: LeaseObject = { ...claimed, metadata: { ...claimed.metadata, resourceVersion: `${resourceVersion}0` } };
  const late = after(
    begun.state,
    { on: 'lease-watch', lease, told: { is: 'broken', reason: lost } },
    { on: 'lease-written', lease, base: `${uid}/${resourceVersion}`, result: { is: 'written', object } },
    { on: 'lease-watch', lease, told: { is: 'listed', objects: [free] } },
  );
  const read = (found: LeaseObject): Event => ({
    on: 'lease-read',
    lease,
    consistency: 'consistent',
    result: { is: 'found', object: found },
  });

  it('does not take the claim for lost: the Lease is read, and claims go on', () => {
    assert.equal(outcomeWords(late), 'draining/permit | read-lease | asking-permission');
    const known = after(late.state, read(object));
    assert.equal(known.state.phase.name, 'draining');
    assert.equal(known.state.facts.lease.wentBackUntil, 0);
  });

  it('is believed when the read shows the same: the Lease went back', () => {
    const back = after(late.state, read(free));
    assert.match(outcomeWords(back), /^recovering\/look \| tell:lease-went-back/);
  });
});
