import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Facts } from '../../../src/core/phases/facts.ts';
import type { Rebooting } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import { sentence } from '../../../src/core/sentence.ts';
import { fenced, rebooting } from './every-state.ts';
import { drained, moment, moments, raw, type Setting } from './samples.ts';
import { outcomeWords } from './words.ts';

const blocked = reason('blocked', { source: 'the window', why: 'closed' });
const refused: Facts['permission'] = { answer: { is: 'refused', reasons: [blocked] }, askedAt: moment };

function decide(step: Rebooting['step'], change: Partial<Rebooting>, of: Setting = {}, facts: Partial<Facts> = {}) {
  const setting = { ...fenced, ...of, facts: { ...fenced.facts, ...facts } };
  return transition(raw(rebooting(step, change), setting), { on: 'time' }, moments.now);
}

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
