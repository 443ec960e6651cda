import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Event } from '../../../src/core/phases/event.ts';
import type { DecisionSettings } from '../../../src/core/phases/facts.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import { sentence } from '../../../src/core/sentence.ts';
import { everyState, fenced, rebooting } from './every-state.ts';
import { play } from './play.ts';
import { moments, need, sample, settings } from './samples.ts';
import { outcomeWords } from './words.ts';

const { evict, permit, cordon, ask } = everyState().draining;
const time: Event = { on: 'time' };
/** The samples have drained for 100 s. */
const over = 1_700_000;
const blocked: Event = {
  on: 'drain-progress',
  progress: reason('drain-blocked', { budget: 'default/web', pods: '1 pod left: default/web-1', left: '1' }),
};
const unseen: Event = {
  on: 'drain-progress',
  progress: reason('draining', { progress: 'the pods of this node cannot be seen now' }),
};
const failed: Event = {
  on: 'drain-ended',
  end: { is: 'failed', reason: reason('drain-failed', { why: 'default/web-1 cannot be evicted: forbidden' }) },
};
const stopped: Event = { on: 'drain-ended', end: { is: 'stopped' } };
const hooked: Event = { on: 'hooks-ended', phase: 'before-reboot', end: { is: 'done' } };

function toReboot(from: typeof evict, ...events: readonly (readonly [Event | string, number])[]) {
  const change: Partial<DecisionSettings> = { onDrainTimeout: 'reboot' };
  return play(from, [{ on: 'settings', settings: { ...from.state.facts.settings, ...change } }, 0], ...events);
}

