import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { Draining } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { sentence } from '../../../src/core/sentence.ts';
import { everyState, fenced, rebooting } from './every-state.ts';
import { play } from './play.ts';
import { moments, ownLease, ownNode, raw, type Sample, type Setting, settings } from './samples.ts';
import { outcomeWords } from './words.ts';

/** The Node as etcd had it before the last pod was gone: our cordon and mark stand. */
const before = ownNode({ cordoned: true, node: { resourceVersion: '2' } });
const told: Event = { on: 'node-read', result: { is: 'found', object: before } };
const { lease } = settings;

function leaseRead(of: Setting, resourceVersion: string): Event {
  const object: LeaseObject = ownLease(of);
  const found = { ...object, metadata: { ...object.metadata, resourceVersion } };
  return { on: 'lease-read', lease, consistency: 'consistent', result: { is: 'found', object: found } };
}

/** Nothing that the watches told since is newer than the answer. */
function asks({ facts, ...state }: Sample['state']): Sample['state'] {
  return { ...state, facts: { ...facts, lease: { ...facts.lease, current: false } } };
}

describe('pods that a restored etcd brought back after the drain had ended', () => {
  const samples = everyState();

  for (const step of ['reboot-delay', 'announce', 'ask', 'fence'] as const) {
    it(`are drained anew before the fence (${step})`, () => {
      const { state } = samples.draining[step];
      for (const event of [told, leaseRead({ entry: {} }, '0')]) {
        const answer = transition(asks(state), event, moments.now);
        assert.match(outcomeWords(answer), /^draining\/evict \| (.* )?drain( .*)? \|/, event.on);
        assert.equal(answer.state.facts.announced, false);
      }
    });
  }

  it('are waited with for hooks that run', () => {
    const { state } = samples.draining['before-reboot'];
    const answer = transition(state, told, moments.now);
    assert.match(outcomeWords(answer), /^draining\/before-reboot /);
    const ended: Event = { on: 'hooks-ended', phase: 'before-reboot', end: { is: 'done' } };
    assert.match(outcomeWords(transition(answer.state, ended, moments.later(1))), /^draining\/evict \| (.* )?drain/);
  });

  it('are not rebooted over between fence and call: it backs out, or drains anew behind an earlier call', () => {
    const first = transition(samples.rebooting.call.state, told, moments.now);
    assert.match(outcomeWords(first), /^backing-out\/declare \| tell:backing-out /);
    assert.match(sentence(first.state), /pods that were gone may be back/);
    for (const step of ['call', 'ask', 'fence'] as const) {
      const state = raw(rebooting(step, { committed: true }), fenced);
      const answer = transition(asks(state), leaseRead(fenced, '0'), moments.now);
      assert.match(outcomeWords(answer), /^rebooting\/ask \| (.* )?drain( .*)? \|/, step);
    }
  });

  it('are none where what is told is newer, or was told before', () => {
    const { state } = samples.draining['reboot-delay'];
    const newer: Event = { on: 'node-read', result: { is: 'found', object: { ...before, resourceVersion: '900' } } };
    for (const event of [newer, leaseRead({ entry: {} }, '900')])
      assert.match(outcomeWords(transition(asks(state), event, moments.now)), /^draining\/reboot-delay /);
    const again = play(samples.draining['reboot-delay'], [told, 1], [{ on: 'drain-ended', end: { is: 'done' } }, 2]);
    assert.match(again.words, /^draining\/before-reboot /);
    const after = transition(again.state, told, moments.later(3));
    assert.match(outcomeWords(after), /^draining\/before-reboot /);
  });

  it('are left to the settings where a drain was given up', () => {
    const given = { progress: null, ended: { is: 'given-up' } } as const;
    const phase = samples.draining.announce.state.phase as Draining;
    const setting: Setting = {
      entry: {},
      cordoned: true,
      settings: { onDrainTimeout: 'reboot' },
      facts: { drain: given },
    };
    const state = raw({ ...phase, givenUp: samples.draining.announce.state.waits }, setting);
    assert.match(outcomeWords(transition(state, told, moments.now)), /^draining\/announce /);
  });
});
