import { type Reason, reason } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';
import { Credentials } from './credentials.ts';
import type { JsonObject } from './json.ts';
import { createTransport } from './transport.ts';

export type DaemonSetFound =
  | { readonly is: 'found'; readonly object: JsonObject }
  | { readonly is: 'not-found'; readonly reason: Reason };

/** Reads one DaemonSet as the user of a kubeconfig, once: an admin's, as no node may. Nothing is changed. */
export async function getDaemonSet(
  kubeconfig: string,
  of: { readonly namespace: string; readonly name: string },
  clock: Clock,
  signal: AbortSignal,
): Promise<DaemonSetFound> {
  const credentials = new Credentials([kubeconfig], clock, () => {});
  try {
    const action = `read the DaemonSet ${of.namespace}/${of.name}`;
    const path = `/apis/apps/v1/namespaces/${encodeURIComponent(of.namespace)}/daemonsets/${encodeURIComponent(of.name)}`;
    const transport = createTransport(credentials, { count: () => {} });
    const reply = await transport.call({ verb: 'get', path, action }, signal);
    if (reply.is === 'ok') return { is: 'found', object: reply.body };
    if (reply.is === 'problem' && reply.problem.status === 404) {
      return { is: 'not-found', reason: reason('api-failed', { action, why: 'there is none of that name' }) };
    }
    return { is: 'not-found', reason: reply.reason };
  } finally {
    credentials.close();
  }
}