describe('a drain that does not end in its time, where the settings say to reboot all the same', () => {
  it('ends evicting, names what is left, and goes on to the hooks when nothing of it is under way', () => {
    const late = toReboot(evict, [blocked, 1], [time, over]);
    assert.match(late.words, /^draining\/evict \| stop-drain .*\| drain-given-up$/);
    assert.match(
      sentence(late.state),
      /did not end within 30 min, .* with pods left: a disruption budget \(default\/web\)/,
    );
    assert.equal(
      outcomeWords(transition(late.state, time, moments.later(over + 1))),
      'draining/evict | | drain-given-up',
    );
    const gone = transition(late.state, stopped, moments.later(over + 2));
    assert.equal(outcomeWords(gone), 'draining/before-reboot | tell:drain-given-up run-hooks | hooks-beginning');
  });

  it('is one that did end when that is heard while it is being stopped', () => {
    const done: Event = { on: 'drain-ended', end: { is: 'done' } };
    const { words, state } = toReboot(evict, [blocked, 1], [time, over], [done, over + 1]);
    assert.match(words, /^draining\/before-reboot \| tell:drained run-hooks/);
    assert.ok(state.phase.name === 'draining' && state.phase.givenUp === null);
  });

  it('asks for permission and writes the fence as ever, and says nowhere that all pods are gone', () => {
    const { state, effects } = toReboot(evict, [blocked, 1], [time, over], [stopped, over + 1], [hooked, over + 2]);
    const announced = effects.find(({ do: what }) => what === 'announce-reboot');
    assert.ok(announced?.do === 'announce-reboot');
    assert.match(announced.pods, /pods are left/);
    const asked = transition(state, { on: 'announced' }, moments.later(over + 3));
    assert.match(outcomeWords(asked), /^draining\/ask \| \| asking-permission/);
    assert.ok(effects.some(({ do: what }) => what === 'ask-permission'));
    const answer = (is: 'allowed' | 'refused'): Event => ({
      on: 'permission',
      answer: is === 'allowed' ? { is } : { is, reasons: [reason('blocked', { source: 'x', why: 'y' })] },
      need: { is: 'yes', value: need },
      askedAt: moments.later(over + 4).mono,
    });
    const refused = transition(asked.state, answer('refused'), moments.later(over + 5));
    assert.match(outcomeWords(refused), /^backing-out/);
    const allowed = transition(asked.state, answer('allowed'), moments.later(over + 5));
    assert.match(outcomeWords(allowed), /^draining\/fence \|/);
    assert.match(sentence(allowed.state), /pods are left, and the drain was given up, writing into the Lease/);
  });

  it('backs out all the same where the settings do not say so, or it has not come to its pods, or has had them behind it', () => {
    const backsOut = /^backing-out\/declare \| .*tell:backing-out.* \| (drain-timeout|backing-out)$/;
    assert.match(play(evict, [blocked, 1], [time, over]).words, backsOut);
    for (const from of [permit, cordon, ask]) assert.match(toReboot(from, [blocked, 1], [time, over]).words, backsOut);
  });

  it('is given up only for what is seen to be left: a broken watch is waited for, five minutes at most', () => {
    for (const before of [[], [[unseen, 1] as const]]) {
      const late = toReboot(evict, ...before, [time, over]);
      assert.match(late.words, /^draining\/evict \|/);
      assert.ok(!late.did.includes('stop-drain'));
      const seen = transition(late.state, blocked, moments.later(over + 200_000));
      assert.match(outcomeWords(seen), /^draining\/evict \| stop-drain .*drain-given-up$/);
      const answer = transition(late.state, time, moments.later(over + 299_999));
      assert.match(outcomeWords(answer), /^draining\/evict/);
      assert.match(outcomeWords(transition(answer.state, time, moments.later(over + 300_000))), /^backing-out/);
    }
  });

  it('backs out for everything that ends a drain, before its time and after', () => {
    const ends: readonly string[] = [
      'need none',
      'permission refused',
      'node-watch held',
      'node-watch uncordoned',
      'lease-watch paused',
      'lease-watch release asked',
      'stop stop',
    ];
    for (const end of ends) {
      if (end !== 'permission refused')
        assert.match(toReboot(evict, [blocked, 1], [end, 2]).words, /^backing-out/, end);
      const from = end === 'permission refused' ? { ...evict, pending: ask.pending } : evict;
      const late = toReboot(from, [blocked, 1], [time, over], [end, over + 1]);
      assert.match(late.words, /^backing-out/, `${end}, given up`);
    }
  });

  it('is not rebooted by an error: the drain is begun anew after a while, until its time is over', () => {
    const once = toReboot(evict, [blocked, 1], [failed, 2]);
    assert.equal(once.words, 'draining/evict | | drain-failed');
    assert.match(
      outcomeWords(transition(once.state, time, moments.later(50_000))),
      /^draining\/evict \| lease:renew \|/,
    );
    const again = transition(once.state, time, moments.later(60_002));
    assert.match(outcomeWords(again), /^draining\/evict \| .*drain/);
    const late = toReboot(evict, [blocked, 1], [failed, over - 1], [time, over]);
    assert.match(late.words, /^draining\/before-reboot \| tell:drain-given-up run-hooks/);
    assert.match(play(evict, [blocked, 1], [failed, 2]).words, /^backing-out/);
  });

  it('comes to an end when the rest does not go on either', () => {
    const timeout = settings.drainTimeout ?? 0;
    const { state } = toReboot(evict, [blocked, 1], [time, over], [stopped, over + 1]);
    const asks = transition(state, hooked, moments.later(over + 2));
    const announces = transition(asks.state, time, moments.later(over + timeout - 1));
    assert.match(outcomeWords(announces), /^draining\/announce/);
    assert.match(outcomeWords(transition(asks.state, time, moments.later(over + timeout + 2))), /^backing-out/);
  });

  it('is given up no more once the settings say to back out: at once, until the reboot is asked for', () => {
    const back: Event = { on: 'settings', settings };
    const backsOut = /^backing-out\/declare \| .*tell:backing-out/;
    const stopping = toReboot(evict, [blocked, 1], [time, over], [back, over + 1], [stopped, over + 2]);
    assert.match(stopping.words, backsOut);
    assert.ok(!stopping.did.includes('run-hooks'));
    const hooks = toReboot(evict, [blocked, 1], [time, over], [stopped, over + 1], [back, over + 2]);
    assert.match(hooks.words, backsOut);
    assert.match(sentence(hooks.state), /did not end within 30 min: a disruption budget \(default\/web\)/);
    const givenUp = { ...fenced.facts, drain: { progress: null, ended: { is: 'given-up' } } } as const;
    const fence = sample(rebooting('call'), { ...fenced, facts: givenUp });
    assert.equal(fence.state.phase.name, 'backing-out');
    const again = sample(rebooting('ask'), { ...fenced, facts: givenUp });
    assert.ok(!again.pending.has('lease'), 'pods are waited for before another fence');
    assert.ok(again.state.phase.name === 'rebooting' && again.state.facts.drain.ended === null);
  });

  it('is asked for again by the process that gave it up, and by no other', () => {
    const pods = { progress: null, ended: { is: 'given-up' } } as const;
    const wanted = { onDrainTimeout: 'reboot' } as const;
    const same = sample(rebooting('ask'), { ...fenced, settings: wanted, facts: { ...fenced.facts, drain: pods } });
    assert.ok(same.pending.has('lease'), JSON.stringify([...same.pending.keys()]));
    const other = sample(rebooting('ask'), { ...fenced, facts: {} });
    assert.deepEqual([...other.pending.keys()], ['drain']);
  });
});
