import { readHandled } from '../handled.ts';
import { jitter, limits, requestDistance } from '../limits.ts';
import type { NodeSnapshot } from '../node-view.ts';
import type { Now } from '../now.ts';
import type { Reason } from '../reasons.ts';
import type { ReadResult, WatchResult, WriteResult } from './event.ts';
import type { Facts, NodeFacts } from './facts.ts';

export const unseenNode: NodeFacts = {
  seen: { is: 'nothing' },
  current: false,
  doubt: null,
  unmoved: false,
  contradicted: false,
  wentBack: false,
  askedAt: 0,
  toldSince: false,
  knownAt: null,
  watch: 'starting',
  notBefore: 0,
  failures: 0,
  problem: null,
};

export function handledOf(facts: Facts): ReturnType<typeof readHandled> {
  return facts.node.seen.is === 'node' ? readHandled(facts.node.seen.node) : null;
}

export function nodeRead(node: NodeFacts, result: ReadResult<NodeSnapshot>, now: Now): NodeFacts {
  if (result.is === 'failed') return nodeFailed(node, result.reason, now);
  if (result.is === 'found' && overtakenNode(result.object, node)) return nodeTold(node);
  return settleNode({ ...nodeTold(node), current: true }, result.is === 'gone' ? null : result.object);
}

export function nodePatched(node: NodeFacts, result: WriteResult<NodeSnapshot>, base: string, now: Now): NodeFacts {
  switch (result.is) {
    case 'written': {
      const next = { ...nodeTold(node), doubt: null, unmoved: false };
      return overtakenNode(result.object, node) ? next : settleNode({ ...next, current: true }, result.object);
    }
    case 'gone':
      return settleNode({ ...nodeTold(node), current: true, doubt: null }, null);
    case 'conflict':
      return { ...nodeAnswered(node), current: false, unmoved: false, doubt: node.doubt === base ? null : node.doubt };
    case 'refused':
      return { ...nodeFailed(node, result.reason, now), current: node.current };
    case 'unknown':
      return { ...nodeFailed(node, result.reason, now), doubt: base, unmoved: false };
  }
}

export function nodeWatched(facts: Facts, told: WatchResult<NodeSnapshot>, now: Now): Facts {
  const { node } = facts;
  const toldSince = facts.busy.node;
  switch (told.is) {
    case 'listed': {
      // Listed anew: the API server's past may have been replaced, so a second look at the Lease is due.
      const again = node.watch !== 'starting' || node.seen.is !== 'nothing';
      const look = now.mono + limits.secondLook + jitter(now);
      const known = again ? { ...facts, nextLook: Math.min(facts.nextLook, look) } : facts;
      return reachable(
        withNode(known, nodeListed({ ...nodeAnswered(node), watch: 'running', toldSince }, told.objects[0] ?? null)),
      );
    }
    case 'changed': {
      if (node.seen.is === 'node' && isOlderNode(told.object, node.seen.node)) return facts;
      // A write that was refused is still what is wrong when somebody else's write is seen.
      const problem = node.watch === 'running' ? node.problem : null;
      return withNode(facts, settleNode({ ...node, watch: 'running', current: true, problem, toldSince }, told.object));
    }
    case 'deleted':
      return withNode(facts, settleNode({ ...node, current: true }, null));
    case 'broken':
      return withNode(facts, { ...node, watch: 'broken', current: false, problem: told.reason });
    case 'resumed':
      return reachable(withNode(facts, { ...node, watch: 'running', problem: null, notBefore: 0 }));
  }
}

/** The list may have been read before the answer that is seen, and be told only when its watch was open. */
function nodeListed(node: NodeFacts, listed: NodeSnapshot | null): NodeFacts {
  if (listed !== null && node.seen.is === 'node' && isOlderNode(listed, node.seen.node))
    return { ...node, current: false, toldSince: false, contradicted: true };
  return settleNode({ ...node, current: true }, listed);
}

/** The API server answers again: what waited for its distance is tried at once. */
function reachable(facts: Facts): Facts {
  return { ...facts, lease: { ...facts.lease, notBefore: 0 }, node: { ...facts.node, notBefore: 0 } };
}

function settleNode(node: NodeFacts, seen: NodeSnapshot | null): NodeFacts {
  const gone = { seen: { is: 'gone' }, doubt: null, unmoved: false, contradicted: false, wentBack: false } as const;
  if (seen === null) return { ...node, ...gone };
  const doubtful = node.doubt !== null && node.doubt === `${seen.uid}/${seen.resourceVersion}`;
  const settled = { doubt: doubtful ? node.doubt : null, unmoved: doubtful, contradicted: false };
  return { ...node, ...settled, wentBack: wentBack(seen, node), seen: { is: 'node', node: seen } };
}

/** The same state seen again went back as much as it did. */
function wentBack(object: NodeSnapshot, { seen, wentBack: before }: NodeFacts): boolean {
  if (seen.is !== 'node') return false;
  const same = object.uid === seen.node.uid && object.resourceVersion === seen.node.resourceVersion;
  return same ? before : isOlderNode(object, seen.node);
}

/** The answer to a request told of the Node as it was since that was begun, or is overtaken by what is newer. */
function nodeTold(node: NodeFacts): NodeFacts {
  return { ...nodeAnswered(node), knownAt: node.askedAt };
}

function nodeAnswered(node: NodeFacts): NodeFacts {
  return { ...node, failures: 0, notBefore: 0, problem: null, toldSince: false };
}

function nodeFailed(node: NodeFacts, problem: Reason, now: Now): NodeFacts {
  const failures = node.failures + 1;
  return { ...node, failures, problem, current: false, notBefore: now.mono + requestDistance(failures, now) };
}

function isOlderNode(object: NodeSnapshot, seen: NodeSnapshot): boolean {
  return object.uid === seen.uid && Number(object.resourceVersion) < Number(seen.resourceVersion);
}

/** What is seen now is an older state of the Node that was seen before. */
export function isOlderNodeSeen({ seen: now }: NodeFacts, { seen: before }: NodeFacts): boolean {
  return now.is === 'node' && before.is === 'node' && isOlderNode(now.node, before.node);
}

/** What the watch told before the request was begun is no newer than a consistent answer; that is older only where the past was restored. */
function overtakenNode(object: NodeSnapshot, node: NodeFacts): boolean {
  const told = node.toldSince && node.watch === 'running';
  return told && node.seen.is === 'node' && isOlderNode(object, node.seen.node);
}

/** The Node's UID is learnt from the Node; a different one is noticed by the phases, which compare it with the claim's. */
export function withNode(facts: Facts, node: NodeFacts): Facts {
  const uid = node.seen.is === 'node' ? node.seen.node.uid : facts.me.uid;
  return { ...facts, node, me: uid === facts.me.uid ? facts.me : { ...facts.me, uid } };
}
