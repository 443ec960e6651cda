import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LeaseRecord } from '../../../src/core/lease/record.ts';
import { reason, reasonSentence } from '../../../src/core/reasons.ts';
import { sentence } from '../../../src/core/sentence.ts';
import { conditionOf, statusOf } from '../../../src/core/status.ts';
import { holder, waiting } from '../lease/samples.ts';
import { afterBoot, everyState, fenced } from './every-state.ts';
import { play } from './play.ts';
import { busyPool, claim, moment, moments, type Sample, type Setting, sample, settings } from './samples.ts';

const observes = { observe: true };
const switched = { on: 'settings', settings: { ...settings, observe: true } } as const;

const needed = { is: 'yes', value: { fingerprint: 'file:1', source: 'a', reasons: [], older: false } } as const;

/** A node that observes and needs a reboot, with that in the Lease, after its poll. */
function seen(record: Partial<LeaseRecord>, of: Setting = {}): Sample {
  const polled = { name: 'waiting', poll: 'due', notBefore: moment + 45_000, observes: true } as const;
  return sample(polled, { settings: observes, record, stale: true, ...of });
}

describe('a node that only observes says what would come now', () => {
  const rows: readonly (readonly [what: string, from: Sample, says: RegExp])[] = [
    ['a free pool', seen({}), /^observes only: reboot needed: it would claim kured-host\/kured-host now, drain/],
    ['a busy pool', seen({ holders: [holder('n2')] }), /turn would still have to come: waiting for n2, draining since/],
    [
      'a queue',
      seen({ ...busyPool, queue: [waiting('q1')] }),
      /come: place 2 of 2 in the queue of kured-host\/kured-host; w/,
    ],
    ['a paused pool', seen({ paused: 'an upgrade' }), /come: the pool is paused: an upgrade$/],
    [
      'a full queue',
      seen({ queue: Array.from({ length: 32 }, (_, place) => waiting(`q${place}`)) }),
      /come: the queue of kured-host\/kured-host is full \(32 nodes\)/,
    ],
    ['a Lease of a newer version', seen({}, { unreadable: true }), /come: the Lease .* cannot be understood/],
    [
      'a closed window',
      seen({}, { facts: { permission: refused(), need: needed } }),
      /^observes only: reboot needed: blocked by the window: closed$/,
    ],
    [
      'no need',
      sample({ name: 'idle' }, { settings: observes, facts: { need: { is: 'no' } } }),
      /^observes only: no reboot/,
    ],
  ];
  for (const [what, { state }, says] of rows)
    it(what, () => {
      assert.match(sentence(state), says);
      const { message, status } = conditionOf(state, moments.now);
      assert.match(message, /^observes only: /);
      assert.equal(status, what === 'no need' ? 'False' : 'True');
      assert.equal(statusOf(state, moments.now).observes, true);
    });

  it('and by the answer of the sources, what permission there is', () => {
    const { permission } = statusOf(seen({}).state, moments.now);
    assert.equal(permission.answer, 'allowed');
  });
});

describe('a node that only observes', () => {
  it('polls the Lease once a minute and neither follows nor writes it', () => {
    const { did, words } = play(seen({}), [{ on: 'time' }, 45_001]);
    assert.deepEqual(did, ['read-lease']);
    assert.equal(words, 'waiting/asked | poll-lease | would-reboot');
  });

  it('looks again when a cache shows an entry of its own', () => {
    const polled = { name: 'waiting', poll: 'due', notBefore: 0, observes: true } as const;
    const from = sample(polled, { settings: observes, entry: {}, stale: true });
    const { seen: shown, ref: lease } = from.state.facts.lease;
    assert.ok(shown.is === 'lease');
    const result = { is: 'found', object: shown.object } as const;
    const { words } = play(from, [{ on: 'lease-read', lease, consistency: 'any', result }, 10]);
    assert.equal(words, 'waiting/due | read-lease | would-wait');
  });

  it('claims as soon as its mode allows it', () => {
    const { did } = play(seen({}), [{ on: 'settings', settings }, 10]);
    assert.deepEqual(did, ['follow-lease']);
  });
});

describe('a switch to observe', () => {
  it('takes an empty back-out for no failure: the next claim has no distance to keep', () => {
    const cause = reason('observing');
    const from = sample(
      { name: 'backing-out', claim, cause, step: 'release', nonce: null },
      { settings: observes, entry: { phase: 'backing-out' } },
    );
    const { state } = play(from, ['lease-written written', 10]);
    assert.equal(state.phase.name, 'waiting');
    assert.equal(state.facts.backOff, null);
  });

  it('does not take back a reboot that was asked for', () => {
    const asked = sample(rebooting('asked', true), fenced);
    assert.equal(play(asked, [switched, 10]).words, 'rebooting/asked | | reboot-asked');
  });

  it('between fence and call asks for no reboot', () => {
    const from = sample(rebooting('call', false), { ...fenced, settings: observes });
    assert.equal(from.state.phase.name, 'backing-out');
    assert.deepEqual([...from.pending.keys()], ['lease']);
  });

  it('goes on proving a reboot, uncordons and releases', () => {
    const from = sample(
      { name: 'restoring', claim, handled: '{}', rebooted: true, nonce: null, restored: false, releaseAt: null },
      { ...afterBoot, settings: observes },
    );
    assert.deepEqual(
      [...from.pending.values()].map(({ do: what }) => what),
      ['patch-node'],
    );
  });

  it('gives back a claim that is stuck, where it is certain that no reboot will come, and no other', () => {
    const { 'stuck-certain': certain, stuck } = everyState().rebooting;
    assert.match(play(certain, [switched, 10]).words, /^rebooting\/take-back \| tell:unstuck lease:take-fence-back/);
    const entry = { ...fenced.entry, attempt: 3, stuck: 'why' };
    const taken = sample(certain.state.phase, { ...fenced, entry, settings: observes });
    assert.match(play(taken, ['lease-written written', 20]).words, /^backing-out/);
    assert.equal(play(stuck, [switched, 10]).state.phase.name, 'rebooting');
  });

  it('names the mode, and how to change it', () => {
    assert.equal(reasonSentence(reason('observing')), 'this node only observes (mode: observe)');
  });
});

function refused() {
  const blocked = reason('blocked', { source: 'the window', why: 'closed' });
  return { answer: { is: 'refused', reasons: [blocked] }, askedAt: moment - 1_000 } as const;
}

function rebooting(step: 'asked' | 'call', committed: boolean) {
  return {
    name: 'rebooting',
    claim,
    step,
    attempt: 1,
    fence: null,
    committed,
    earlier: false,
    logindOnly: true,
    deadline: moment + 600_000,
    askNotBefore: 0,
    outcome: null,
    stuck: null,
  } as const;
}
