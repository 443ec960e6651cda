import assert from 'node:assert/strict';
import type { Effect } from '../../../src/core/phases/effect.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { possibleEvents } from './every-event.ts';
import { moments, type Sample } from './samples.ts';
import { outcomeWords } from './words.ts';

/** What follows, one after the other: each event with the milliseconds after the sample's moment. */
export function play(from: Sample, ...events: readonly (readonly [event: Event | string, ms: number])[]) {
  let { state } = from;
  const effects: Effect[] = [];
  let words = '';
  for (const [named, ms] of events) {
    const event = typeof named === 'string' ? eventOf(from, named) : named;
    const answer = transition(state, event, moments.later(ms));
    state = answer.state;
    effects.push(...answer.effects);
    words = outcomeWords(answer);
  }
  return { state, effects, words, did: effects.map(({ do: what }) => what) };
}

function eventOf(from: Sample, name: string): Event {
  const event = possibleEvents(from).get(name);
  assert.ok(event, name);
  return event;
}
