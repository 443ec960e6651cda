import type { EvictionAnswer } from '../core/drain/eviction-answer.ts';
import type { PodView } from '../core/drain/pod.ts';
import { reasonSentence } from '../core/reasons.ts';
import type { EvictionRequest } from '../ports/cluster.ts';
import { isGone } from './outcome.ts';
import type { Call, Transport } from './transport.ts';

/** Asks for one eviction (policy/v1) and answers what the API server said, unjudged. */
export async function evictPod(
  transport: Transport,
  pod: PodView,
  how: EvictionRequest,
  signal: AbortSignal,
): Promise<EvictionAnswer> {
  const reply = await transport.call(evictCall(pod, how), signal);
  switch (reply.is) {
    case 'ok':
      return { status: reply.status, message: '', causes: [], retryAfter: null };
    case 'silent':
      return { status: 0, message: reasonSentence(reply.reason), causes: [], retryAfter: null };
    case 'problem': {
      const { status, message, causes, retryAfter } = reply.problem;
      // A proxy's 404, or that of an API server which is still starting, says nothing about the pod.
      if (status === 404 && !isGone(reply.problem, pod.name))
        return { status: 0, message: reasonSentence(reply.reason), causes: [], retryAfter };
      return { status, message, causes: causes.map(({ reason, message }) => ({ reason, message })), retryAfter };
    }
  }
}

/** The uid keeps it from ending another pod of the same name; a dry run has to say so in the query and in the body alike (eviction.go). */
export function evictCall(pod: Pick<PodView, 'namespace' | 'name' | 'uid'>, how: EvictionRequest): Call {
  const { namespace, name, uid } = pod;
  const grace = how.gracePeriodSeconds === null ? {} : { gracePeriodSeconds: how.gracePeriodSeconds };
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/eviction`;
  return {
    verb: 'create',
    path,
    ...(how.dryRun ? { query: { dryRun: 'All' } } : {}),
    body: {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { namespace, name },
      deleteOptions: { preconditions: { uid }, ...grace, ...(how.dryRun ? { dryRun: ['All'] } : {}) },
    },
    action: `evict the pod ${namespace}/${name}`,
  };
}
