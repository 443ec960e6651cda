import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HookPhase } from '../../../src/core/hooks.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { State } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reason, reasonRemedy, reasonSentence } from '../../../src/core/reasons.ts';
import { sentence } from '../../../src/core/sentence.ts';
import { everyState } from './every-state.ts';
import { play } from './play.ts';
import { moment, moments, need, type Sample, settings } from './samples.ts';
import { outcomeWords } from './words.ts';

const because = reason('hook-failed', { hook: '/etc/kured-host/hooks/x.d/10-raid', why: 'it ended with exit code 1' });
const ended = (phase: HookPhase, is: 'done' | 'failed'): Event => ({
  on: 'hooks-ended',
  phase,
  end: is === 'done' ? { is } : { is, reason: because },
});
const time: Event = { on: 'time' };
const minute = 60_000;

describe('hooks before the drain and before the reboot', () => {
  const { draining } = everyState();

  it('get the node, the claim and what asks for the reboot', () => {
    for (const phase of ['before-drain', 'before-reboot'] as const) {
      const run = draining[phase].pending.get('hooks');
      assert.ok(run?.do === 'run-hooks');
      assert.deepEqual(run.call, { phase, node: 'n1', run: 'claim-n1', reasons: ['linux-image'] });
    }
  });

  it('that fail give the claim back, and say why until it is tried again, with growing distance', () => {
    let distance = 0;
    for (const failures of [0, 1, 2, 3]) {
      const backOff = failures === 0 ? null : { failures, until: 0, why: because };
      const from = withFacts(draining['before-drain'], { backOff });
      const failed = play(from, [ended('before-drain', 'failed'), 1]);
      assert.deepEqual(
        failed.did.filter((what) => what !== 'tell'),
        ['write-lease'],
      );
      const waits = backedOut(failed.state);
      assert.equal(waits.phase.name, 'waiting');
      assert.match(
        sentence(waits),
        /reboot needed: tries again at .*, because the last try ended: the hook .*10-raid failed: it ended with exit code 1$/,
      );
      assert.equal(reasonRemedy(waits.waits), reasonRemedy(because));
      const until = waits.facts.backOff?.until ?? 0;
      assert.ok(until > distance, `${until} after ${distance}`);
      distance = until;
    }
  });

  it('that take longer than permission is good for are followed by the question, and not by themselves', () => {
    const long = play(draining['before-drain'], [ended('before-drain', 'done'), 11_000]);
    assert.match(long.words, /^draining\/permit \| ask-permission/);
    const permission = (is: 'allowed' | 'refused', passing: boolean): Event => ({
      on: 'permission',
      answer: is === 'allowed' ? { is } : { is, passing, reasons: [reason('blocked', { source: 'x', why: 'y' })] },
      need: { is: 'yes', value: need },
      askedAt: moment + 11_000,
    });
    const then = (event: Event) => outcomeWords(transition(long.state, event, moments.later(11_100)));
    assert.match(then(permission('allowed', false)), /^draining\/cordon \| node:cordon/);
    assert.match(then(permission('refused', false)), /^backing-out/);
    assert.match(then(permission('refused', true)), /^draining\/permit \| \| blocked/);
    assert.match(play(draining['before-drain'], [ended('before-drain', 'done'), 9_000]).words, /^draining\/cordon/);
  });

  it('are not part of the time that the drain may take', () => {
    const timeout = settings.drainTimeout ?? 0;
    const long = play(draining['before-drain'], [time, 10 * timeout]);
    assert.match(long.words, /^draining\/before-drain/);
    const cordons = play(draining['before-drain'], [ended('before-drain', 'done'), 10 * timeout]);
    assert.match(cordons.words, /^draining\/permit/);
    // The sample had drained for 100 s before.
    const left = timeout - 100_000;
    assert.match(outcomeWords(transition(cordons.state, time, moments.later(10 * timeout + left - 1))), /^draining/);
    assert.match(outcomeWords(transition(cordons.state, time, moments.later(10 * timeout + left))), /^backing-out/);
  });

  it('are ended when the drain ends early, and the claim is given back only after that', () => {
    const stopped = play(draining['before-reboot'], [{ on: 'stop', meaning: 'stop' }, 1]);
    assert.deepEqual(stopped.did, ['stop-hooks', 'tell']);
    const given = transition(
      stopped.state,
      { on: 'hooks-ended', phase: 'before-reboot', end: { is: 'stopped' } },
      moments.later(2),
    );
    assert.match(outcomeWords(given), /^backing-out\/declare \| lease:back-out/);
  });

  it('go on by themselves while the service is restarted', () => {
    for (const meaning of ['restart', 'shutdown', 'unknown'] as const) {
      const { did } = play(draining['before-drain'], [{ on: 'stop', meaning }, 1]);
      assert.ok(did.includes('exit') && !did.includes('stop-hooks'), `${did}`);
    }
  });

  it('of one phase do not count for another', () => {
    const { words } = play(draining['before-reboot'], [ended('before-drain', 'done'), 1]);
    assert.match(words, /^draining\/before-reboot \| run-hooks/);
  });
});

