import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { Facts } from '../../../src/core/phases/facts.ts';
import type { Rebooting } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import { sentence } from '../../../src/core/sentence.ts';
import { fenced, rebooting } from './every-state.ts';
import { play } from './play.ts';
import { moment, moments, ownLease, ownNode, raw, type Setting, sample, settings } from './samples.ts';
import { outcomeWords } from './words.ts';

const blocked = reason('blocked', { source: 'the window', why: 'closed' });
const refused: Facts['permission'] = { answer: { is: 'refused', reasons: [blocked] }, askedAt: moment };

function decide(step: Rebooting['step'], change: Partial<Rebooting>, of: Setting = {}, facts: Partial<Facts> = {}) {
  const setting = { ...fenced, ...of, facts: { ...fenced.facts, ...facts } };
  return transition(raw(rebooting(step, change), setting), { on: 'time' }, moments.now);
}

describe('the call of the reboot', () => {
  it('says what it is for', () => {
    const [call] = decide('call', {}).effects.filter((effect) => effect.do === 'reboot');
    assert.deepEqual(call?.do === 'reboot' && call.reasons, ['linux-image']);
  });

  it('is held back from the moment on when permission, or the look at the Node or the Lease, is ten seconds old', () => {
    const { facts } = raw(rebooting('call'), fenced);
    for (const [permission, node, lease] of [
      [4_000, 1_000, 1_000],
      [1_000, 4_000, 1_000],
      [1_000, 1_000, 4_000],
    ] as const) {
      const { effects } = decide(
        'call',
        {},
        {},
        {
          permission: facts.permission && { ...facts.permission, askedAt: moment - permission },
          node: { ...facts.node, knownAt: moment - node },
          lease: { ...facts.lease, knownAt: moment - lease },
        },
      );
      const call = effects.find((effect) => effect.do === 'reboot');
      assert.equal(call?.before, moment + 6_000);
    }
  });

  it('is not made once more while permission is refused, and nothing backs out: the first may still come', () => {
    const again = decide('call', { committed: true }, {}, { permission: refused });
    assert.equal(outcomeWords(again), 'rebooting/call | | blocked');
    assert.equal(again.wakeAt, moment + 10_000);
    const first = decide('call', { committed: false }, {}, { permission: refused });
    assert.match(outcomeWords(first), /^backing-out\/declare \| tell:backing-out /);
  });

  it('that is kept back behind an earlier one needs a person at the deadline, whatever keeps it back', () => {
    const late = { committed: true, deadline: moment };
    const refusedCall = decide('call', late, {}, { permission: refused });
    assert.match(outcomeWords(refusedCall), /^rebooting\/call\/stuck \| tell:stuck lease:stuck \| reboot-uncertain$/);
    const asked = decide('call', late, { record: { release: 'n1' } });
    assert.match(outcomeWords(asked), /^rebooting\/call\/stuck \| tell:stuck lease:stuck \| reboot-uncertain$/);
    const unreadable = decide('call', late, { unreadable: true });
    assert.equal(outcomeWords(unreadable), 'rebooting/call/stuck | tell:stuck | reboot-uncertain');
    const soon = decide('call', { committed: true, deadline: moment + 4_000 }, {}, { permission: refused });
    assert.deepEqual([outcomeWords(soon), soon.wakeAt], ['rebooting/call | | blocked', moment + 4_000]);
  });

  it('behind a fence that took longer than the deadline is made all the same when it is permitted', () => {
    assert.ok(decide('call', { committed: true, deadline: moment }).effects.some((effect) => effect.do === 'reboot'));
  });

  it('is not made by what a Lease says that cannot be read', () => {
    const again = decide('call', { committed: true, deadline: moment + 60_001 }, { unreadable: true });
    assert.equal(outcomeWords(again), 'rebooting/call | | lease-unreadable');
    assert.equal(again.wakeAt, moment + 60_000);
  });

  it('that was made once is fenced anew when the Lease no longer shows its fence; one that was not asks what is true', () => {
    const gone = { entry: { ...fenced.entry, by: 'by-another' } };
    assert.match(outcomeWords(decide('call', { committed: true }, gone)), /^rebooting\/fence \| lease:fence/);
    assert.match(outcomeWords(decide('call', { committed: false }, gone)), /^recovering\/look /);
  });

  it('is not made before the Node is known, as when the fence had to be read back', () => {
    const { facts } = raw(rebooting('call'), fenced);
    const unknown = { node: { ...facts.node, current: false } };
    assert.equal(outcomeWords(decide('call', {}, {}, unknown)), 'rebooting/call | read-node | starting');
    const problem = reason('api-unavailable', { server: 's', why: 'w' });
    const away = decide(
      'call',
      {},
      {},
      { node: { ...facts.node, current: false, problem, notBefore: moment + 7_000 } },
    );
    assert.equal(outcomeWords(away), 'rebooting/call | | api-unavailable');
    assert.equal(away.wakeAt, moment + 7_000);
  });

  it('is not made where the Node was deleted behind the fence, as the drain backs out for it; behind an earlier one it is', () => {
    const { facts } = raw(rebooting('call'), fenced);
    const gone = { node: { ...facts.node, seen: { is: 'gone' } } } as const;
    const first = decide('call', { committed: false }, {}, gone);
    assert.match(outcomeWords(first), /^backing-out\/declare \| tell:backing-out lease:back-out /);
    assert.ok(decide('call', { committed: true }, {}, gone).effects.some((effect) => effect.do === 'reboot'));
  });

  it('is not made over pods that may have come since a person uncordoned: it backs out, or drains anew behind an earlier call', () => {
    const open = { cordoned: true, node: { unschedulable: false } };
    const first = decide('call', { committed: false }, open);
    assert.match(outcomeWords(first), /^backing-out\/declare \| tell:backing-out lease:back-out /);
    const again = decide('call', { committed: true, deadline: moment + 60_000 }, open);
    assert.match(outcomeWords(again), /^rebooting\/ask \| .*\| uncordoned$/);
    assert.ok(again.effects.every((effect) => effect.do !== 'reboot'));
  });

  it('is not made where the answer shows an older state than a watch that has been silent since: the past was restored', () => {
    const { facts } = raw(rebooting('call'), fenced);
    const silent = { ...fenced, facts: { ...fenced.facts, node: { ...facts.node, knownAt: moment - 20_000 } } };
    const asks = sample(rebooting('call'), silent);
    assert.deepEqual([...asks.pending.keys()], ['node']);
    const open: Event = {
      on: 'node-read',
      result: { is: 'found', object: ownNode({ node: { resourceVersion: '7' } }) },
    };
    assert.match(
      play(asks, [open, 1]).words,
      /^backing-out\/declare \| tell:backing-out lease:back-out \| backing-out$/,
    );
    const told: Event = {
      on: 'node-watch',
      told: { is: 'changed', object: ownNode({ cordoned: true, node: { resourceVersion: '51' } }) },
    };
    assert.match(play(asks, [told, 1], [open, 2]).words, /^rebooting\/asked \| /);
  });

  it('is not made before the Lease is known by an answer of the last ten seconds: a watch that is broken or silent hides a pause', () => {
    const { facts } = raw(rebooting('call'), fenced);
    for (const change of [
      { current: false, watch: 'broken' },
      { contradicted: true, current: false },
    ] as const) {
      const unknown = { lease: { ...facts.lease, ...change } };
      assert.match(outcomeWords(decide('call', {}, {}, unknown)), /^rebooting\/call \| read-lease \|/);
      assert.match(outcomeWords(decide('call', { committed: true }, {}, unknown)), /^rebooting\/call \| read-lease \|/);
    }
    const silent = { ...fenced, facts: { ...fenced.facts, lease: { ...facts.lease, knownAt: moment - 10_001 } } };
    const asks = sample(rebooting('call'), silent);
    assert.deepEqual([...asks.pending.keys()], ['lease']);
    const shows = (resourceVersion: string, paused: string | null): LeaseObject => {
      const object = ownLease({ ...fenced, record: { paused } });
      return { ...object, metadata: { ...object.metadata, resourceVersion } };
    };
    const { lease } = settings;
    const read = (object: LeaseObject): Event => ({
      on: 'lease-read',
      lease,
      consistency: 'consistent',
      result: { is: 'found', object },
    });
    const backsOut = /^backing-out\/declare \| tell:backing-out lease:back-out \| backing-out$/;
    assert.match(play(asks, [read(shows('9', 'a freeze')), 1]).words, backsOut);
    // What the past was before a restored etcd is believed, too; what the watch tells while the answer is on its way is newer.
    assert.match(play(asks, [read(shows('0', 'a freeze')), 1]).words, backsOut);
    const told: Event = { on: 'lease-watch', lease, told: { is: 'changed', object: shows('9', 'a freeze') } };
    assert.match(play(asks, [told, 1], [read(shows('8', null)), 2]).words, /^backing-out\/declare \| lease:back-out /);
    assert.match(play(asks, [read(shows('9', null)), 1]).words, /^rebooting\/asked \| /);
  });

  it('asks for the Lease beside permission where what is known of it is half as old as it may be', () => {
    const { facts } = raw(rebooting('call'), fenced);
    const asks = (age: number) =>
      outcomeWords(decide('call', {}, {}, { permission: null, lease: { ...facts.lease, knownAt: moment - age } }));
    assert.equal(asks(5_000), 'rebooting/call | ask-permission | asking-permission');
    assert.equal(asks(5_001), 'rebooting/call | ask-permission read-lease | asking-permission');
  });

  it('has its whole deadline, and is told with it', () => {
    const { state, wakeAt } = decide('call', { deadline: 0 });
    assert.deepEqual(
      [state.phase.name === 'rebooting' && state.phase.deadline, wakeAt],
      [moment + 600_000, moment + 600_000],
    );
    assert.match(sentence(state), /03:19:47Z/);
  });
});
