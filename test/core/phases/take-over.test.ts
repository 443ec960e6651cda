import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRecord, writeRecord } from '../../../src/core/lease/format.ts';
import { watchHolders } from '../../../src/core/lease/holder-watch.ts';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { Effect } from '../../../src/core/phases/effect.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import { freshDraining } from '../../../src/core/phases/fresh-draining.ts';
import type { Phase, State } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { at, holder, waiting } from '../lease/samples.ts';
import { afterBoot } from './every-state.ts';
import { moment, raw, type Setting } from './samples.ts';
import { lost } from './server.ts';

const quarter = 900_000;
const pool = { holders: [holder('h1')], queue: [waiting('q1'), waiting('n1')] };

/** The own machine is back from its reboot, and its kubelet not yet. */
const back: Setting = {
  ...afterBoot,
  record: { holders: [holder('h1'), holder('n1', { boot: { id: 'boot-before', soft: 0 }, phase: 'verifying' })] },
};

/** A state that has watched h1 for a quarter of an hour, in which its Node was gone, as it was asked a second ago. */
function watched(of: Setting = {}, phase: Phase = { name: 'queued', leaving: null }): State {
  const state = raw(phase, { record: pool, ...of });
  const { seen } = state.facts.lease;
  assert.ok(seen.is === 'lease' && seen.reading.readable);
  const asked = moment - 1_000;
  const holders = watchHolders([], seen.reading.record, 'n1', false, at(asked - quarter)).map((watch) => ({
    ...watch,
    look: { is: 'gone' } as const,
    askedAt: asked,
    goneSince: asked - quarter,
    lookAt: moment + 300_000,
  }));
  return { ...state, facts: { ...state.facts, holders, ...of.facts } };
}

/** What is done of the take-over, over these events. */
function did(state: State, ...events: readonly Event[]): readonly string[] {
  let now = state;
  const all: Effect[] = [];
  for (const [index, event] of events.entries()) {
    const step = transition(now, event, at(moment + 10 * index, 'e'.repeat(32)));
    all.push(...step.effects);
    now = step.state;
  }
  return all.flatMap((effect) => {
    if (effect.do === 'write-lease') return [`lease:${effect.purpose}`];
    if (effect.do === 'tell') return effect.moment.what === 'took-over' ? ['told'] : [];
    return effect.do === 'look-at-holder' || effect.do === 'read-lease' ? [effect.do] : [];
  });
}

const time = { on: 'time' } as const;

describe('the entry of a lost holder', () => {
  it('is taken out of the Lease by a node that waits in the queue, and it alone', () => {
    const { effects } = transition(watched(), time, at(moment));
    const [write] = effects.filter((effect) => effect.do === 'write-lease');
    assert.equal(write?.purpose, 'take-over');
    const reading = write === undefined ? null : readRecord(write.object);
    assert.ok(reading?.readable);
    assert.deepEqual(reading.record.holders, []);
    assert.equal(reading.record.queue.length, 2);
    assert.equal(reading.record.transitions, 3);
  });

  it('is taken out by one that drains, beside its own', () => {
    const phase = draining();
    const state = watched({ entry: {}, cordoned: true, record: { holders: [holder('h1'), holder('n1')] } }, phase);
    assert.deepEqual(did(state, time), ['lease:take-over']);
  });

  const kept: readonly (readonly [when: string, state: State])[] = [
    ['the pool is paused', watched({ record: { ...pool, paused: 'an upgrade' } })],
    ['the Lease shows an older state than was seen', withLease({ wentBackUntil: moment + 60_000 })],
    ['the watch of the Lease does not run', withLease({ watch: 'broken' })],
    ['a write of the Lease is under way', withBusy()],
    ['the service is to end', watched({ facts: { stop: 'restart' } })],
    ['the node only observes', watched({ ...back, settings: { observe: true } }, verifying())],
  ];
  it('is taken out by one that verifies its boot', () => {
    assert.ok(did(watched(back, verifying()), time).includes('lease:take-over'));
  });

  it('is watched anew after the machine slept', () => {
    assert.deepEqual(did(watched(), { on: 'away', ms: 60_000 }), []);
  });

  for (const [when, state] of kept)
    it(`is left while ${when}`, () => assert.ok(!did(state, time).includes('lease:take-over')));
});

