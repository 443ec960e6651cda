import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../../src/core/phases/event.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { everyEvent } from './every-event.ts';
import { everyState } from './every-state.ts';
import { moment, moments, type Sample } from './samples.ts';

const samples = Object.entries(everyState()).flatMap(([phase, ways]) =>
  Object.entries<Sample>(ways).map(([way, sample]) => ({ name: `${phase}/${way}`, sample })),
);

test('every state has an answer to every event, outcomes that nothing asked for among them, and the same one each time', () => {
  let pairs = 0;
  for (const { name, sample } of samples) {
    const state = frozen(sample.state);
    for (const event of allEvents(sample)) {
      const pair = `${name} × ${JSON.stringify(event).slice(0, 80)}`;
      const answer = transition(state, frozen(event), moments.later(1));
      assert.deepEqual(transition(state, event, moments.later(1)), answer, pair);
      assert.ok(answer.wakeAt === null || answer.wakeAt > moment + 1, `${pair}: woken in the past`);
      pairs += 1;
    }
  }
  assert.ok(pairs > 2_000, `${pairs}`);
});

test('no event begins a second effect of a lane whose effect is under way', () => {
  for (const { name, sample } of samples) {
    const { busy } = sample.state.facts;
    for (const event of allEvents(sample)) {
      if (event.on in outcomes) continue;
      for (const effect of transition(sample.state, event, moments.later(1)).effects) {
        if ('lane' in effect) assert.equal(busy[effect.lane], false, `${name} × ${event.on}: ${effect.do}`);
      }
    }
  }
});

test('once stopped nothing is done any more', () => {
  const { only } = everyState().stopped;
  for (const event of allEvents(only)) assert.deepEqual(transition(only.state, event, moments.later(1)).effects, []);
});

/** What ends an effect frees its lane. */
const outcomes: Readonly<Partial<Record<Event['on'], true>>> = {
  'lease-read': true,
  'lease-written': true,
  'node-read': true,
  'node-patched': true,
  permission: true,
  shutdown: true,
  'drain-ended': true,
  announced: true,
  'hooks-ended': true,
  reboot: true,
};

function allEvents(sample: Sample): readonly Event[] {
  return Object.values(everyEvent(sample)).flatMap((variants) => Object.values<Event>(variants));
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}
