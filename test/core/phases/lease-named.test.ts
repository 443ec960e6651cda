import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { markAnnotation } from '../../../src/core/cordon-mark.ts';
import { leaseAnnotation, leaseRefOf, namedLease } from '../../../src/core/lease-name.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { Phase } from '../../../src/core/phases/state.ts';
import { type Transition, transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import { me, waiting as place } from '../lease/samples.ts';
import { play } from './play.ts';
import { claim, moment, moments, ownLease, ownNode, raw, restored, type Setting, sample, settings } from './samples.ts';
import { node } from './server.ts';
import { effectWord, phaseWord } from './words.ts';

const gpu = { namespace: 'kured-host', name: 'kured-host-gpu' };
/** The settings name another Lease than the one that is dealt with. */
const another = { settings: { ...settings, lease: gpu } };
const unnamed = { ...node(), resourceVersion: '50' };
const idle: Phase = { name: 'idle' };
const waiting: Phase = { name: 'waiting', notBefore: 0, poll: 'no' };
const start: Phase = { name: 'recovering', cause: 'start', step: 'look' };

function pending(phase: Phase, of: Setting): readonly string[] {
  return [...sample(phase, of).pending.values()].map(effectWord);
}

/** The facts of a Node that names no Lease. */
function without(of: Setting = {}): Setting {
  const { node: known } = sample(idle, of).state.facts;
  return { ...of, facts: { ...of.facts, node: { ...known, seen: { is: 'node', node: unnamed } } } };
}

describe('the Lease that a Node names', () => {
  it('is read from namespace/name, and from nothing else', () => {
    assert.deepEqual(leaseRefOf('a/b'), { namespace: 'a', name: 'b' });
    for (const text of ['', 'a', 'a/', '/b', 'a/b/c']) assert.equal(leaseRefOf(text), null, text);
    assert.equal(namedLease(node({ annotations: { [leaseAnnotation]: '{' } })), null);
  });

  it('is written before the first claim, and not again before the next', () => {
    const first = sample(waiting, without());
    const write = first.pending.get('node');
    assert.ok(write?.do === 'patch-node' && write.purpose === 'name');
    assert.equal(write.patch.annotations[leaseAnnotation], 'kured-host/kured-host');
    assert.equal(first.pending.has('lease'), false);
    const { effects } = play(first, [
      { on: 'node-patched', base: 'uid-n1/50', result: { is: 'written', object: ownNode({}) } },
      1,
    ]);
    assert.deepEqual(effects.map(effectWord), ['follow-lease']);
    assert.equal(sample(waiting).pending.has('node'), false);
  });

  it('is written before the claim of a place that was taken when the Node named none', () => {
    const turn = { record: { queue: [place('n1')] } };
    assert.deepEqual(pending({ name: 'queued', leaving: null }, without(turn)), ['node:name']);
    assert.deepEqual(pending({ name: 'queued', leaving: null }, turn), ['lease:claim']);
  });
});

describe('a node that is started with another pool', () => {
  const read = (of: Setting) => {
    const from = sample(start, { ...of, facts: { ...another, ...of.facts } });
    return [...from.pending.values()].map((effect) => (effect.do === 'read-lease' ? effect.lease.name : effect.do));
  };

  it('looks first into the Lease that the Node names, which holds what the mark does not show before the cordon and after the restore', () => {
    const { state } = sample(idle);
    const stale = { lease: { ...state.facts.lease, ref: gpu, current: false } };
    assert.deepEqual(read({ facts: stale }), ['kured-host']);
    assert.deepEqual(read({ ...without(), facts: { ...without().facts, ...stale } }), ['kured-host-gpu']);
  });

  it('goes over when nothing of it is left there, and the Node names the new one first', () => {
    const { state, pending: first } = sample(idle, { facts: another });
    assert.deepEqual([...first.values()].map(effectWord), ['node:name']);
    assert.equal(state.facts.lease.ref.name, 'kured-host');
    const write = first.get('node');
    assert.ok(write?.do === 'patch-node');
    assert.equal(write.patch.annotations[leaseAnnotation], 'kured-host/kured-host-gpu');
    const renamed = ownNode({
      node: { resourceVersion: '51', annotations: write.patch.annotations as Record<string, string> },
    });
    const after = play(sample(idle, { facts: another }), [
      { on: 'node-patched', base: 'uid-n1/50', result: { is: 'written', object: renamed } },
      1,
    ]);
    assert.equal(after.state.facts.lease.ref.name, 'kured-host-gpu');
    assert.deepEqual(after.effects.map(effectWord), ['read-lease']);
  });

  it('does so only after its second look: a claim of the process before it may land up to a minute late', () => {
    for (const phase of [idle, waiting]) {
      const early = sample(phase, { facts: { ...another, earlier: true } });
      assert.deepEqual([...early.pending.keys()], [], phase.name);
      assert.equal(early.wakeAt, moment + 3_000_000);
      const look = sample(phase, { facts: { ...another, earlier: true, nextLook: moment } });
      const object = look.state.facts.lease.seen;
      assert.ok(object.is === 'lease');
      const seen: Event = {
        on: 'lease-read',
        lease: look.state.facts.lease.ref,
        consistency: 'consistent',
        result: { is: 'found', object: object.object },
      };
      const { state, effects } = play(look, [seen, 1]);
      assert.deepEqual([state.facts.earlier, ...effects.map(effectWord)], [false, 'node:name'], phase.name);
    }
  });
});

describe('a Node that names a Lease in which nobody looks', () => {
  const other = { node: { annotations: { [leaseAnnotation]: 'kured-host/kured-host-old' } } };

  it('is looked at anew: a restored etcd brought the name back, and the claim with it', () => {
    for (const phase of [idle, waiting]) {
      const { state } = sample(phase, other);
      assert.equal(phaseWord(state.phase), 'recovering/look');
    }
  });

  it('while it is registered anew in the middle of a claim, the Lease stays the one of the claim', () => {
    const { state } = sample(
      { name: 'recovering', cause: 'node-replaced', step: 'look' },
      without({ entry: {}, facts: another }),
    );
    assert.equal(state.facts.lease.ref.name, 'kured-host');
  });
});

describe('a claim in another Lease than the one that was followed, as a restored etcd brings it back', () => {
  it('is followed there, also where the watch was broken: else no release by a person would ever be heard', () => {
    const marked = ownNode({ cordoned: true });
    const text =
      marked.annotations[markAnnotation]?.replace('kured-host/kured-host', 'kured-host/kured-host-gpu') ?? '';
    const { state: rests } = sample(start);
    const lease = { ...rests.facts.lease, current: false, watch: 'broken' } as const;
    const node = { ...marked, annotations: { ...marked.annotations, [markAnnotation]: text } };
    const of: Setting = { facts: { ...another, lease, node: { ...rests.facts.node, seen: { is: 'node', node } } } };
    const first = sample(start, of);
    assert.deepEqual([...first.pending.values()].map(effectWord), ['read-lease']);
    assert.equal(first.state.facts.lease.watch, 'off');
    const object = ownLease({ entry: { by: me.by } });
    const found: Event = {
      on: 'lease-read',
      lease: gpu,
      consistency: 'consistent',
      result: { is: 'found', object },
    };
    const { state, effects } = play(first, [found, 1], [{ on: 'node-read', result: { is: 'found', object: node } }, 2]);
    assert.equal(phaseWord(state.phase), 'draining/permit');
    const [follows] = effects.filter((effect) => effect.do === 'follow-lease');
    assert.equal(follows?.lease.name, 'kured-host-gpu');
  });
});

describe('the Lease of an earlier pool that may not be read any more', () => {
  const refused = reason('api-refused', { action: 'read the Lease', why: 'forbidden' });
  const away = reason('api-unavailable', { server: 'https://api', why: 'refused' });

  function recovering(problem: typeof refused, since: number, of: Setting = {}): readonly string[] {
    const known = sample(idle, of).state.facts.lease;
    const lease = { ...known, current: false, problem, notBefore: moment + 1_000 };
    const state = sample(start, { ...of, facts: { ...another, lease } }).state;
    const from = { state: { ...state, since: { mono: moment - since, wall: 0 } }, pending: new Map(), wakeAt: null };
    return play(from, [{ on: 'time' }, 1]).effects.map(effectWord);
  }

  it('is left after a minute and a half, and the Node names the new one', () => {
    assert.deepEqual(recovering(refused, 80_000), []);
    assert.deepEqual(recovering(refused, 90_000), ['node:name']);
  });

  it('is not left while the API server is away, nor with a mark of the claim on the Node', () => {
    assert.deepEqual(recovering(away, 900_000), []);
    assert.deepEqual(recovering(refused, 900_000, { cordoned: true }), []);
    assert.deepEqual(recovering(refused, 900_000, { node: { annotations: { [markAnnotation]: '{' } } }), []);
  });
});

describe('the Lease of an earlier pool that may not be read any more, to a node that has already looked into it', () => {
  const refused = reason('api-refused', { action: 'read the Lease', why: 'forbidden' });
  const failing = (phase: Phase, of: Setting = {}): Transition => {
    const state = raw(phase, of);
    const lease = { ...state.facts.lease, current: false, problem: refused, notBefore: moment + 1_000 };
    const facts = { ...state.facts, ...another, ...of.facts, lease };
    return transition({ ...state, facts }, { on: 'time' }, moments.now);
  };
  const phases: readonly (readonly [Phase, Setting])[] = [
    [idle, { facts: { earlier: true, looking: true } }],
    [waiting, { facts: { earlier: true, looking: true } }],
    [{ name: 'queued', leaving: null }, { record: { queue: [place('n1')] } }],
    [restored, { entry: { phase: 'verifying' }, settings: { releaseDelay: 0 } }],
    [restored, { entry: { phase: 'verifying' }, facts: { settings: { ...another.settings, releaseDelay: 60_000 } } }],
    [
      { name: 'backing-out', claim, cause: reason('release-asked', { lease: 'x' }), step: 'release', nonce: 'n' },
      { entry: { phase: 'backing-out' } },
    ],
  ];

  it('is looked at as by a start, which leaves it: nothing else would ever lead away from there', () => {
    for (const [phase, of] of phases) {
      const { state, effects } = failing(phase, of);
      assert.equal(phaseWord(state.phase), 'recovering/look', phase.name);
      assert.ok(effects.some((effect) => effect.do === 'read-node'));
      const object = ownNode({});
      const looks = transition(state, { on: 'node-read', result: { is: 'found', object } }, moments.later(1));
      assert.equal(looks.state.waits, refused);
      const later = transition(looks.state, { on: 'time' }, moments.later(90_000));
      assert.deepEqual(later.effects.map(effectWord), ['node:name'], phase.name);
    }
  });

  it('is tried on where it is the one of the settings, and by a stop as long as that may take', () => {
    for (const [phase, of] of phases) {
      assert.equal(failing(phase, { ...of, facts: { ...of.facts, settings } }).state.phase.name, phase.name);
    }
    const stopped = failing({ name: 'queued', leaving: null }, { ...phases[2]?.[1], facts: { stop: 'stop' } });
    assert.equal(phaseWord(stopped.state.phase), 'queued/leaving');
  });

  it('is what a node says that needs a reboot, and no other one', () => {
    for (const phase of [idle, waiting]) {
      const waits = (facts: Setting['facts'] = {}) =>
        failing(phase, { facts: { settings, looking: true, ...facts } }).state.waits.code;
      assert.equal(waits(), 'api-refused');
      assert.notEqual(waits({ need: { is: 'no' } }), 'api-refused');
    }
  });
});
