import type { Seen } from './seen.ts';

/** Parts of made-up histories: short to write, and as the API server would show them. */

type Over = Readonly<Record<string, unknown>>;

export const account = 'system:serviceaccount:kured-host:kured-host';

/** A holder's entry: drains since its first boot, for a kernel. */
export function holds(node: string, over: Over = {}): Over {
  return {
    node,
    uid: `uid-${node}`,
    machine: `machine-${node}`,
    claim: `claim-${node}`,
    boot: 'boot-1',
    phase: 'draining',
    by: `process-${node}-1`,
    attempt: 0,
    starts: 0,
    need: { fingerprint: 'kernel-1', reasons: [] },
    limit: 1,
    reads: 1,
    since: '',
    changed: '',
    ...over,
  };
}

export function waits(node: string, over: Over = {}): Over {
  return { node, uid: `uid-${node}`, id: `place-${node}`, limit: 1, priority: 0, since: '', reads: 1, ...over };
}

export interface LeaseParts {
  readonly holders?: readonly Over[];
  readonly queue?: readonly Over[];
  readonly transitions?: number;
  readonly uid?: string;
  readonly identity?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A write of the Lease by a node, or by anybody else of another name. */
export function lease(by: string, parts: LeaseParts = {}): Seen {
  const { holders = [], queue = [], transitions = 0, uid = 'lease-1', annotations = {} } = parts;
  const { identity = holders.map(({ node }) => node).join(',') } = parts;
  const object = {
    metadata: {
      name: 'kured-host',
      uid,
      annotations: {
        'kured-host/format': '1',
        'kured-host/holders': JSON.stringify(holders),
        'kured-host/queue': JSON.stringify(queue),
        ...annotations,
      },
    },
    spec: { leaseTransitions: transitions, ...(identity === '' ? {} : { holderIdentity: identity }) },
  };
  return { is: 'wrote', what: 'lease', name: 'kured-host', ...author(by, account), object };
}

export interface NodeParts {
  /** The claim of its mark. */
  readonly mark?: string;
  readonly markBoot?: string;
  /** Whether the mark says that the cordon is ours; default true. */
  readonly ours?: boolean;
  readonly cordoned?: boolean;
  /** Who owns the cordon; default: us. */
  readonly owner?: string;
  /** What the kubelet reported; default: the first boot, Ready. */
  readonly boot?: string;
  readonly ready?: boolean;
  /** The boot that met the need. */
  readonly handled?: string;
  readonly need?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A write of a Node, by itself unless somebody else is named. */
export function node(name: string, parts: NodeParts = {}, by = name): Seen {
  const { mark, markBoot = 'boot-1', ours = true, boot = 'boot-1', ready = true, handled, need = 'kernel-1' } = parts;
  const { cordoned = false, owner = 'kured-host', annotations = {} } = parts;
  const note = { fingerprint: need, reasons: [] };
  const marked = { claim: mark, boot: { id: markBoot, soft: null }, need: note, lease: 'a/b', cordoned: ours };
  const object = {
    metadata: {
      name,
      uid: `uid-${name}`,
      annotations: {
        ...annotations,
        ...(mark === undefined ? {} : { 'kured-host/claim': JSON.stringify(marked) }),
        ...(handled === undefined ? {} : { 'kured-host/handled': JSON.stringify({ need: note, boot: handled }) }),
      },
      managedFields: [
        { manager: 'kubelet', fieldsV1: { 'f:status': {} } },
        ...(cordoned ? [{ manager: owner, fieldsV1: { 'f:spec': { 'f:unschedulable': {} } } }] : []),
      ],
    },
    spec: cordoned ? { unschedulable: true } : {},
    status: { nodeInfo: { bootID: boot }, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
  return { is: 'wrote', what: 'node', name, ...author(by), object };
}

/** The same object, deleted. */
export function gone(seen: Seen): Seen {
  return { ...seen, object: null } as Seen;
}

/** A pod on a node; null: it is gone. */
export function pod(name: string, on: string | null, kind: 'plain' | 'mirror' | 'daemon' | 'ended' = 'plain'): Seen {
  const object =
    on === null
      ? null
      : {
          metadata: {
            annotations: kind === 'mirror' ? { 'kubernetes.io/config.mirror': 'x' } : {},
            ownerReferences: kind === 'daemon' ? [{ kind: 'DaemonSet', controller: true }] : [],
          },
          spec: { nodeName: on },
          status: { phase: kind === 'ended' ? 'Succeeded' : 'Running' },
        };
  return { is: 'wrote', what: 'pod', name: `work/${name}`, by: 'somebody', object };
}

export function asked(name: string, over: Partial<Extract<Seen, { is: 'asked' }>> = {}): Seen {
  return { is: 'asked', node: name, boot: 'boot-1', process: `process-${name}-1`, ...over };
}

export function down(name: string, why: 'reboot' | 'power' = 'reboot'): Seen {
  return { is: 'down', node: name, why };
}

export function up(name: string, boot: string): Seen {
  return { is: 'up', node: name, boot };
}

export function service(name: string, process: string | null = `process-${name}-1`): Seen {
  return { is: 'service', node: name, process };
}

/** The steps of one reboot as it has to be, by name, so that a test takes one away or puts another in its place. */
export type Turn = Readonly<Record<TurnStep, Seen>>;
export type TurnStep =
  | 'claim'
  | 'cordon'
  | 'fence'
  | 'asked'
  | 'down'
  | 'up'
  | 'verifying'
  | 'ready'
  | 'restore'
  | 'release';

/** A whole turn of one node, from its first boot to its second, alone in the pool. `before`: claims that were counted already. */
export function turn(name: string, before = 0): Turn {
  const mark = `claim-${name}`;
  const held = (over: Over): Seen => lease(name, { holders: [holds(name, over)], transitions: before + 1 });
  return {
    claim: held({}),
    cordon: node(name, { mark, cordoned: true }),
    fence: held({ phase: 'rebooting', attempt: 1 }),
    asked: asked(name),
    down: down(name),
    up: up(name, 'boot-2'),
    verifying: held({ phase: 'verifying', attempt: 1, starts: 1, by: `process-${name}-2` }),
    ready: node(name, { mark, cordoned: true, boot: 'boot-2' }),
    restore: node(name, { boot: 'boot-2', handled: 'boot-2' }),
    release: lease(name, { transitions: before + 1 }),
  };
}

/** What is there before anything happens: machines in their first boot with their service, their Nodes, a free Lease. */
export function begin(...names: readonly string[]): readonly Seen[] {
  return [
    lease('admin'),
    ...names.flatMap((name) => [up(name, 'boot-1'), service(name), node(name, {}, 'kubelet of it')]),
  ];
}

/** One event a second. */
export function timed(events: readonly Seen[], from = 0): readonly Seen[] {
  return events.map((event, index) => (event.at === undefined ? { ...event, at: from + (index + 1) * 1_000 } : event));
}

function author(by: string, as?: string): { readonly by: string; readonly as?: string } {
  const isNode = /^[a-d]$/.test(by);
  return isNode ? { by: `system:node:${by}`, ...(as === undefined ? {} : { as }) } : { by };
}
