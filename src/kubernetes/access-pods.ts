import type { PodView } from '../core/drain/pod.ts';
import {
  type AccessAnswer,
  type AccessQuestion,
  judge,
  missingRule,
  ok,
  reviewCall,
  tryWatch,
  unknownBecause,
} from './access-answer.ts';
import type { MissingRule } from './access-remedy.ts';
import { eventCall } from './events.ts';
import { evictCall } from './evict.ts';
import { objectIn, objectsIn, textIn } from './json.ts';
import { podSelector, readPod } from './pods.ts';
import type { Reply } from './transport.ts';

/** The pods of the own Node: list, watch, evict. */
export async function* askPods(question: AccessQuestion, signal: AbortSignal): AsyncGenerator<AccessAnswer> {
  const { transport, identity } = question;
  const [path, query] = ['/api/v1/pods', { fieldSelector: podSelector(identity.node) }];
  const listing = `list the pods of the Node ${identity.node}`;
  const list = await transport.call({ verb: 'list', path, query: { ...query, limit: '20' }, action: listing }, signal);
  yield judge('list-pods', listing, list, (why) =>
    missingRule('list-pods', listing, podRule('list'), identity.user, why),
  );
  const watching = `watch the pods of the Node ${identity.node}`;
  const watch = await tryWatch(transport, { path, query, action: watching }, signal);
  yield judge('watch-pods', watching, watch, (why) =>
    missingRule('watch-pods', watching, podRule('watch'), identity.user, why),
  );
  yield await askEvict(question, evictable(list), signal);
}

/** By a dry run on one of the pods; where there is none, by what the authorizer says. */
async function askEvict(question: AccessQuestion, pod: PodView | null, signal: AbortSignal): Promise<AccessAnswer> {
  const { transport, identity } = question;
  const what = `evict the pods of the Node ${identity.node}`;
  const rule: MissingRule = { group: '', resource: 'pods/eviction', verb: 'create', name: null, namespace: null };
  const refused = (why: string) => missingRule('evict-pods', what, rule, identity.user, why);
  const review = await transport.call(
    reviewCall({ verb: 'create', resource: 'pods', subresource: 'eviction' }, 'say whether pods may be evicted'),
    signal,
  );
  if (review.is !== 'ok') return unknownBecause('evict-pods', what, review.reason);
  const status = objectIn(review.body, 'status');
  if (status['allowed'] !== true) return refused(textIn(status, 'reason') || 'the API server does not allow it');
  if (pod === null) return ok('evict-pods', what);
  const reply = await transport.call(evictCall(pod, { gracePeriodSeconds: null, dryRun: true }), signal);
  // A budget that allows none now, or a pod that is gone meanwhile, is an answer to somebody who may ask.
  const heard = reply.is === 'problem' && reply.problem.status !== 403 && reply.problem.status !== 401;
  return heard ? ok('evict-pods', what) : judge('evict-pods', what, reply, refused);
}

/** A pod whose eviction the API server would consider: not a static one's image, which the kubelet owns. */
function evictable(list: Reply): PodView | null {
  const pods = list.is === 'ok' ? objectsIn(list.body, 'items').map(readPod) : [];
  return pods.find((pod) => pod !== null && !pod.mirror && pod.deletionTime === null) ?? null;
}

function podRule(verb: string): MissingRule {
  return { group: '', resource: 'pods', verb, name: null, namespace: null };
}

export async function askEvents(question: AccessQuestion, signal: AbortSignal): Promise<AccessAnswer> {
  const { transport, clock, identity } = question;
  const what = `create Events about the Node ${identity.node}`;
  const event = { type: 'Normal', reason: 'Preflight', message: 'dry run', nodeUid: identity.node } as const;
  const reply = await transport.call(eventCall(clock, identity.node, event, { dryRun: 'All' }), signal);
  const rule: MissingRule = { group: '', resource: 'events', verb: 'create', name: null, namespace: 'default' };
  return judge('create-events', what, reply, (why) => missingRule('create-events', what, rule, identity.user, why));
}
