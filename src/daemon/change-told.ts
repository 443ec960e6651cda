import { bootName } from '../core/boot-mark.ts';
import { describePause } from '../core/lease/describe.ts';
import type { LeaseRecord } from '../core/lease/record.ts';
import { isReleaseAsked } from '../core/lease/release.ts';
import type { Facts } from '../core/phases/facts.ts';
import { needAnswer, needText, permissionAnswer } from '../core/phases/questions.ts';
import type { State } from '../core/phases/state.ts';
import { reasonSentence } from '../core/reasons.ts';
import type { Told } from './told.ts';

/** What the log says of a change in what is known: the need, permission, the API server, and what persons do to the Lease. */
export function changeTold(before: State, after: State): readonly Told[] {
  return [
    needTold(before.facts, after.facts),
    permissionTold(before.facts, after.facts),
    retryTold(before.facts, after.facts),
    apiTold(before.facts, after.facts),
    ...leaseTold(before.facts, after.facts),
    ...phaseTold(before, after),
  ].filter((told) => told !== null);
}

function needTold(before: Facts, after: Facts): Told | null {
  const [was, is] = [needAnswer(before), needAnswer(after)];
  if (is === null || is === was) return null;
  if (is.is === 'unknown') {
    const same = was?.is === 'unknown' && reasonSentence(was.reason) === reasonSentence(is.reason);
    return same ? null : { code: 'need-unknown', fields: { reason: is.reason } };
  }
  if (is.is === 'no') return was === null || was.is === 'no' ? null : { code: 'need-gone', fields: {} };
  const same = was?.is === 'yes' && was.value.fingerprint === is.value.fingerprint;
  return same ? null : { code: 'need-found', fields: { why: needText(is.value) } };
}

function permissionTold(before: Facts, after: Facts): Told | null {
  const is = refusals(after);
  return is === '' || is === refusals(before) ? null : { code: 'permission-refused', fields: { why: is } };
}

function refusals(facts: Facts): string {
  const answer = permissionAnswer(facts);
  if (answer === null || answer.is === 'allowed') return '';
  return answer.reasons.map(reasonSentence).join('; ');
}

function retryTold(before: Facts, after: Facts): Told | null {
  return before.retried === after.retried || after.retried === null ? null : { code: 'retry-asked', fields: {} };
}

/** The watch of the own Node always runs, so it is the first to notice. */
function apiTold({ node: before }: Facts, { node: after }: Facts): Told | null {
  if (before.watch === 'running' && after.watch === 'broken') {
    return { code: 'api-lost', fields: after.problem === null ? {} : { why: reasonSentence(after.problem) } };
  }
  return before.watch === 'broken' && after.watch === 'running' ? { code: 'api-back', fields: {} } : null;
}

function leaseTold(before: Facts, after: Facts): readonly (Told | null)[] {
  const [was, is] = [recordOf(before), recordOf(after)];
  if (after.lease.seen.is === 'lease' && !after.lease.seen.reading.readable) {
    const { why } = after.lease.seen.reading;
    const known = before.lease.seen.is === 'lease' && !before.lease.seen.reading.readable;
    return known ? [] : [{ code: 'lease-unreadable', fields: { why } }];
  }
  if (is === null) return [];
  const asked = isReleaseAsked(is, after.me) && (was === null || !isReleaseAsked(was, after.me));
  return [pauseTold(was, is), asked ? { code: 'release-asked', fields: {} } : null];
}

function pauseTold(was: LeaseRecord | null, is: LeaseRecord): Told | null {
  if (is.paused !== null && was?.paused !== is.paused) {
    return { code: 'pool-paused', fields: { why: describePause(is) ?? '' } };
  }
  return is.paused === null && was !== null && was.paused !== null ? { code: 'pool-resumed', fields: {} } : null;
}

function recordOf({ lease }: Facts): LeaseRecord | null {
  return lease.seen.is === 'lease' && lease.seen.reading.readable ? lease.seen.reading.record : null;
}

function phaseTold({ phase: before }: State, { phase: after, facts }: State): readonly Told[] {
  if (before.name === after.name) return [];
  if (after.name === 'verifying') {
    if (after.from === null) return [];
    return [{ code: 'boot-changed', fields: { from: bootName(after.from), to: bootName(facts.me.boot) } }];
  }
  const lost = after.name === 'recovering' && after.cause === 'claim-lost';
  return lost ? [{ code: 'claim-lost', fields: {} }] : [];
}
