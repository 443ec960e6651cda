import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noteHandled } from '../../../src/core/handled.ts';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import { limits } from '../../../src/core/limits.ts';
import { emptyMemory } from '../../../src/core/memory.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import { startState } from '../../../src/core/phases/start.ts';
import type { State } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { me, waiting } from '../lease/samples.ts';
import { everyState } from './every-state.ts';
import { busyPool, moment, moments, need, ownLease, ownNode, sample, settings } from './samples.ts';
import { leaseOf, lost } from './server.ts';
import { effectWord, outcomeWords } from './words.ts';

const lease = settings.lease;
const after = (state: State, event: Event, ms = 1) => transition(state, event, moments.later(ms));
const at = (object: LeaseObject, resourceVersion: string): LeaseObject => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion },
});
const version = ({ facts }: State) =>
  facts.lease.seen.is === 'lease' ? facts.lease.seen.object.metadata.resourceVersion : '';

describe('an answer that the watch has overtaken', () => {
  const free = at(leaseOf({ transitions: 3, queue: [waiting('n1'), waiting('q1')] }), '20');
  const busy = at(leaseOf({ ...busyPool, transitions: 3, queue: [waiting('n1'), waiting('q1')] }), '19');

  it('does not hide the release that the watch told of and will not tell again', () => {
    const { state } = sample({ name: 'queued', leaving: null }, { record: busyPool, stale: true });
    const told = after(state, { on: 'lease-watch', lease, told: { is: 'changed', object: free } }).state;
    const read = after(told, {
      on: 'lease-read',
      lease,
      consistency: 'consistent',
      result: { is: 'found', object: busy },
    });
    assert.equal(version(read.state), '20');
    assert.deepEqual(read.effects.map(effectWord), ['lease:claim']);
  });

  it('counts all the same where the watch is broken: the past may have been replaced', () => {
    const { state } = sample({ name: 'queued', leaving: null }, { record: busyPool, stale: true });
    const told = after(state, { on: 'lease-watch', lease, told: { is: 'changed', object: free } }).state;
    const broken = after(told, { on: 'lease-watch', lease, told: { is: 'broken', reason: lost } }).state;
    const read = after(broken, {
      on: 'lease-read',
      lease,
      consistency: 'consistent',
      result: { is: 'found', object: busy },
    });
    assert.equal(version(read.state), '19');
  });

  it('is not hidden either by a watch that tells late of what was before', () => {
    const { state } = sample({ name: 'queued', leaving: null }, { record: busyPool, stale: true });
    const result = { is: 'found', object: free } as const;
    const read = after(state, { on: 'lease-read', lease, consistency: 'consistent', result });
    assert.deepEqual(read.effects.map(effectWord), ['lease:claim']);
    const late = after(read.state, { on: 'lease-watch', lease, told: { is: 'changed', object: busy } });
    assert.equal(version(late.state), '20');
  });

  it('of the Node neither', () => {
    const { busy } = sample({ name: 'idle' }).state.facts;
    const { state } = sample({ name: 'idle' }, { facts: { need: { is: 'no' }, busy: { ...busy, node: true } } });
    const newer = { ...ownNode({}), resourceVersion: '70', ready: 'False' as const };
    const told = after(state, { on: 'node-watch', told: { is: 'changed', object: newer } }).state;
    const read = after(told, { on: 'node-read', result: { is: 'found', object: ownNode({}) } }).state;
    assert.ok(read.facts.node.seen.is === 'node');
    assert.equal(read.facts.node.seen.node.resourceVersion, '70');
  });

  it('is no news once the watch was given up', () => {
    const { rest } = everyState().idle;
    const told = after(rest.state, { on: 'lease-watch', lease, told: { is: 'changed', object: free } });
    assert.deepEqual([version(told.state), told.effects], [version(rest.state), []]);
  });
});

describe('a write without an answer', () => {
  it('is settled before anything else: read, and where nothing has moved, written again with a change', () => {
    const { claim } = everyState().waiting;
    const write = claim.pending.get('lease');
    assert.ok(write?.do === 'write-lease');
    const { uid, resourceVersion } = write.object.metadata;
    const unknown: Event = {
      on: 'lease-written',
      lease,
      base: `${uid}/${resourceVersion}`,
      result: { is: 'unknown', reason: lost },
    };
    const gone = after(after(claim.state, unknown).state, { on: 'need', answer: { is: 'no' } }, 2);
    assert.equal(gone.state.phase.name, 'waiting', 'it is not idle before it knows');
    const read = after(gone.state, { on: 'time' }, 31_000);
    assert.deepEqual(read.effects.map(effectWord), ['read-lease']);
    const unmoved = after(
      read.state,
      { on: 'lease-read', lease, consistency: 'consistent', result: { is: 'found', object: ownLease({}) } },
      31_001,
    );
    assert.deepEqual(unmoved.effects.map(effectWord), ['lease:settle']);
  });
});

describe('a PATCH of the Node without an answer', () => {
  it('is settled before the next one, in the same way', () => {
    const { cordon } = everyState().draining;
    const patch = cordon.pending.get('node');
    assert.ok(patch?.do === 'patch-node');
    const base = `${patch.patch.uid}/${patch.patch.resourceVersion}`;
    const unknown = after(cordon.state, { on: 'node-patched', base, result: { is: 'unknown', reason: lost } });
    const read = after(unknown.state, { on: 'time' }, 31_000);
    assert.deepEqual(read.effects.map(effectWord), ['read-node']);
    const unmoved = after(read.state, { on: 'node-read', result: { is: 'found', object: ownNode({}) } }, 31_001);
    assert.deepEqual(unmoved.effects.map(effectWord), ['node:settle']);
  });
});

