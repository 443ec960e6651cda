import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Holder } from '../../../src/core/lease/record.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { Phase, State } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import { sentence, steadySentence } from '../../../src/core/sentence.ts';
import { conditionOf, statusOf } from '../../../src/core/status.ts';
import { me, wall } from '../lease/samples.ts';
import { afterBoot, everyState } from './every-state.ts';
import { play } from './play.ts';
import { persons } from './recovery-row.ts';
import { claim, moment, moments, need, raw, restored, type Sample, type Setting, sample, settings } from './samples.ts';
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

describe('the delay before the release', () => {
  const boot = { id: me.boot.id, soft: 0 };
  const inDelay = (releaseDelay: number, entry: Partial<Holder> = {}): Setting => ({
    ...afterBoot,
    entry: { ...afterBoot.entry, ...entry },
    cordoned: false,
    settings: { releaseDelay },
    facts: { need: { is: 'no' } },
  });
  const noted = (ms: number) => new Date(wall + moment + ms).toISOString();
  /** How long it waits, as it stands after the decision at the samples' moment; null: it does not. */
  const left = ({ phase }: State) =>
    phase.name === 'restoring' && phase.releaseAt !== null ? phase.releaseAt - moment : null;

  it('stands in the entry before it is waited for', () => {
    const begun = sample(restored, inDelay(hour));
    const write = begun.pending.get('lease');
    assert.ok(write?.do === 'write-lease' && write.purpose === 'release-delay');
    const [entry] = JSON.parse(write.object.metadata.annotations?.['kured-host/holders'] ?? '[]');
    assert.equal(entry.releaseAfter, noted(hour));
    assert.equal(left(begun.state), null);
    const { state, did } = play(begun, ['lease-written written', 1]);
    assert.equal(left(state), hour - 0);
    assert.ok(!did.includes('write-lease'), `${did}`);
  });

  it('says of a node whose cordon is not ours that it stays cordoned, and not that it takes pods again', () => {
    const told = (of: Setting) =>
      sentence(sample(restored, { ...inDelay(hour, { releaseAfter: noted(hour) }), ...of }).state);
    assert.match(told({}), /the reboot is proven and the node takes pods again; keeps/);
    assert.match(told(persons), /the reboot is proven and the node stays cordoned, as the cordon is not ours; keeps/);
  });

  it('is as long as what the entry says is left of it, by this clock, and never longer than the setting', () => {
    const table: readonly (readonly [noted: string, left: number | 'written anew'])[] = [
      [noted(hour), hour],
      [noted(10 * minute), 10 * minute],
      [noted(1), 1],
      // The clock was set forward: over.
      [noted(-24 * hour), 0],
      // The clock was set back: not longer than the delay, and the next start shall not find it so again.
      [noted(hour + 1), 'written anew'],
      [noted(365 * 24 * hour), 'written anew'],
      ['tomorrow', 'written anew'],
    ];
    for (const [releaseAfter, wanted] of table) {
      const { state, pending } = sample(restored, inDelay(hour, { releaseAfter }));
      const write = pending.get('lease');
      const purpose = write?.do === 'write-lease' ? write.purpose : null;
      if (wanted === 'written anew') assert.equal(purpose, 'release-delay', releaseAfter);
      else if (wanted === 0) assert.equal(purpose, 'release', releaseAfter);
      else assert.deepEqual([left(state), purpose], [wanted, null], releaseAfter);
    }
  });

  it('has never more left than new settings say: said anew in the entry before it is waited for, and not longer for them', () => {
    const running = sample(restored, inDelay(hour, { releaseAfter: noted(hour) }));
    const under = (releaseDelay: number): Event => ({
      on: 'settings',
      settings: { ...running.state.facts.settings, releaseDelay },
    });
    const shorter = transition(running.state, under(10 * minute), moments.later(minute));
    const write = shorter.effects.find((effect) => effect.do === 'write-lease');
    assert.ok(write?.purpose === 'release-delay');
    const [entry] = JSON.parse(write.object.metadata.annotations?.['kured-host/holders'] ?? '[]');
    assert.equal(entry.releaseAfter, noted(11 * minute));
    const { metadata } = write.object;
    const object = { ...write.object, metadata: { ...metadata, resourceVersion: '9' } };
    const written: Event = { on: 'lease-written', lease: metadata, base: '', result: { is: 'written', object } };
    assert.equal(left(transition(shorter.state, written, moments.later(minute)).state), 11 * minute);
    const longer = transition(running.state, under(2 * hour), moments.later(minute));
    assert.deepEqual([left(longer.state), longer.effects], [hour, []]);
    assert.match(outcomeWords(transition(running.state, under(0), moments.later(minute))), /lease:release /);
  });

  it('runs by the monotonic clock once it has begun: a clock that is set moves nothing', () => {
    const { state } = sample(restored, inDelay(hour, { releaseAfter: noted(hour) }));
    for (const set of [-48 * hour, 48 * hour]) {
      const now = (ms: number) => ({ ...moments.later(ms), wall: wall + moment + ms + set });
      assert.match(outcomeWords(transition(state, time, now(hour - 1))), /^restoring\/delay \| \| release-delay/);
      assert.match(outcomeWords(transition(state, time, now(hour))), /lease:release /);
    }
  });

  it('is no need for a reboot on the Node, and says until when', () => {
    const { state } = sample(restored, inDelay(hour, { releaseAfter: noted(30 * minute) }));
    const condition = conditionOf(state, moments.now);
    assert.deepEqual([condition.status, condition.reason], ['False', 'ReleaseDelay']);
    assert.match(condition.message, /keeps kured-host\/kured-host until [^(]*Z$/);
    assert.match(statusOf(state, moments.later(minute)).sentence, /\(29 min left\)$/);
  });

  it('that was interrupted: the reboot is proven again, and neither told nor counted a second time', () => {
    const phase: Phase = {
      name: 'verifying',
      claim,
      from: { id: 'boot-before', soft: 0 },
      need: { fingerprint: 'file:1', reasons: [] },
      remembered: true,
      deadline: moment + 900_000,
      failed: null,
      stuck: null,
    };
    const before = {
      need: { fingerprint: 'file:1', reasons: [] },
      boot: 'boot-between',
      at: noted(-9),
      reboots: ['x'],
    };
    const ready: Setting = {
      ...inDelay(hour, { releaseAfter: noted(10 * minute) }),
      handled: before,
      node: { bootID: boot.id },
    };
    const facts = {
      ...ready.facts,
      hooks: { progress: null, ended: { phase: 'after-boot', end: { is: 'done' } } },
    } as const;
    const { effects, state } = transition(raw(phase, { ...ready, facts }), time, moments.now);
    assert.deepEqual(
      effects.map(({ do: what }) => what),
      ['patch-node'],
    );
    assert.ok(state.phase.name === 'restoring');
    assert.deepEqual(JSON.parse(state.phase.handled ?? ''), before);
    const { handled: _, ...anew } = ready;
    const registered = transition(raw(phase, { ...anew, facts }), time, moments.now).state;
    assert.ok(registered.phase.name === 'restoring');
    const note = JSON.parse(registered.phase.handled ?? '{}');
    assert.deepEqual([note.need?.fingerprint, note.boot], ['file:1', me.boot.id], 'a Node without the note gets one');
  });
});
