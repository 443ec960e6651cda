import { fieldManager } from '../core/cordon-mark.ts';
import { reason } from '../core/reasons.ts';
import {
  type AccessAnswer,
  type AccessNeed,
  type AccessQuestion,
  judge,
  missingRule,
  tryWatch,
  unknownBecause,
} from './access-answer.ts';
import type { MissingRule } from './access-remedy.ts';
import { nodePath, publishCall } from './node.ts';
import { isGone } from './outcome.ts';
import type { Reply, WatchReply } from './transport.ts';

/** The own Node: read (which was done), list, watch, change it, change its status. */
export async function* askNode(
  question: AccessQuestion,
  read: Reply,
  signal: AbortSignal,
): AsyncGenerator<AccessAnswer> {
  const { transport, identity, clock } = question;
  const name = identity.node;
  const answer = answering(question);
  yield answer('read-node', 'read', 'get', read);
  const watch = {
    path: '/api/v1/nodes',
    query: { fieldSelector: `metadata.name=${name}` },
    action: `watch the Node ${name}`,
  };
  // The watch begins with a list (node.ts), which is a verb of its own to RBAC.
  const list = {
    verb: 'list',
    ...watch,
    query: { ...watch.query, limit: '1' },
    action: `list the Node ${name}`,
  } as const;
  yield answer('list-node', 'list', 'list', await transport.call(list, signal));
  yield answer('watch-node', 'watch', 'watch', await tryWatch(transport, watch, signal));
  const { chance, wall } = clock.now();
  const patch = {
    verb: 'patch',
    path: nodePath(name),
    query: { fieldManager, dryRun: 'All' },
    body: { metadata: { annotations: { 'kured-host/preflight': chance } } },
    patch: 'merge',
    action: `change the Node ${name}`,
  } as const;
  yield answer('change-node', 'cordon and annotate', 'patch', await transport.call(patch, signal));
  const condition = { status: 'Unknown', reason: 'Preflight', message: chance } as const;
  const publish = publishCall(name, condition, wall, wall, chance, { dryRun: 'All' });
  yield answer(
    'change-node-status',
    'set a condition of',
    'patch',
    await transport.call(publish, signal),
    'nodes/status',
  );
}

function answering({ identity }: AccessQuestion) {
  const name = identity.node;
  return (
    need: AccessNeed,
    does: string,
    verb: string,
    reply: Reply | WatchReply,
    resource = 'nodes',
  ): AccessAnswer => {
    const what = `${does} the Node ${name}`;
    if (reply.is === 'problem' && isGone(reply.problem, name)) {
      return unknownBecause(need, what, reason('node-missing', { node: name }));
    }
    const rule: MissingRule = { group: '', resource, verb, name, namespace: null };
    return judge(need, what, reply, (why) => missingRule(need, what, rule, identity.user, why));
  };
}
