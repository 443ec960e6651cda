import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Event } from '../../../src/core/phases/event.ts';
import type { State } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import { sentence, steadySentence } from '../../../src/core/sentence.ts';
import { statusOf } from '../../../src/core/status.ts';
import { wall } from '../lease/samples.ts';
import { everyState } from './every-state.ts';
import { play } from './play.ts';
import { moment, moments, need, type Sample, settings } from './samples.ts';
import { outcomeWords, phaseWord } from './words.ts';

const minute = 60_000;
const hour = 60 * minute;
const time: Event = { on: 'time' };
const permission = (is: 'allowed' | 'refused' | 'passing', ms: number): [Event, number] => {
  const reasons = [reason('blocked', { source: 'the window', why: 'closed' })];
  const answer = is === 'allowed' ? { is } : ({ is: 'refused', reasons, passing: is === 'passing' } as const);
  return [{ on: 'permission', answer, need: { is: 'yes', value: need }, askedAt: moment + ms }, ms + 1];
};
const withSettings = (of: Sample, change: Partial<typeof settings>): [Event, number] => [
  { on: 'settings', settings: { ...of.state.facts.settings, ...change } },
  0,
];

describe('the delay before the first eviction', () => {
  const { draining } = everyState();
  const cordon = (evictionDelay: number) => play(draining.cordon, withSettings(draining.cordon, { evictionDelay }));
  const cordoned = (evictionDelay: number) =>
    play(draining.cordon, withSettings(draining.cordon, { evictionDelay }), ['node-patched written', 1]);

  it('begins when the cordon is known to stand, and not before', () => {
    assert.match(phaseWord(cordon(30_000).state.phase), /cordon$/);
    const { state, did } = cordoned(30_000);
    assert.equal(phaseWord(state.phase), 'draining/drain-delay');
    assert.ok(!did.includes('drain'), `${did}`);
    assert.ok(cordoned(0).did.includes('drain'));
  });

  it('says how much is left, at each look at the status, and nothing of that where each change is a write', () => {
    const { state } = cordoned(30_000);
    assert.match(
      sentence(state),
      /^draining: the node is cordoned; waits until .*Z \(30 s left\) before the first evic/,
    );
    const later = statusOf(state, moments.later(10_001));
    assert.match(later.sentence, /\(20 s left\) before the first eviction$/);
    assert.deepEqual(later.delay?.secondsLeft, 20);
    assert.equal(later.reason.message.includes('(20 s left)'), true);
    assert.ok(!steadySentence(state).includes('left'), steadySentence(state));
  });

  it('has the same words on the Node through all of it, however its two clocks drift by milliseconds', () => {
    let { state } = cordoned(10 * minute);
    const said = steadySentence(state);
    for (let ms = 1_000; ms < 10 * minute; ms += 7_777) {
      const now = { ...moments.later(ms), wall: wall + moment + ms + ((ms * 31) % 1_500) - 750 };
      state = transition(state, time, now).state;
      if (state.waits.code === 'drain-delay') assert.equal(steadySentence(state), said);
    }
    const set = transition(cordoned(10 * minute).state, time, { ...moments.later(1_000), wall: wall + moment + hour });
    assert.notEqual(steadySentence(set.state), said);
  });

  it('is over by its time, and permission from before its end moves no pod', () => {
    const { state } = cordoned(30_000);
    const before = transition(state, time, moments.later(30_000));
    assert.match(outcomeWords(before), /^draining\/drain-delay \|/);
    const over = transition(state, time, moments.later(30_001));
    assert.match(outcomeWords(over), /^draining\/drain-delay \| ask-permission/);
    const [allowed] = permission('allowed', 30_001);
    assert.match(outcomeWords(transition(over.state, allowed, moments.later(30_002))), /^draining\/evict \| drain/);
    const [refused] = permission('refused', 30_001);
    assert.match(outcomeWords(transition(over.state, refused, moments.later(30_002))), /^backing-out/);
    const [passing] = permission('passing', 30_001);
    const held = outcomeWords(transition(over.state, passing, moments.later(30_002)));
    assert.equal(held, 'draining/drain-delay | | blocked');
  });

  it('is no part of the time that the drain may take', () => {
    const timeout = settings.drainTimeout ?? 0;
    const { state } = cordoned(2 * timeout);
    assert.equal(phaseWord(transition(state, time, moments.later(2 * timeout)).state.phase), 'draining/drain-delay');
  });

  it('has never more left than new settings say, is not longer for them, and the drain gets no time from what is cut', () => {
    const { state } = cordoned(30_000);
    const under = (evictionDelay: number, ms: number) =>
      transition(state, { on: 'settings', settings: { ...state.facts.settings, evictionDelay } }, moments.later(ms));
    const until = ({ state: { phase } }: { readonly state: State }) =>
      phase.name === 'draining' && phase.delayUntil !== null ? phase.delayUntil - moment : null;
    assert.deepEqual([until(under(10_000, 5_000)), until(under(10_000, 25_000))], [15_000, 30_001]);
    assert.equal(until(under(hour, 5_000)), 30_001);
    assert.match(outcomeWords(under(0, 5_000)), /^draining\/drain-delay \| ask-permission/);
    const uncounted = ({ phase }: State) => (phase.name === 'draining' ? phase.uncounted : null);
    assert.deepEqual([uncounted(state), uncounted(under(10_000, 5_000).state)], [30_000, 14_999]);
  });
});

