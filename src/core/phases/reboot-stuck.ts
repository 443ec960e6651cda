import { markStuck, mine, stuckText } from '../lease/hold.ts';
import type { Holder } from '../lease/record.ts';
import { isReleaseAsked } from '../lease/release.ts';
import { retryClaim } from '../lease/retry.ts';
import { limits } from '../limits.ts';
import type { Now } from '../now.ts';
import { type Reason, reason, reasonSentence } from '../reasons.ts';
import { stopWork } from './hooks.ts';
import { claimNow } from './questions.ts';
import { retriedSince } from './retried.ts';
import type { Rebooting, State, Stuck } from './state.ts';
import { become, type Step, stay } from './step.ts';
import { wantLease } from './want.ts';

type This = State & { readonly phase: Rebooting };

/** No fence is left: the reboot was asked for as often as the settings allow. */
export function attemptsSpent(state: This, now: Now): Step {
  const { facts, phase } = state;
  const claim = claimNow(facts, phase.claim);
  const entry = claim.is === 'held' ? claim.entry : null;
  const attempts = String(entry?.attempt ?? phase.attempt);
  const spent = (why: string): Reason => reason('reboot-not-happening', { attempts, why });
  const why = notedText(entry, spent('')) ?? failureText(phase.outcome) ?? unknownAnswer;
  return becomeStuck(state, spent(why), now);
}

/** Of a call that was made by an earlier process, or before the claim was lost sight of. */
export const unknownAnswer = 'nobody knows what came of the call';

/**
 * Why an earlier process was stuck, as it wrote it into the own entry, without the words that are said around it anyway. Each
 * fence takes it away, so it knows more of the last call than this process.
 */
function notedText(entry: Holder | null, around: Reason): string | null {
  if (entry?.stuck === undefined) return null;
  const said = reasonSentence(around);
  return stuckText(entry.stuck.startsWith(said) ? entry.stuck.slice(said.length) : entry.stuck);
}

/** What came of the last call, for a sentence that says itself that none came; null: nothing is known of it. */
function failureText(outcome: Reason | null): string | null {
  if (outcome === null) return null;
  return (outcome.code === 'reboot-silent' ? outcome.details['why'] : undefined) ?? reasonSentence(outcome);
}

/** A reboot may still come and cannot be asked for again: neither going on nor backing out is right. */
export function uncertain(state: This, why: Reason, now: Now): Step {
  const { node } = state.facts.me;
  return becomeStuck(state, reason('reboot-uncertain', { node, why: reasonSentence(why) }), now);
}

function becomeStuck(state: This, because: Reason, now: Now): Step {
  const phase: Rebooting = { ...state.phase, stuck: { reason: because, at: now.mono } };
  return become(phase, because, [...stopWork(state), { do: 'tell', moment: { what: 'stuck', reason: because } }]);
}

/**
 * Keeps the claim on purpose and says why in the Lease, until another boot, a person's retry, or a release by force. Where it
 * is certain that no reboot will come, a request to release is heard as well, and a mode that only observes: then backing out is right.
 */
export function stuck(state: This, why: Stuck, now: Now): Step {
  const { facts, phase } = state;
  if (phase.step === 'take-back' && givesBack(state)) {
    return become({ ...phase, stuck: null }, why.reason, [{ do: 'tell', moment: { what: 'unstuck' } }]);
  }
  const retried = retriedSince(facts, why.at);
  const progress = wantLease(facts, now, (record) => {
    if (!retried && mine(record, facts.me)?.stuck !== undefined) return { nothing: true };
    const ruling = retried
      ? retryClaim(record, facts.me, phase.claim, now)
      : markStuck(record, facts.me, phase.claim, reasonSentence(why.reason), now);
    return ruling.granted ? { write: ruling.record, purpose: retried ? 'unstuck' : 'stuck' } : { nothing: true };
  });
  if (progress.is === 'doing') return stay(state, why.reason, progress.effects, progress.wakeAt);
  if (progress.is === 'not' || !retried) return stay(state, why.reason, [], now.mono + limits.lookAgain);
  const step = phase.step === 'take-back' ? 'take-back' : 'ask';
  const deadline = now.mono + facts.settings.rebootDeadline;
  const next: Rebooting = { ...phase, step, attempt: 0, fence: null, stuck: null, deadline };
  return become(next, why.reason, [{ do: 'tell', moment: { what: 'unstuck' } }], { permission: null });
}

/** A person asks this node to give the Lease back, or it is only to observe. */
export function givesBack({ facts, phase }: This): boolean {
  if (facts.settings.observe) return true;
  const claim = claimNow(facts, phase.claim);
  return claim.is === 'held' && isReleaseAsked(claim.record, facts.me);
}
