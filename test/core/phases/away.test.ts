import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Event } from '../../../src/core/phases/event.ts';
import type { DecisionSettings } from '../../../src/core/phases/facts.ts';
import type { State } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import { waiting } from '../lease/samples.ts';
import { everyState } from './every-state.ts';
import { play } from './play.ts';
import { moment, moments, need, sample, settings } from './samples.ts';
import { leaseOf } from './server.ts';
import { effectWord, outcomeWords } from './words.ts';

const hour = 3_600_000;
const after = (state: State, event: Event, ms: number) => transition(state, event, moments.later(ms));
const allowed = (ms: number): Event => ({
  on: 'permission',
  answer: { is: 'allowed' },
  need: { is: 'yes', value: need },
  askedAt: moment + ms,
});

describe('a head of the queue that does not claim', () => {
  const record = { transitions: 3, queue: [waiting('q1'), waiting('n1')] };
  /** Free, with another node at the head of the queue, as the watch has told it. */
  const seen: Event = { on: 'lease-watch', lease: settings.lease, told: { is: 'changed', object: leaseOf(record) } };
  const behind = () => after(sample({ name: 'queued', leaving: null }, { record }).state, seen, 0).state;

  it('is passed by after it was watched for 30 s', () => {
    const asked = after(behind(), allowed(30_000), 30_000);
    assert.deepEqual(asked.effects.map(effectWord), ['lease:claim']);
  });

  it('is given another 30 s by a node that slept meanwhile: what it did not see it does not hold against it', () => {
    const woken = after(behind(), { on: 'away', ms: hour }, hour);
    assert.match(outcomeWords(woken), /^queued \| ask-permission/);
    const early = after(woken.state, allowed(hour + 1), hour + 29_999);
    assert.match(outcomeWords(early), /^queued \| \| not-my-turn/);
    const turn = after(early.state, { on: 'time' }, hour + 30_000);
    assert.deepEqual(turn.effects.map(effectWord), ['lease:claim']);
  });
});

describe('permission from before a sleep', () => {
  for (const way of ['ask', 'fence'] as const) {
    it(`is asked again in draining/${way}: nothing is fenced by it`, () => {
      const woken = after(everyState().draining[way].state, { on: 'away', ms: hour }, 1);
      assert.ok(!woken.effects.map(effectWord).includes('lease:fence'));
      assert.equal(woken.state.facts.permission, null);
    });
  }

  it('an answer to a question of before the sleep is worth nothing', () => {
    const woken = after(everyState().draining.ask.state, { on: 'away', ms: hour }, hour);
    const late = after(woken.state, allowed(hour - 1), hour + 1);
    assert.equal(late.state.facts.permission, null);
  });
});

describe('a drain whose time was over while the machine slept', () => {
  const { evict } = everyState().draining;
  const blocked: Event = {
    on: 'drain-progress',
    progress: reason('drain-blocked', { budget: 'default/web', pods: '1 pod left: default/web-1', left: '1' }),
  };
  const slept: Event = { on: 'away', ms: hour };
  const settings = (change: Partial<DecisionSettings>): Event => ({
    on: 'settings',
    settings: { ...evict.state.facts.settings, ...change },
  });

  it('backs out', () => {
    const { words } = play(evict, [blocked, 1], [slept, hour]);
    assert.match(words, /^backing-out\/declare \| stop-drain tell:backing-out/);
  });

  it('has its time once awake where the settings say to reboot with pods left: they had none to leave', () => {
    const woken = play(evict, [settings({ onDrainTimeout: 'reboot' }), 0], [blocked, 1], [slept, hour]);
    assert.match(woken.words, /^draining\/evict \| ask-permission/);
    // The samples have drained for 100 s.
    const almost = after(woken.state, { on: 'time' }, hour + 1_699_999);
    assert.match(outcomeWords(almost), /^draining\/evict/);
    assert.ok(!almost.effects.map(effectWord).includes('stop-drain'));
    assert.match(outcomeWords(after(almost.state, { on: 'time' }, hour + 1_700_000)), /stop-drain .*drain-given-up$/);
  });
});
