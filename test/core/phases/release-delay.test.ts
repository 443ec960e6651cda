import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Holder } from '../../../src/core/lease/record.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { Phase, State } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { sentence } from '../../../src/core/sentence.ts';
import { conditionOf, statusOf } from '../../../src/core/status.ts';
import { me, wall } from '../lease/samples.ts';
import { afterBoot } from './every-state.ts';
import { play } from './play.ts';
import { persons } from './recovery-row.ts';
import { claim, moment, moments, raw, restored, type Setting, sample } from './samples.ts';
import { outcomeWords } from './words.ts';

const minute = 60_000;
const hour = 60 * minute;
const time: Event = { on: 'time' };

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
