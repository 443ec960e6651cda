import { type LeaseObject, leaseText } from '../core/lease/object.ts';
import { reason, reasonSentence } from '../core/reasons.ts';
import {
  type AccessAnswer,
  type AccessNeed,
  type AccessQuestion,
  judge,
  ok,
  tryWatch,
  unknownBecause,
} from './access-answer.ts';
import { createLeaseCommand, leaseCommand, type MissingRule, ruleText } from './access-remedy.ts';
import { leasesPath, readCall, readLease, writeCall } from './lease-store.ts';
import { isGone } from './outcome.ts';
import type { Problem } from './problem.ts';
import type { Reply, WatchReply } from './transport.ts';

/** The pool's Lease: the impersonation it takes, then read, watch, write. Where the first is missing the others cannot be asked. */
export async function* askLease(question: AccessQuestion, signal: AbortSignal): AsyncGenerator<AccessAnswer> {
  const { transport, lease, leaseUser } = question;
  const read = await transport.call(readCall(lease, leaseUser, 'consistent'), signal);
  if (leaseUser !== null) yield impersonation(question, leaseUser, read);
  if (cannotImpersonate(read)) {
    yield* notAsked(question);
    return;
  }
  yield reading(question, read);
  const watch = {
    path: leasesPath(lease.namespace),
    query: { fieldSelector: `metadata.name=${lease.name}` },
    as: leaseUser,
    action: `watch the Lease ${leaseText(lease)}`,
  };
  yield verdict(question, 'watch-lease', 'watch', await tryWatch(transport, watch, signal));
  const object = read.is === 'ok' ? readLease(read.body) : null;
  yield object === null
    ? unknownBecause('change-lease', whatOf(question, 'write'), reason('lease-missing', { lease: leaseText(lease) }))
    : await writing(question, object, signal);
}

/** Whether the user may be taken on at all: whatever is said of the Lease itself, the request came that far. */
function impersonation(question: AccessQuestion, user: string, read: Reply): AccessAnswer {
  const what = `act as ${user} for the Lease ${leaseText(question.lease)}`;
  if (read.is === 'ok' || (read.is === 'problem' && [403, 404].includes(read.problem.status))) {
    if (!cannotImpersonate(read)) return ok('impersonate', what);
  }
  return judge('impersonate', what, read, (why) => missing(question, 'impersonate', what, impersonateRule(user), why));
}

function reading(question: AccessQuestion, read: Reply): AccessAnswer {
  const { lease } = question;
  if (read.is !== 'problem' || !isGone(read.problem, lease.name)) return verdict(question, 'read-lease', 'get', read);
  const why = reasonSentence(reason('lease-missing', { lease: leaseText(lease) }));
  const what = whatOf(question, 'read');
  return { need: 'read-lease', what, is: 'missing', why, remedy: createLeaseCommand(lease) };
}

/** A dry run of the object as it is, with one annotation more. A conflict says that somebody else wrote meanwhile, to one who may write. */
async function writing(question: AccessQuestion, object: LeaseObject, signal: AbortSignal): Promise<AccessAnswer> {
  const { metadata } = object;
  const annotations = { ...metadata.annotations, 'kured-host/preflight': question.clock.now().chance };
  const changed = { ...object, metadata: { ...metadata, annotations } };
  const reply = await question.transport.call(writeCall(changed, question.leaseUser, { dryRun: 'All' }), signal);
  if (reply.is === 'problem' && reply.problem.status === 409) return ok('change-lease', whatOf(question, 'write'));
  return verdict(question, 'change-lease', 'update', reply);
}

function verdict(question: AccessQuestion, need: AccessNeed, verb: string, reply: Reply | WatchReply): AccessAnswer {
  const what = whatOf(question, verb === 'get' ? 'read' : verb === 'update' ? 'write' : verb);
  // Constrained impersonation is granted verb by verb (KEP-5284).
  const constrained = cannotImpersonate(reply) ? `impersonate-on:serviceaccount:${verb}` : verb;
  const { name, namespace } = question.lease;
  const rule = { group: 'coordination.k8s.io', resource: 'leases', verb: constrained, name, namespace };
  return judge(need, what, reply, (why) => missing(question, need, what, rule, why));
}

function missing(
  question: AccessQuestion,
  need: AccessNeed,
  what: string,
  rule: MissingRule,
  why: string,
): AccessAnswer {
  const { identity, lease, leaseUser } = question;
  if (identity.isNode && leaseUser === null) {
    // No role helps: NodeRestriction refuses a node every Lease but its own heartbeat.
    const remedy = 'leave credentials.impersonate unset: as itself a node may write no shared Lease';
    return { need, what, is: 'missing', why, remedy };
  }
  const who = rule.verb.startsWith('impersonate') ? null : leaseUser;
  const remedy = leaseCommand(rule, identity, lease, who, need, leaseUser);
  return { need, what, is: 'missing', why: `${why}; missing: ${ruleText(rule)}`, remedy };
}

/** The API server says so in these words in both of its ways (endpoints/filters/impersonation, endpoints/handlers/responsewriters ForbiddenStatusError). */
function cannotImpersonate(reply: Reply | WatchReply): boolean {
  return reply.is === 'problem' && reply.problem.status === 403 && saysImpersonate(reply.problem);
}

function saysImpersonate({ message }: Problem): boolean {
  return /cannot impersonate/.test(message);
}

/** system:serviceaccount:NAMESPACE:NAME is impersonated as a ServiceAccount, anything else as a user. */
function impersonateRule(user: string): MissingRule {
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  if (account === null) return { group: '', resource: 'users', verb: 'impersonate', name: user, namespace: null };
  const [, namespace = '', name = ''] = account;
  return { group: '', resource: 'serviceaccounts', verb: 'impersonate', name, namespace };
}

function* notAsked(question: AccessQuestion): Generator<AccessAnswer> {
  const remedy = 'mend the impersonation first, then ask again';
  const why = 'cannot be asked without the impersonation';
  yield { need: 'read-lease', what: whatOf(question, 'read'), is: 'unknown', why, remedy };
  yield { need: 'watch-lease', what: whatOf(question, 'watch'), is: 'unknown', why, remedy };
  yield { need: 'change-lease', what: whatOf(question, 'write'), is: 'unknown', why, remedy };
}

function whatOf({ lease }: AccessQuestion, does: string): string {
  return `${does} the Lease ${leaseText(lease)}`;
}
