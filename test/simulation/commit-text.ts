import { type KubeObject, mapAt } from '../fakes/api/object.ts';
import type { Commit } from '../fakes/store.ts';

/** What a commit says, for people; null where it says nothing that they look for. */
export function commitText({ resource, type, object, previous }: Commit): (() => string) | null {
  const { name = '' } = object.metadata;
  const what = type === 'DELETED' ? 'deleted ' : type === 'ADDED' ? 'created ' : '';
  switch (resource) {
    case 'leases.coordination.k8s.io':
      return () => `${what}Lease ${name}: ${leaseText(object)}`;
    case 'nodes':
      return nodeText(object) === nodeText(previous) && what === ''
        ? null
        : () => `${what}Node ${name}: ${nodeText(object)}`;
    case 'pods':
      return what === '' ? null : () => `${what}pod ${name} on ${String(object.spec?.nodeName)}`;
    default:
      return null;
  }
}

function leaseText({ metadata, spec }: KubeObject): string {
  const { annotations = {}, resourceVersion } = metadata;
  const others = Object.entries(annotations).filter(([name]) => !lists.includes(name));
  const transitions = mapAt({ spec }, 'spec').leaseTransitions ?? 0;
  const shown = others.map(([name, value]) => `, ${name}=${value}`).join('');
  return `[${lists.map((name) => entriesText(annotations[name])).join('] queue [')}], version ${resourceVersion}, transitions ${transitions}${shown}`;
}

const lists = ['kured-host/holders', 'kured-host/queue'];

interface EntryLike {
  readonly node?: unknown;
  readonly phase?: unknown;
  readonly attempt?: unknown;
  readonly starts?: unknown;
  readonly stuck?: unknown;
}

function entriesText(text = '[]'): string {
  try {
    return (JSON.parse(text) as readonly EntryLike[]).map(entryText).join(', ');
  } catch {
    return text;
  }
}

function entryText({ node, phase, attempt, starts, stuck }: EntryLike): string {
  if (phase === undefined) return String(node);
  return `${node} ${phase}, attempt ${attempt}, starts ${starts}${stuck === undefined ? '' : `, stuck: ${stuck}`}`;
}

/** What the daemon and persons do with a Node, and what its kubelet says of it. */
function nodeText(object: KubeObject | null): string {
  if (object === null) return '';
  const { 'kured-host/claim': mark, 'kured-host/handled': handled } = object.metadata.annotations ?? {};
  const ready = (mapAt(object, 'status').conditions as { type: string; status: string }[] | undefined)?.find(
    ({ type }) => type === 'Ready',
  )?.status;
  const boot = mapAt(mapAt(object, 'status'), 'nodeInfo').bootID;
  const claim = mark === undefined ? 'no mark' : `mark ${/"claim":"(\w{8})/.exec(mark)?.[1] ?? mark}`;
  return [
    object.spec?.unschedulable === true ? 'cordoned' : 'open',
    claim,
    ...(handled === undefined ? [] : [`handled ${/"fingerprint":"([^"]*)"/.exec(handled)?.[1] ?? handled}`]),
    `Ready ${ready}, boot ${String(boot).slice(0, 8)}`,
  ].join(', ');
}