describe('hooks after the boot', () => {
  const { hooks } = everyState().verifying;

  it('are run for this boot, when its kubelet has reported and not before', () => {
    const run = hooks.pending.get('hooks');
    assert.ok(run?.do === 'run-hooks');
    assert.deepEqual(run.call, { phase: 'after-boot', node: 'n1', run: 'boot-n1/0', reasons: ['linux-image'] });
    assert.equal(everyState().verifying.wait.pending.size, 0);
  });

  it('that fail keep the node as it is and are run again, with growing distance up to five minutes', () => {
    let state = play(hooks, [ended('after-boot', 'failed'), 1]).state;
    let at = 1;
    const distances: number[] = [];
    for (let times = 1; times < 9; times += 1) {
      assert.deepEqual([state.phase.name, state.waits.code], ['verifying', 'hook-failed']);
      const due = state.phase.name === 'verifying' ? (state.phase.failed?.notBefore ?? 0) - moment : 0;
      distances.push(due - at);
      assert.ok(!did(transition(state, time, moments.later(due - 1))).includes('run-hooks'));
      const again = transition(state, time, moments.later(due));
      assert.ok(did(again).includes('run-hooks'), outcomeWords(again));
      at = due + 1;
      state = transition(again.state, ended('after-boot', 'failed'), moments.later(at)).state;
    }
    const [first = 0, last = 0] = [distances[0], distances.at(-1)];
    assert.ok(first >= 5_000 && first <= 10_000, `${first}`);
    assert.ok(last >= 150_000 && last <= 300_000, `${last}`);
  });

  it('that fail until the time for the verification is over need a person: in the Lease, the sentence, and told once', () => {
    const failed = play(hooks, [ended('after-boot', 'failed'), 1]).state;
    const late = transition(failed, time, moments.later(settings.verificationTimeout));
    assert.deepEqual(
      did(late).filter((what) => what === 'tell' || what === 'write-lease'),
      ['tell', 'write-lease'],
    );
    assert.equal(sentence(late.state), `stuck, needs a person: ${reasonSentence(because)}`);
    const write = late.effects.find((effect) => effect.do === 'write-lease');
    assert.ok(write?.do === 'write-lease' && write.purpose === 'stuck');
    const [entry] = JSON.parse(write.object.metadata.annotations?.['kured-host/holders'] ?? '[]');
    assert.equal(entry.stuck, reasonSentence(because));
  });

  it('are given their own time the first time, whatever the kubelet took of the time for the verification', () => {
    const late = play(hooks, [time, settings.verificationTimeout + minute]);
    assert.match(late.words, /^verifying \| \| hooks-beginning/);
    assert.match(
      play(hooks, [ended('after-boot', 'failed'), settings.verificationTimeout + minute]).words,
      /^verifying\/stuck \| tell:stuck/,
    );
    assert.match(play(hooks, [ended('after-boot', 'done'), settings.verificationTimeout + minute]).words, /^restoring/);
  });

  it('are why a node is stuck that was stuck for another reason before', () => {
    const { stuck } = everyState().verifying;
    const back = play(stuck, ['node-watch ready in this boot', 1], [ended('after-boot', 'failed'), 2]);
    assert.match(back.words, /^verifying\/stuck \| tell:stuck/);
    assert.match(sentence(back.state), /10-raid failed/);
  });

  it('succeed once, and count while the kubelet is not Ready for a moment', () => {
    const away = play(hooks, ['node-watch not ready in this boot', 1], [ended('after-boot', 'done'), 2]);
    assert.match(away.words, /^verifying \| \| kubelet-not-ready/);
    assert.match(play({ ...hooks, state: away.state }, ['node-watch ready in this boot', 3]).words, /^restoring/);
  });
});

function did({ effects }: ReturnType<typeof transition>): readonly string[] {
  return effects.map(({ do: what }) => what);
}

function withFacts(of: Sample, facts: Partial<State['facts']>): Sample {
  return { ...of, state: { ...of.state, facts: { ...of.state.facts, ...facts } } };
}

/** Where it stands when all writes of the back-out were acknowledged. */
function backedOut(from: State): State {
  let state = from;
  for (let round = 0; round < 6 && state.phase.name === 'backing-out'; round += 1) {
    const { busy } = state.facts;
    const sample: Sample = { state, pending: new Map(), wakeAt: null };
    const pending = pendingOf(state);
    state = play({ ...sample, pending }, [busy.lease ? 'lease-written written' : 'node-patched written', 2]).state;
  }
  return state;
}

/** The write that the decision before began, begun again: the same state decides the same. */
function pendingOf(state: State): Sample['pending'] {
  const { busy } = state.facts;
  const idle = { ...state, facts: { ...state.facts, busy: { ...busy, lease: false, node: false } } };
  const { effects } = transition(idle, time, moments.later(2));
  return new Map(effects.flatMap((effect) => ('lane' in effect ? [[effect.lane, effect] as const] : [])));
}
