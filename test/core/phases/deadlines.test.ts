import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRecord, writeRecord } from '../../../src/core/lease/format.ts';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { LeaseRecord } from '../../../src/core/lease/record.ts';
import { pause } from '../../../src/core/lease/release.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { Rebooting } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import { sentence } from '../../../src/core/sentence.ts';
import { momentOf } from './every-event.ts';
import { everyState, fenced, rebooting } from './every-state.ts';
import { play } from './play.ts';
import { drained, moment, moments, need, type Sample, type Setting, sample } from './samples.ts';
import { outcomeWords, phaseWord } from './words.ts';

const blocked = reason('blocked', { source: 'the window', why: 'closed' });
const permission = (is: 'allowed' | 'refused' | 'passing', askedAt: number): Event => ({
  on: 'permission',
  answer: is === 'allowed' ? { is } : { is: 'refused', reasons: [blocked], passing: is === 'passing' },
  need: { is: 'yes', value: need },
  askedAt,
});

describe('permission at the fence', () => {
  const { fence } = everyState().draining;

  it('is asked again when the fence took over ten seconds, and the call waits for the answer', () => {
    const late = play(fence, [{ on: 'time' }, 10_000], ['lease-written written', 10_500]);
    assert.ok(late.did.includes('ask-permission') && !late.did.includes('reboot'), late.words);
    assert.deepEqual(late.state.phase.name, 'draining');
    const { node, lease } = late.state.facts;
    assert.ok(node.seen.is === 'node' && lease.seen.is === 'lease');
    const told: Event = { on: 'node-read', result: { is: 'found', object: node.seen.node } };
    const found = { is: 'found', object: lease.seen.object } as const;
    const stands: Event = { on: 'lease-read', lease: lease.ref, consistency: 'consistent', result: found };
    const answers = [
      [permission('allowed', moment + 10_000), 10_600],
      [told, 10_700],
      [stands, 10_800],
    ] as const;
    const begun = [[{ on: 'time' }, 10_000] as const, ['lease-written written', 10_500] as const];
    assert.ok(play(fence, ...begun, ...answers).did.includes('reboot'));
    for (const one of answers) {
      const others = answers.filter((answer) => answer !== one);
      assert.ok(!play(fence, ...begun, ...others).did.includes('reboot'), 'all three are asked anew');
    }
  });

  it('that turned meanwhile backs out: no reboot was asked for', () => {
    const { words, did } = play(
      fence,
      [{ on: 'time' }, 10_000],
      ['lease-written written', 10_500],
      [permission('refused', moment + 10_000), 10_600],
    );
    assert.match(words, /^backing-out\/declare \| tell:backing-out lease:back-out/);
    assert.ok(!did.includes('reboot'));
  });

  it('is worth nothing once the Lease shows the fence no more, or another process wrote it', () => {
    for (const entry of [{ phase: 'draining' }, { by: 'by-another' }] as const) {
      const gone = { ...fenced, entry: { ...fenced.entry, ...entry } };
      assert.equal(phaseWord(sample(rebooting('call'), gone).state.phase), 'recovering/look');
      const again = sample(rebooting('call', { committed: true }), gone);
      assert.ok(!again.pending.has('reboot'), phaseWord(again.state.phase));
    }
  });

  it('of nine seconds is good', () => {
    assert.ok(play(fence, ['lease-written written', 8_900]).did.includes('reboot'));
  });

  it('does not help against a pause that came behind the fence, before its answer', () => {
    const write = fence.pending.get('lease');
    assert.ok(write?.do === 'write-lease');
    const metadata = { ...write.object.metadata, resourceVersion: '9' };
    const record = { ...write.object, metadata };
    const paused = writeRecord(record, pause(recordOf(fence, write.object), 'maintenance'), moments.now);
    const lease = fence.state.facts.lease.ref;
    const { did, words } = play(
      fence,
      [{ on: 'lease-watch', lease, told: { is: 'changed', object: paused } }, 1],
      ['lease-written written', 2],
    );
    assert.ok(!did.includes('reboot'), words);
    assert.match(words, /^backing-out/);
  });
});

describe('what refuses in passing', () => {
  const { permit, evict, ask, fence } = everyState().draining;
  const since = moment + 10_000;

  it('ends no drain, and is waited for before the cordon and before the fence', () => {
    for (const [from, stays] of [
      [permit, 'draining/permit'],
      [evict, 'draining/evict'],
      [ask, 'draining/ask'],
      [fence, 'draining/ask'],
    ] as const) {
      const { state, did } = play(from, [permission('passing', since), 10_100]);
      assert.equal(phaseWord(state.phase), stays);
      assert.ok(!did.includes('reboot') && !did.includes('stop-drain'), stays);
    }
  });

  it('is waited for five minutes, and then backed out from', () => {
    for (const from of [permit, ask]) {
      const waits = [permission('passing', since), 10_100] as const;
      const asked = [{ on: 'time' } as const, 309_900] as const;
      const { state, did } = play(from, waits, asked, [permission('passing', moment + 309_900), 310_000]);
      assert.equal(state.phase.name, 'draining');
      assert.ok(did.includes('ask-permission'));
      const over = play(from, waits, asked, [permission('passing', moment + 309_900), 310_200]);
      assert.equal(phaseWord(over.state.phase), 'backing-out/declare');
    }
  });

  it('is counted anew after it was allowed', () => {
    const { state } = play(
      fence,
      [permission('passing', since), 10_100],
      [permission('allowed', moment + 200_000), 200_100],
      [permission('passing', moment + 205_000), 205_100],
      [permission('passing', moment + 400_000), 400_100],
    );
    assert.equal(phaseWord(state.phase), 'draining/ask');
  });

  it('says what is waited for, while it is asked again as well', () => {
    const { state } = play(ask, [permission('passing', since), 10_100], [{ on: 'time' }, 71_000]);
    assert.equal(state.waits.code, 'blocked');
  });
});

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

function recordOf(of: Sample, object: LeaseObject): LeaseRecord {
  const reading = readRecord(object);
  assert.ok(reading.readable, phaseWord(of.state.phase));
  return reading.record;
}
