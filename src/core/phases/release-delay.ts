import { delayRelease, mine, releaseLeft } from '../lease/hold.ts';
import { isReleaseAsked } from '../lease/release.ts';
import type { Now } from '../now.ts';
import { delayOfRelease, delayReason, delayTold } from './delay.ts';
import { lookWhetherInReach } from './lease-named.ts';
import { claimNow } from './questions.ts';
import { restoringReason } from './restoring-reason.ts';
import type { Restoring, State } from './state.ts';
import { become, type Step, stay } from './step.ts';
import { wantLease } from './want.ts';

type This = State & { readonly phase: Restoring };

/**
 * Keeps the Lease for a while after a proven reboot, so that the next node does not go at once. When it ends stands in the own
 * entry before it is waited for: a restart waits for what is left of it, and no longer. Null: the release is due. A person who
 * asks for the Lease ends it, and so does a stop of the service, after which nobody would be there to release.
 */
export function releaseDelay(state: This, now: Now): Step | null {
  const { facts, phase } = state;
  const ms = facts.settings.releaseDelay;
  if (phase.claim === null || facts.stop === 'stop') return null;
  const claim = claimNow(facts, phase.claim);
  if (claim.is !== 'held' && claim.is !== 'unseen') return null;
  if (claim.is === 'held' && isReleaseAsked(claim.record, facts.me)) return null;
  if (phase.releaseAt === null) return ms === 0 ? null : note(state, phase.claim, ms, now);
  if (now.mono >= phase.releaseAt) return null;
  const delay = delayOfRelease(facts, phase.releaseAt);
  return stay(state, delayReason(delay, now, state.waits), [], delayTold(phase.releaseAt, now));
}

function note(state: This, claim: string, ms: number, now: Now): Step | null {
  const { facts, phase } = state;
  const progress = wantLease(facts, now, (record) => {
    const ruling = delayRelease(record, facts.me, claim, ms, now);
    return ruling.granted ? { write: ruling.record, purpose: 'release-delay' } : { nothing: true };
  });
  const waits = restoringReason(facts, phase);
  if (progress.is === 'doing')
    return lookWhetherInReach(state) ?? stay(state, facts.lease.problem ?? waits, progress.effects, progress.wakeAt);
  const entry = progress.is === 'done' ? mine(progress.seen, facts.me) : null;
  if (entry === null) return null;
  const releaseAt = now.mono + (releaseLeft(entry, ms, now) ?? 0);
  return become({ ...phase, releaseAt }, delayReason(delayOfRelease(facts, releaseAt), now, state.waits));
}
