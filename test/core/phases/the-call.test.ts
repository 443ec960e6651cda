import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { Facts } from '../../../src/core/phases/facts.ts';
import type { Rebooting } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import { sentence } from '../../../src/core/sentence.ts';
import { everyState, fenced, rebooting } from './every-state.ts';
import { play } from './play.ts';
import { drained, moment, moments, ownLease, ownNode, raw, type Setting, sample, settings } from './samples.ts';
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

describe('a call that came to nothing', () => {
  const silent = (change: Partial<Rebooting>, shutdown: Facts['shutdown'], outcome: string | null = null) =>
    decide(
      'asked',
      { deadline: moment, ...change },
      {},
      {
        shutdown,
        reboot: { reason: outcome === null ? null : reason('reboot-unanswered', { why: outcome }), refused: false },
      },
    );

  it('is judged by a look from after its deadline only', () => {
    const before = silent({}, { look: { is: 'none' }, askedAt: moment - 1 });
    assert.match(outcomeWords(before), /^rebooting\/asked \| look-at-shutdown \|/);
    const after = silent({}, { look: { is: 'none' }, askedAt: moment });
    assert.match(outcomeWords(after), /^rebooting\/take-back \| tell:reboot-refused lease:take-fence-back /);
    assert.match(sentence(after.state), /it was accepted and nothing happened/);
    const lost = silent({}, { look: { is: 'none' }, askedAt: moment }, 'the bus was closed');
    assert.match(sentence(lost.state), /no answer came \(the bus was closed\)/);
  });

  it('has more time as long as systemd is at it: five seconds at a time', () => {
    const under = silent({}, { look: { is: 'under-way', what: 'reboot' }, askedAt: moment });
    assert.equal(outcomeWords(under), 'rebooting/asked | | shutdown-under-way');
    assert.equal(under.wakeAt, moment + 5_000);
  });

  it('and is uncertain has its whole deadline again to be asked for', () => {
    const { state } = silent({ logindOnly: false }, { look: { is: 'none' }, askedAt: moment });
    assert.ok(state.phase.name === 'rebooting');
    assert.equal(state.phase.deadline, moment + 600_000);
  });

  it('says why logind refused it, in its words or in the ones that were given', () => {
    const why = (given: ReturnType<typeof reason> | null) =>
      sentence(decide('asked', {}, {}, { reboot: { reason: given, refused: true } }).state);
    assert.match(why(reason('reboot-refused', { why: 'access denied' })), /access denied/);
    assert.match(why(blocked), /the window/);
    assert.match(why(null), /no reason given/);
  });

  it('is tried again with distance, which grows with each', () => {
    for (const [attempt, least, most] of [
      [1, 5_000, 10_000],
      [2, 10_000, 20_000],
    ] as const) {
      const entry = { ...fenced.entry, phase: 'draining', attempt } as const;
      const back = decide('take-back', { outcome: blocked, attempt }, { entry });
      assert.ok(back.state.phase.name === 'draining', outcomeWords(back));
      const distance = back.state.phase.fenceNotBefore - moment;
      assert.ok(distance >= least && distance <= most, `${attempt}: ${distance}`);
      assert.equal(back.state.facts.announced, false);
    }
  });

  it('is told by a later process as the entry has it, in the same words', () => {
    const spent = (stuck: object, outcome: Rebooting['outcome'] = null) =>
      sentence(decide('take-back', { outcome }, { entry: { ...fenced.entry, attempt: 3, ...stuck } }).state);
    const before = spent({}, blocked);
    assert.match(
      before,
      /^stuck, needs a person: the reboot was asked for 3 time\(s\) .*: blocked by the window: closed$/,
    );
    const stuck = before.replace('stuck, needs a person: ', '');
    assert.equal(spent({ stuck }), before);
    assert.equal(spent({ stuck }, reason('reboot-silent', { why: 'x' })), before, 'the entry knows more of the call');
    assert.match(spent({ stuck: 'so it\nwas' }), /same boot ID: so it\\nwas$/);
    assert.match(spent({}), /same boot ID: nobody knows what came of the call$/);
  });

  it('is not called an accepted one by a process that did not make it', () => {
    const look = { shutdown: { look: { is: 'none' }, askedAt: moment }, reboot: null } as const;
    const later = decide('asked', { deadline: moment, logindOnly: false }, {}, look);
    assert.match(sentence(later.state), /did not come: nobody knows what came of the call$/);
  });

  it('waits with a drain that could not go on for a minute', () => {
    const failed = { progress: null, ended: { is: 'failed', reason: blocked } } as const;
    const answer = decide('ask', {}, {}, { drain: failed });
    assert.equal(answer.wakeAt, moment + 60_000);
    assert.match(outcomeWords(answer), /^rebooting\/ask \| \| blocked/);
  });

  it('is asked for again by nobody who only observes, and nothing is drained for it, with a Lease that cannot be read too', () => {
    for (const unreadable of [false, true]) {
      const observes = { unreadable, settings: { observe: true } };
      const answer = decide('ask', { deadline: moment + 60_000 }, observes, { drain: { progress: null, ended: null } });
      assert.equal(outcomeWords(answer), 'rebooting/ask | | observing');
    }
  });

  it('is asked for again ten seconds after permission was refused', () => {
    const answer = decide('ask', {}, {}, { drain: drained, permission: { ...refused, askedAt: moment - 3_000 } });
    assert.equal(outcomeWords(answer), 'rebooting/ask | | blocked');
    assert.equal(answer.wakeAt, moment + 7_001);
  });

  it('is said to be able to come yet, whatever another one waits for, until it is certain that it does not', () => {
    const may = /^rebooting \(the reboot asked for may still come\): /;
    const known = { drain: drained, permission: refused };
    for (const step of ['ask', 'fence', 'call'] as const) {
      const said = sentence(decide(step, { committed: true }, {}, known).state);
      assert.match(said, may, step);
      assert.match(said, /the window/, step);
    }
    assert.doesNotMatch(sentence(decide('take-back', { committed: true }, {}, known).state), may);
    assert.doesNotMatch(sentence(decide('call', { committed: false }).state), may);
  });

  it('is asked for again by a person with a whole deadline, from where it stood', () => {
    const stuck = { reason: blocked, at: moment - 1 };
    const retried = { retried: moments.now, permission: null, drain: drained };
    for (const [step, words] of [
      ['take-back', /^rebooting\/take-back \| tell:unstuck lease:take-fence-back/],
      ['fence', /^rebooting\/ask \| tell:unstuck ask-permission/],
    ] as const) {
      const answer = decide(step, { stuck, deadline: 0 }, { entry: { ...fenced.entry, attempt: 0 } }, retried);
      assert.match(outcomeWords(answer), words, step);
      if (answer.state.phase.name === 'rebooting') assert.equal(answer.state.phase.deadline, moment + 600_000);
    }
    assert.match(outcomeWords(decide('ask', { stuck: { ...stuck, at: moment } }, {}, retried)), /stuck/);
  });
});

describe('a restore', () => {
  it('is known by the random value that was sent first, however often is looked meanwhile', () => {
    const { patch } = everyState().restoring;
    const nonce = patch.state.phase.name === 'restoring' && patch.state.phase.nonce;
    assert.ok(nonce);
    const later = play(patch, [{ on: 'time' }, 1_000]);
    assert.equal(later.state.phase.name === 'restoring' && later.state.phase.nonce, nonce);
  });
});
