import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Event } from '../../../src/core/phases/event.ts';
import type { Rebooting } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { sentence } from '../../../src/core/sentence.ts';
import { momentOf } from './every-event.ts';
import { everyState, fenced, rebooting } from './every-state.ts';
import { play } from './play.ts';
import { drained, moment, moments, type Sample, type Setting, sample } from './samples.ts';
import { outcomeWords, phaseWord } from './words.ts';

describe('a drain', () => {
  it('that does not end in time backs out and says what is left', () => {
    const { evict } = everyState().draining;
    const { words, state } = play(evict, ['drain-progress', 1], [{ on: 'time' }, 1_700_000]);
    assert.match(words, /^backing-out\/declare \| stop-drain tell:backing-out \| drain-timeout/);
    assert.equal(state.waits.details['left'], '1 pod left');
  });

  it('has no end of its own where the settings give none', () => {
    const { evict } = everyState().draining;
    const settings = { ...evict.state.facts.settings, drainTimeout: null };
    assert.match(play(evict, [{ on: 'settings', settings }, 1], [{ on: 'time' }, 9_000_000]).words, /^draining\/evict/);
  });
});

describe('a reboot that was asked for and does not come', () => {
  const after = (change: Partial<Rebooting>, method: 'logind' | 'command', look: string) => {
    const setting: Setting = {
      ...fenced,
      settings: { rebootMethod: method },
      facts: { ...fenced.facts, reboot: { reason: null, refused: false } },
    };
    const silent = sample(rebooting('asked', { deadline: moment - 1, ...change }), setting);
    return play(silent, [`shutdown ${look}`, 1]).words;
  };

  it('is given up only when it is certain that none will come: logind, asked afterwards, is at nothing', () => {
    const table: readonly (readonly [Partial<Rebooting>, 'logind' | 'command', string, RegExp])[] = [
      [{}, 'logind', 'none', /^rebooting\/take-back \| tell:reboot-refused lease:take-fence-back/],
      [{}, 'logind', 'unknown', /^rebooting\/ask \| tell:reboot-refused ask-permission|^rebooting\/fence/],
      [{}, 'logind', 'scheduled', /^rebooting\/(ask|fence)/],
      [{}, 'command', 'none', /^rebooting\/(ask|fence)/],
      [{ logindOnly: false }, 'logind', 'none', /^rebooting\/(ask|fence)/],
      [{}, 'logind', 'under way', /^rebooting\/asked \| \| shutdown-under-way/],
      [{}, 'command', 'under way', /^rebooting\/asked \| \| shutdown-under-way/],
    ];
    for (const [change, method, look, wanted] of table)
      assert.match(after(change, method, look), wanted, `${method} ${look}`);
  });

  it('was refused: certain, unless an earlier call of this claim was not', () => {
    const { asked } = everyState().rebooting;
    assert.match(play(asked, ['reboot refused', 1]).words, /^rebooting\/take-back/);
    const again = sample(rebooting('call', { committed: true }), fenced);
    assert.match(
      play(again, ['reboot refused', 1]).words,
      /^rebooting\/asked \| look-at-shutdown \| reboot-unanswered/,
    );
  });

  it('may still come, so a refusal right before the next call waits, and nothing is backed out', () => {
    const again = sample(rebooting('call', { committed: true }), {
      ...fenced,
      facts: { ...fenced.facts, permission: null },
    });
    assert.deepEqual([...again.pending.keys()], ['permission']);
    for (const answer of ['permission refused', 'permission unknown', 'permission need gone'])
      assert.match(play(again, [answer, 1]).words, /^rebooting\/call \| \|/, answer);
  });

  it('is looked at every five seconds while the machine goes down, so that people see what holds it up', () => {
    const held = { is: 'under-way', what: 'logind waits for delay inhibitors: kubelet (pid 7)' } as const;
    const look = (ms: number): [Event, number] => [{ on: 'shutdown', look: held, askedAt: moment + ms }, ms];
    const { asked } = everyState().rebooting;
    const accepted = play(asked, ['reboot accepted', 1]);
    assert.deepEqual(accepted.did, ['look-at-shutdown']);
    const { state, words } = play(asked, ['reboot accepted', 1], look(2));
    assert.equal(words, 'rebooting/asked | | shutdown-under-way');
    assert.match(sentence(state), /logind waits for delay inhibitors: kubelet \(pid 7\)/);
    const wait = transition(state, { on: 'time' }, moments.later(4_000));
    assert.equal(wait.wakeAt, moment + 5_002);
    assert.equal(outcomeWords(wait), 'rebooting/asked | | shutdown-under-way');
    const again = transition(state, { on: 'time' }, moments.later(5_002));
    assert.equal(outcomeWords(again), 'rebooting/asked | look-at-shutdown | shutdown-under-way');
  });

  it('by a command is not looked at: systemd knows nothing of it', () => {
    const byCommand = sample(rebooting('call'), { ...fenced, settings: { rebootMethod: 'command' } });
    assert.equal(play(byCommand, ['reboot accepted', 1]).words, 'rebooting/asked | | reboot-asked');
  });

  it('is not looked at while the call has no answer, and wakes nobody', () => {
    const { asked } = everyState().rebooting;
    const answer = transition(asked.state, { on: 'time' }, moments.later(700_000));
    assert.deepEqual([outcomeWords(answer), answer.wakeAt], ['rebooting/asked | | reboot-asked', null]);
  });

  it('is asked for again only by a process that has seen the pods gone', () => {
    const restarted = sample(rebooting('ask', { earlier: true }), { ...fenced, facts: {} });
    assert.deepEqual([...restarted.pending.keys()], ['drain']);
    assert.match(play(restarted, ['drain-ended done', 1]).words, /^rebooting\/fence \| lease:fence/);
    const failed = play(restarted, ['drain-ended failed', 1]);
    assert.match(failed.words, /^rebooting\/ask \| \| drain-failed/);
    const later = transition(failed.state, { on: 'time' }, moments.later(60_001));
    assert.match(outcomeWords(later), /^rebooting\/ask \| drain \|/);
  });

  it('needs a person when it cannot be asked for again within the deadline, whatever stands against it', () => {
    const ask = sample(rebooting('ask'), { ...fenced, facts: { drain: drained, permission: null } });
    const { words } = play(ask, ['permission need gone', 1], [{ on: 'time' }, 600_001]);
    assert.match(words, /^rebooting\/ask\/stuck \| .*tell:stuck lease:stuck \| reboot-uncertain/);
  });

  it('stops its drain when it needs a person, and when the claim is taken away', () => {
    const draining = sample(rebooting('ask', { earlier: true }), { ...fenced, facts: {} });
    assert.ok(play(draining, [{ on: 'time' }, 600_001]).did.includes('stop-drain'));
    assert.ok(play(draining, ['lease-watch claim gone', 1]).did.includes('stop-drain'));
  });

  it('counts fences and starts from zero after a retry', () => {
    const { stuck } = everyState().rebooting;
    const write = play(stuck, ['retry', 1]).effects.find((effect) => effect.do === 'write-lease');
    assert.ok(write?.do === 'write-lease');
    const [entry] = JSON.parse(write.object.metadata.annotations?.['kured-host/holders'] ?? '[]');
    assert.deepEqual([entry.attempt, entry.starts, entry.stuck], [0, 0, undefined]);
  });

  it('hears a request to release while stuck where it is certain that none will come, and nowhere else', () => {
    const { stuck, 'stuck-certain': certain } = everyState().rebooting;
    assert.match(
      play(certain, ['lease-watch release asked', 1]).words,
      /^rebooting\/take-back \| tell:unstuck lease:take-fence-back/,
    );
    assert.match(play(stuck, ['lease-watch release asked', 1]).words, /^rebooting\/ask\/stuck \| \|/);
  });
});

describe('every way of every phase that holds', () => {
  it('has a moment to be woken at, or a request under way', () => {
    for (const phase of ['draining', 'rebooting', 'verifying', 'restoring', 'backing-out'] as const) {
      for (const [way, held] of Object.entries<Sample>(everyState()[phase])) {
        assert.ok(held.wakeAt !== null || held.pending.size > 0, `${phase}/${way}`);
        assert.ok(held.wakeAt === null || momentOf(held, 'time due').mono > moment, phaseWord(held.state.phase));
      }
    }
  });
});