describe('the delay before the reboot', () => {
  const { draining } = everyState();
  const from = draining['before-reboot'];
  const hooked: Event = { on: 'hooks-ended', phase: 'before-reboot', end: { is: 'done' } };
  const delayed = (rebootDelay: number) => play(from, withSettings(from, { rebootDelay }), [hooked, 1]);

  it('begins after the hooks, and nothing is announced or fenced in it', () => {
    const { state, did } = delayed(minute);
    assert.equal(phaseWord(state.phase), 'draining/reboot-delay');
    assert.ok(!did.includes('announce-reboot'));
    assert.match(sentence(state), /all pods are gone; waits until .* \(60 s left\) before the reboot$/);
    assert.ok(delayed(0).did.includes('announce-reboot'));
  });

  it('is followed by the question for permission, however young the last answer is', () => {
    let { state } = delayed(minute);
    const tell = (event: Event, ms: number) => {
      const answer = transition(state, event, moments.later(ms));
      state = answer.state;
      return outcomeWords(answer);
    };
    const [allowed] = permission('allowed', 59_000);
    tell({ on: 'permission-hint' }, 58_000);
    tell(allowed, 59_100);
    assert.match(tell(time, 60_001), /^draining\/announce \| announce-reboot/);
    assert.match(tell({ on: 'announced' }, 70_000), /^draining\/ask \| ask-permission/);
  });

  it('ends at once when new settings have none', () => {
    const { state } = delayed(hour);
    const none: Event = { on: 'settings', settings: { ...state.facts.settings, rebootDelay: 0 } };
    assert.match(
      outcomeWords(transition(state, none, moments.later(minute))),
      /^draining\/announce \| .*announce-reboot/,
    );
  });

  it('is left by a blocker that appears in it, with the blocker as the reason', () => {
    const { state } = delayed(hour);
    const hint = transition(state, { on: 'permission-hint' }, moments.later(minute));
    assert.deepEqual(
      hint.effects.map(({ do: what }) => what),
      ['ask-permission', 'write-lease'],
    );
    const [refused] = permission('refused', minute + 1);
    const turned = transition(hint.state, refused, moments.later(minute + 2));
    assert.equal(turned.state.phase.name, 'backing-out');
    assert.match(sentence(turned.state), /blocked by the window: closed/);
  });
});
