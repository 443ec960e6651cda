import { type LeaseObject, leaseText } from '../core/lease/object.ts';
import { createLeaseCommand, leaseMissing, takeOverCommand } from '../core/lease/pool.ts';
import { reasonSentence } from '../core/reasons.ts';
import {
  type AccessAnswer,
  type AccessNeed,
  type AccessQuestion,
  judge,
  ok,
  reviewCall,
  tryWatch,
} from './access-answer.ts';
import { leaseCommand, type MissingRule, ruleText } from './access-remedy.ts';
import { objectIn } from './json.ts';
import { holderNodeCall, leasesPath, readCall, readLease, writeCall } from './lease-store.ts';
import { isGone } from './outcome.ts';
import type { Reply, WatchReply } from './transport.ts';

/**
 * The pool's Lease: the impersonation it takes, then read, watch, write. Where the first is missing the others cannot be
 * asked, nor can the last where reading is.
 */
export async function* askLease(question: AccessQuestion, signal: AbortSignal): AsyncGenerator<AccessAnswer> {
  const { transport, lease, leaseUser } = question;
  const read = await transport.call(readCall(lease, leaseUser, 'consistent'), signal);
  if (leaseUser !== null) {
    const impersonate = await impersonation(question, leaseUser, read, signal);
    yield impersonate;
    if (impersonate.is !== 'ok') {
      yield notAsked(question, 'read', 'impersonation');
      yield notAsked(question, 'watch', 'impersonation');
      yield notAsked(question, 'write', 'impersonation');
      return;
    }
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
  yield object === null ? notAsked(question, 'write', 'Lease') : await writing(question, object, signal);
  yield await takingOver(question, signal);
}

/** Whether the user may be taken on at all: whatever is said of the Lease itself, the request came that far. */
async function impersonation(
  question: AccessQuestion,
  user: string,
  read: Reply,
  signal: AbortSignal,
): Promise<AccessAnswer> {
  const what = `act as ${user} for the Lease ${leaseText(question.lease)}`;
  if (read.is === 'ok' || (read.is === 'problem' && [403, 404].includes(read.problem.status))) {
    if (!cannotImpersonate(read) || (await lacksOnlyRead(question, user, read, signal))) return ok('impersonate', what);
  }
  const rule = impersonateRule(user, read);
  return judge('impersonate', what, read, (why) => missing(question, 'impersonate', what, rule, why));
}

/**
 * Constrained impersonation asks for the request before the user (KEP-5284), and answers with the same words whether
 * one or both are missing. So it is asked whether the user may be taken on.
 */
async function lacksOnlyRead(
  { transport }: AccessQuestion,
  user: string,
  read: Reply,
  signal: AbortSignal,
): Promise<boolean> {
  const account = serviceAccount(user);
  if (account === null || !says(read, /cannot impersonate-on:/)) return false;
  const attributes = { group: 'authentication.k8s.io', resource: 'serviceaccounts', verb: constrainedVerb, ...account };
  const review = await transport.call(reviewCall(attributes, `say whether ${user} may be impersonated`), signal);
  return review.is === 'ok' && objectIn(review.body, 'status')['allowed'] === true;
}

function reading(question: AccessQuestion, read: Reply): AccessAnswer {
  const { lease } = question;
  if (read.is !== 'problem' || !isGone(read.problem, lease.name)) return verdict(question, 'read-lease', 'get', read);
  const why = reasonSentence(leaseMissing(lease));
  return { need: 'read-lease', what: whatOf(question, 'read'), is: 'missing', why, remedy: createLeaseCommand(lease) };
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

/** The optional grant: whether other holders' Nodes exist. Asked of the own Node, which is there. */
async function takingOver(question: AccessQuestion, signal: AbortSignal): Promise<AccessAnswer> {
  const { transport, identity, lease, leaseUser } = question;
  const what = 'take over the claim of a machine that was deleted (optional)';
  const reply = await transport.call(holderNodeCall(identity.node, leaseUser), signal);
  if (reply.is === 'problem' && isGone(reply.problem, identity.node)) return ok('read-nodes', what);
  return judge('read-nodes', what, reply, (why) => ({
    need: 'read-nodes',
    what,
    is: 'without',
    why,
    remedy: `to allow it: ${takeOverCommand(lease)}`,
  }));
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
  return says(reply, /cannot impersonate/);
}

function says(reply: Reply | WatchReply, words: RegExp): boolean {
  return reply.is === 'problem' && reply.problem.status === 403 && words.test(reply.problem.message);
}

/** KEP-5284, for a ServiceAccount. */
const constrainedVerb = 'impersonate:serviceaccount';

/** The rule of the way of impersonation that the answer speaks of; of the one for all versions where it tells none. */
function impersonateRule(user: string, read: Reply): MissingRule {
  const account = serviceAccount(user);
  if (account === null) return { group: '', resource: 'users', verb: 'impersonate', name: user, namespace: null };
  const constrained = says(read, /cannot impersonate:serviceaccount /);
  const [group, verb] = constrained ? ['authentication.k8s.io', constrainedVerb] : ['', 'impersonate'];
  return { group, resource: 'serviceaccounts', verb, ...account };
}

/** system:serviceaccount:NAMESPACE:NAME is impersonated as a ServiceAccount, anything else as a user. */
function serviceAccount(user: string): { readonly namespace: string; readonly name: string } | null {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  return namespace === undefined || name === undefined ? null : { namespace, name };
}

function notAsked(
  question: AccessQuestion,
  does: 'read' | 'watch' | 'write',
  without: 'impersonation' | 'Lease',
): AccessAnswer {
  const need = ({ read: 'read-lease', watch: 'watch-lease', write: 'change-lease' } as const)[does];
  const why =
    without === 'Lease' ? 'cannot be asked before the Lease can be read' : `cannot be asked without the ${without}`;
  const remedy = `mend ${without === 'Lease' ? 'that' : 'the impersonation'} first, then ask again`;
  return { need, what: whatOf(question, does), is: 'unknown', why, remedy };
}

function whatOf({ lease }: AccessQuestion, does: string): string {
  return `${does} the Lease ${leaseText(lease)}`;
}
