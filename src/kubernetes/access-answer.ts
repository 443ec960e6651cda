import type { LeaseRef } from '../core/lease/object.ts';
import { type Reason, reasonRemedy, reasonSentence } from '../core/reasons.ts';
import type { NodeSettings } from '../core/settings.ts';
import type { Clock } from '../ports/clock.ts';
import { grantCommand, type MissingRule, ruleText } from './access-remedy.ts';
import type { Identity } from './identity.ts';
import type { Call, Reply, Transport, WatchReply } from './transport.ts';

/** Everything the service needs of the API server. */
export type AccessNeed =
  | 'reach'
  | 'read-node'
  | 'list-node'
  | 'watch-node'
  | 'change-node'
  | 'change-node-status'
  | 'write-labels'
  | 'set-taint'
  | 'list-pods'
  | 'watch-pods'
  | 'evict-pods'
  | 'create-events'
  | 'impersonate'
  | 'read-lease'
  | 'watch-lease'
  | 'change-lease'
  | 'read-nodes';

/**
 * Whether one need is met. `ok` only after the API server did it, or said in a dry run that it would; `unknown` when it
 * could not be asked. `why` and `remedy` are empty where it is met.
 */
export interface AccessAnswer {
  readonly need: AccessNeed;
  /** What is needed: "read the Node node-7". */
  readonly what: string;
  /** `without`: an optional grant that is not there. */
  readonly is: 'ok' | 'missing' | 'unknown' | 'without';
  readonly why: string;
  /** A command, or what to do. */
  readonly remedy: string;
}

/** What the questions need to be asked. */
export interface AccessQuestion {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly identity: Identity;
  readonly lease: LeaseRef;
  /** The user that is impersonated for the Lease; null: none. */
  readonly leaseUser: string | null;
  /** What is to be written on the Node; null: nothing. */
  readonly marks: NodeSettings | null;
}

/** What a need's own request says about it: 403 means that the rule is missing, any other failure that nothing is known. */
export function judge(
  need: AccessNeed,
  what: string,
  reply: Reply | WatchReply,
  refused: (why: string) => AccessAnswer,
): AccessAnswer {
  if (reply.is === 'ok' || reply.is === 'watching') return ok(need, what);
  if (reply.is === 'problem' && reply.problem.status === 403) return refused(reply.problem.message);
  return unknownBecause(need, what, reply.reason);
}

/** Why nothing can be asked at all: the API server does not answer, or does not take us for anybody (401). Null when it does. */
export function unreachable(reply: Reply): AccessAnswer | null {
  if (reply.is === 'silent') return unknownBecause('reach', 'reach the API server', reply.reason);
  if (reply.is !== 'problem' || reply.problem.status !== 401) return null;
  return { ...unknownBecause('reach', 'be known to the API server', reply.reason), is: 'missing' };
}

export function ok(need: AccessNeed, what: string): AccessAnswer {
  return { need, what, is: 'ok', why: '', remedy: '' };
}

/** A need whose rule is missing, with the rule and the command that gives it to the user. */
export function missingRule(
  need: AccessNeed,
  what: string,
  rule: MissingRule,
  user: string,
  why: string,
): AccessAnswer {
  return {
    need,
    what,
    is: 'missing',
    why: `${why}; missing: ${ruleText(rule)}`,
    remedy: grantCommand(rule, user, need),
  };
}

export function unknownBecause(need: AccessNeed, what: string, because: Reason): AccessAnswer {
  return { need, what, is: 'unknown', why: reasonSentence(because), remedy: reasonRemedy(because) };
}

/** Opens a watch and closes it as soon as the API server accepted it. */
export async function tryWatch(
  transport: Transport,
  call: Omit<Call, 'verb'>,
  signal: AbortSignal,
): Promise<WatchReply> {
  const life = new AbortController();
  const query = { ...call.query, watch: 'true', resourceVersion: '0', timeoutSeconds: '5' };
  const reply = await transport.watch({ ...call, verb: 'watch', query }, AbortSignal.any([signal, life.signal]));
  life.abort();
  return reply;
}

/** Asks what the authorizers say of a request, without making it. */
export function reviewCall(resourceAttributes: Readonly<Record<string, string>>, action: string): Call {
  return {
    verb: 'create',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    },
    action: `${action} (SelfSubjectAccessReview)`,
    deadline: 10_000,
  };
}
