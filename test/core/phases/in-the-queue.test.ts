import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LeaseFacts } from '../../../src/core/phases/facts.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import { sentence } from '../../../src/core/sentence.ts';
import { broken, holder, waiting } from '../lease/samples.ts';
import { busyPool, claim, moment, moments, raw, type Setting } from './samples.ts';
import { outcomeWords } from './words.ts';

const first: Setting = { record: { queue: [waiting('n1')] } };

/** The next decision of a node that has a place in the queue. */
function decide(of: Setting, lease: Partial<LeaseFacts> = {}, ms = 0) {
  const state = raw({ name: 'queued', leaving: null }, of);
  const facts = { ...state.facts, lease: { ...state.facts.lease, ...lease } };
  return transition({ ...state, facts }, { on: 'time' }, moments.later(ms));
}

describe('a node in the queue', () => {
  it('claims nothing in a Lease that went back, until its time is over', () => {
    const wentBackUntil = moment + 60_000;
    const held = decide(first, { wentBackUntil }, 0);
    assert.equal(outcomeWords(held), 'queued | | lease-went-back');
    assert.match(sentence(held.state), /03:10:47Z/);
    assert.equal(outcomeWords(decide(first, { wentBackUntil: moment + 1 }, 0)), 'queued | | lease-went-back');
    assert.equal(outcomeWords(decide(first, { wentBackUntil: moment }, 0)), 'queued | lease:claim | starting');
  });

  it('goes on with a claim of its own that it finds in the Lease, and asks what became of one of another process', () => {
    const beside = { ...first.record, queue: [waiting('n1')] };
    const own = (entry: object): Setting => ({ record: { ...beside, holders: [holder('n1', { claim, ...entry })] } });
    assert.match(outcomeWords(decide(own({}))), /^draining\/permit \|/);
    assert.match(outcomeWords(decide(own({ by: 'by-another' }))), /^recovering\/look \|/);
    assert.match(outcomeWords(decide(own({ phase: 'rebooting' }))), /^recovering\/look \|/);
  });

  it('joins anew when its place was dropped', () => {
    assert.match(outcomeWords(decide({ record: { queue: [waiting('q0')] } })), /^waiting \| /);
  });

  it('is woken when its turn comes, if that is before it asks for permission again', () => {
    const turn = { head: 'id-q1', transitions: 3, since: moment - 10_000 };
    const room: Setting = { record: { queue: busyPool.queue ?? [] }, facts: { turn } };
    const early = decide(room);
    assert.equal(outcomeWords(early), 'queued | | not-my-turn');
    assert.equal(early.wakeAt, moment + 20_000);
    assert.equal(
      outcomeWords(transition(early.state, { on: 'time' }, moments.later(20_000))),
      'queued | lease:claim | not-my-turn',
    );
    assert.equal(decide({ ...room, facts: { turn: null } }).wakeAt, moment + 60_000);
  });

  it('says whom it waits for: the holders, or the head where there is room', () => {
    const place = (of: Setting['record']) => sentence(decide({ record: of ?? {} }).state);
    assert.match(place(busyPool), /waiting for h1/);
    const room = [waiting('q1'), waiting('n1')];
    assert.match(place({ queue: room }), /the turn is that of q1/);
    assert.match(place({ queue: [broken('{}'), waiting('n1')] }), /the turn is that of an entry that cannot be read/);
    const two = { holders: [holder('h1', { limit: 2 })], concurrency: 2 };
    assert.match(place({ ...two, queue: room }), /the turn is that of q1/);
    assert.match(place({ holders: [], concurrency: 1, paused: 'x', queue: room }), /paused/);
  });

  it('has left only when that is seen: a Lease that cannot be read is looked at again', () => {
    const state = raw({ name: 'queued', leaving: reason('no-need') }, { record: busyPool, unreadable: true });
    const answer = transition(state, { on: 'time' }, moments.now);
    assert.equal(outcomeWords(answer), 'queued/leaving | | lease-unreadable');
    assert.equal(answer.wakeAt, moment + 60_000);
  });
});