describe('a holder that is silent', () => {
  /** With the watch of h1 changed. */
  const silent = (change: Partial<State['facts']['holders'][number]>, of: Setting = {}): State => {
    const state = watched(of);
    const holders = state.facts.holders.map((one) => ({ ...one, goneSince: null, look: null, ...change }));
    return { ...state, facts: { ...state.facts, holders } };
  };

  it('is asked about when it is time to, by the node and the claim of its entry', () => {
    const due = transition(silent({ lookAt: moment }), time, at(moment));
    const looks = due.effects.filter((effect) => effect.do === 'look-at-holder');
    assert.deepEqual(
      looks.map(({ node, claim }) => [node, claim]),
      [['h1', 'claim-h1']],
    );
    const early = transition(silent({ lookAt: moment + 1 }), time, at(moment));
    assert.deepEqual([did(silent({ lookAt: moment + 1 }), time), early.wakeAt], [[], moment + 1]);
  });

  it('wakes the node when its silence alone will be enough', () => {
    const settings = { takeOverAfter: 7_200_000 };
    const soon = silent({ since: moment - 7_199_000 }, { settings });
    assert.equal(transition(soon, time, at(moment)).wakeAt, moment + 1_000);
    const over = silent({ since: moment - 7_200_000 }, { settings });
    assert.deepEqual(did(over, time), ['lease:take-over']);
    const { facts } = transition(over, time, at(moment)).state;
    assert.match(facts.takingOver?.why ?? '', /did not change for 120 min, as long as lease.takeOverAfter says/);
  });

  it('and nobody may ask about is said in the sentence once it has been silent for a quarter of an hour', () => {
    const look = { is: 'unknown', reason: lost } as const;
    const said = (since: number) => transition(silent({ since, look }), time, at(moment)).state.waits;
    assert.equal(said(moment - quarter).code, 'holder-silent');
    assert.equal(said(moment - quarter).details['node'], 'h1');
    assert.equal(said(moment - quarter + 1).code, 'not-my-turn');
  });
});

describe('a take-over is told', () => {
  it('when it was written', () => {
    const state = watched();
    assert.deepEqual(did(state, time, wrote({ is: 'written', object: after(state) })).slice(0, 2), [
      'lease:take-over',
      'told',
    ]);
  });

  it('not when another write came first, though the entry is gone after it', () => {
    const state = watched();
    const said = did(state, time, wrote({ is: 'conflict' }), watch(after(state)));
    assert.ok(!said.includes('told'), String(said));
  });

  it('not when it was refused', () => {
    assert.ok(!did(watched(), time, wrote({ is: 'refused', reason: lost })).includes('told'));
  });

  it('when no answer came, and the entry is found gone', () => {
    const state = watched();
    const said = did(state, time, wrote({ is: 'unknown', reason: lost }), watch(after(state)));
    assert.ok(said.includes('told'), String(said));
  });
});

function verifying(): Phase {
  return {
    name: 'verifying',
    claim: 'claim-n1',
    from: { id: 'boot-before', soft: 0 },
    need: { fingerprint: 'file:1', reasons: [] },
    remembered: false,
    deadline: moment + 600_000,
    failed: null,
    stuck: null,
  } as Phase;
}

function draining(): Phase {
  return freshDraining('claim-n1', at(moment - 10_000), { step: 'evict' });
}

function withLease(change: Partial<State['facts']['lease']>): State {
  const state = watched();
  return { ...state, facts: { ...state.facts, lease: { ...state.facts.lease, ...change } } };
}

function withBusy(): State {
  const state = watched();
  return { ...state, facts: { ...state.facts, busy: { ...state.facts.busy, lease: true } } };
}

function objectOf(state: State): LeaseObject {
  const { seen } = state.facts.lease;
  assert.ok(seen.is === 'lease');
  return seen.object;
}

/** The Lease as it stands after somebody has taken the entry out. */
function after(state: State): LeaseObject {
  const before = objectOf(state);
  const reading = readRecord(before);
  assert.ok(reading.readable);
  const object = writeRecord(before, { ...reading.record, holders: [] }, at(moment));
  return { ...object, metadata: { ...object.metadata, resourceVersion: '99' } };
}

function wrote(result: Extract<Event, { on: 'lease-written' }>['result']): Event {
  const { uid, resourceVersion } = objectOf(watched()).metadata;
  const lease = { namespace: 'kured-host', name: 'kured-host' };
  return { on: 'lease-written', lease, base: `${uid}/${resourceVersion}`, result };
}

function watch(object: LeaseObject): Event {
  const lease = { namespace: 'kured-host', name: 'kured-host' };
  return { on: 'lease-watch', lease, told: { is: 'changed', object } };
}