describe('the second look', () => {
  it('after a start is not put off by a back-off', () => {
    const back = sample(
      { name: 'waiting', poll: 'no', notBefore: 0 },
      {
        facts: { backOff: { failures: 5, until: moment + 3_000_000, why: lost }, nextLook: moment + limits.secondLook },
      },
    );
    assert.equal(back.wakeAt, moment + limits.secondLook);
    assert.deepEqual(after(back.state, { on: 'time' }, limits.secondLook).effects.map(effectWord), ['read-lease']);
  });
});

describe('a claim in a Lease that cannot be read', () => {
  it('is looked for every few minutes after the node was verified without it, until the Lease was mended', () => {
    const restoring = {
      name: 'restoring',
      claim: null,
      handled: '{}',
      rebooted: true,
      nonce: 'n',
      restored: true,
      releaseAt: null,
    } as const;
    const facts = { need: { is: 'no' }, nextLook: moment } as const;
    const verified = sample(restoring, { entry: {}, unreadable: true, facts });
    assert.deepEqual([verified.state.phase.name, [...verified.pending.keys()]], ['idle', ['lease']]);
    const read = (object: LeaseObject): Event => ({
      on: 'lease-read',
      lease,
      consistency: 'consistent',
      result: { is: 'found', object },
    });
    const broken = after(verified.state, read(ownLease({ entry: {}, unreadable: true })));
    assert.ok(broken.wakeAt !== null && broken.wakeAt - moment < 600_000);
    const mended = after(verified.state, read(ownLease({ entry: {} })));
    assert.equal(mended.state.phase.name, 'recovering');
  });
});

describe('a place in the queue', () => {
  it('is kept over a restart until sentinel and permission were looked at', () => {
    const found = sample(
      { name: 'queued', leaving: null },
      { record: busyPool, facts: { need: null, permission: null } },
    );
    assert.deepEqual([...found.pending.keys()], ['permission']);
    const kept = after(found.state, {
      on: 'permission',
      answer: { is: 'allowed' },
      need: { is: 'yes', value: need },
      askedAt: moment,
    });
    assert.match(outcomeWords(kept), /^queued \| \| not-my-turn/);
    const left = after(found.state, {
      on: 'permission',
      answer: { is: 'allowed' },
      need: { is: 'no' },
      askedAt: moment,
    });
    assert.match(outcomeWords(left), /^queued\/leaving \| lease:leave/);
  });
});

describe("a person's retry", () => {
  const handled = noteHandled(null, { fingerprint: need.fingerprint, reasons: [] }, 'boot-before', moments.now);

  it('lets a need through that a reboot has met, once: the next reboot uses it up', () => {
    const idle = sample({ name: 'idle' }, { handled });
    assert.equal(idle.state.waits.code, 'need-handled');
    assert.equal(after(idle.state, { on: 'retry' }).state.phase.name, 'waiting');
    const restoring = sample(
      {
        name: 'restoring',
        claim: null,
        handled: JSON.stringify(handled),
        rebooted: true,
        nonce: 'n',
        restored: true,
        releaseAt: null,
      },
      { handled, facts: { retried: { mono: 1, wall: 1 } } },
    );
    assert.deepEqual([restoring.state.phase.name, restoring.state.waits.code], ['idle', 'need-handled']);
  });
});

describe('a stop while a claim is under way', () => {
  it('waits for its answer and gives the claim back', () => {
    const { claim } = everyState().waiting;
    const stopping = after(claim.state, { on: 'stop', meaning: 'stop' });
    assert.match(outcomeWords(stopping), /^waiting \| .*\| stopping/);
    const write = claim.pending.get('lease');
    assert.ok(write?.do === 'write-lease');
    const written = at(write.object, '8');
    const claimed = after(
      stopping.state,
      { on: 'lease-written', lease, base: '', result: { is: 'written', object: written } },
      2,
    );
    assert.match(outcomeWords(claimed), /^backing-out\/declare \| .*lease:back-out/);
  });
});

describe('a Lease that went back', () => {
  it('is told once, and nothing is claimed for 15 minutes', () => {
    const { no } = everyState().waiting;
    const again = leaseOf({});
    const older = { ...again, metadata: { ...again.metadata, uid: 'lease-again' } };
    const told = after(no.state, {
      on: 'lease-read',
      lease,
      consistency: 'consistent',
      result: { is: 'found', object: older },
    });
    assert.match(outcomeWords(told), /^waiting \| tell:lease-went-back.*\| lease-went-back/);
    const later = after(told.state, { on: 'time' }, limits.wentBack - 1);
    assert.ok(!later.effects.some((effect) => effect.do === 'write-lease' || effect.do === 'tell'));
  });
});

describe('a start', () => {
  it('knows nothing, and asks first for what the watch of the Node has not listed yet', () => {
    const state = startState(me, settings, emptyMemory, moments.now);
    assert.deepEqual(after(state, { on: 'time' }).effects, []);
    const listed = after(state, { on: 'node-watch', told: { is: 'listed', objects: [ownNode({})] } });
    assert.deepEqual(listed.effects.map(effectWord), ['read-lease']);
  });
});
