import type { X509Certificate } from 'node:crypto';
import { type Answer, unknown, yes } from '../core/answer.ts';
import { outsideText } from '../core/outside-text.ts';
import { type Reason, reason } from '../core/reasons.ts';
import { objectIn, textIn } from './json.ts';
import type { Call, Transport } from './transport.ts';

/** A user as the API server knows it. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** Who we are in the cluster. */
export interface Identity {
  /** The name of our Node. */
  readonly node: string;
  readonly user: string;
  /** Whether the Node authorizer and NodeRestriction take us for a node (pkg/auth/nodeidentifier): user name and group both say so. */
  readonly isNode: boolean;
}

export type Identified =
  | { readonly is: 'identified'; readonly identity: Identity }
  | { readonly is: 'contradiction'; readonly reason: Reason };

const nodePrefix = 'system:node:';
const nodeGroup = 'system:nodes';

/**
 * The Node's name is the user's where the user is a node, else the explicit one. A user that is another node than the
 * explicit name is a contradiction: as that user nothing could be done to this Node.
 */
export function identify(user: User, explicit: string | null, file: string): Identified {
  const own = user.name.startsWith(nodePrefix) ? user.name.slice(nodePrefix.length) : null;
  const shown = outsideText(user.name, 253);
  if (own !== null && explicit !== null && own !== explicit) {
    return contradiction(
      file,
      `they belong to the Node ${outsideText(own, 253)}, but credentials.nodeName is ${explicit}`,
    );
  }
  const node = own ?? explicit;
  if (node === null || node === '') {
    return contradiction(file, `their user ${shown} names no Node; set credentials.nodeName`);
  }
  const isNode = own !== null && user.groups.includes(nodeGroup);
  return { is: 'identified', identity: { node, user: user.name, isNode } };
}

/** The user a client certificate stands for: its common name, with its organizations as groups (x509 CommonNameUserConversion). Null when it names none. */
export function certificateUser(certificate: X509Certificate): User | null {
  const subject: Readonly<Record<string, string | readonly string[] | undefined>> = {
    ...certificate.toLegacyObject().subject,
  };
  const name = all(subject['CN'])[0];
  return name === undefined || name === '' ? null : { name, groups: all(subject['O']) };
}

/** Asks the API server who it takes us for (authentication.k8s.io/v1 SelfSubjectReview, open to every user). */
export async function reviewSelf(transport: Transport, signal: AbortSignal): Promise<Answer<User>> {
  const call: Call = {
    verb: 'create',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    action: 'say who we are (SelfSubjectReview)',
    deadline: 10_000,
  };
  const reply = await transport.call(call, signal);
  if (reply.is !== 'ok') return unknown(reply.reason);
  const info = objectIn(objectIn(reply.body, 'status'), 'userInfo');
  const groups = info['groups'];
  const name = textIn(info, 'username');
  if (name === '') return unknown(reason('api-failed', { action: call.action, why: 'its answer names no user' }));
  return yes({ name, groups: Array.isArray(groups) ? groups.filter((one) => typeof one === 'string') : [] });
}

/** The user to act as for a Lease: the one an admin set, none for an empty one; by itself the pool's ServiceAccount for nodes, as NodeRestriction keeps them from every shared Lease. */
export function leaseUser(
  identity: Identity,
  configured: string | null,
  lease: { readonly namespace: string; readonly name: string },
): string | null {
  if (configured !== null) return configured === '' ? null : configured;
  return identity.isNode ? `system:serviceaccount:${lease.namespace}:${lease.name}` : null;
}

function contradiction(file: string, why: string): Identified {
  return { is: 'contradiction', reason: reason('credentials-unusable', { file, why }) };
}

function all(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
