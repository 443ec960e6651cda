import { cordonPatch, handledAnnotation, markAnnotation } from '../../../src/core/cordon-mark.ts';
import type { Handled } from '../../../src/core/handled.ts';
import { readRecord } from '../../../src/core/lease/format.ts';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { Holder, LeaseRecord } from '../../../src/core/lease/record.ts';
import { leaseAnnotation } from '../../../src/core/lease-name.ts';
import { emptyMemory } from '../../../src/core/memory.ts';
import type { Need } from '../../../src/core/need.ts';
import type { NodeSnapshot } from '../../../src/core/node-view.ts';
import type { Effect, Lane } from '../../../src/core/phases/effect.ts';
import type { DecisionSettings, Facts } from '../../../src/core/phases/facts.ts';
import { startState } from '../../../src/core/phases/start.ts';
import type { Phase, PhaseName, Restoring, State } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import { at, holder, me, record, waiting, wall } from '../lease/samples.ts';
import { leaseOf, node } from './server.ts';

/** The moment of every sample, milliseconds; far enough from 0 that something can be earlier. */
export const moment = 1_000_000;

export const moments = { now: at(moment), later: (ms: number) => at(moment + ms, 'd'.repeat(32)) };

export const settings: DecisionSettings = {
  observe: false,
  lease: { namespace: 'kured-host', name: 'kured-host' },
  concurrency: 1,
  priority: 0,
  takeOverAfter: null,
  drainTimeout: 1_800_000,
  onDrainTimeout: 'back-out',
  evictionDelay: 0,
  rebootDelay: 0,
  releaseDelay: 0,
  rebootMethod: 'logind',
  rebootDeadline: 600_000,
  attempts: 3,
  maxRebootsPerDay: 3,
  verificationTimeout: 900_000,
  node: {
    beforeDrain: { labels: {}, annotations: {} },
    afterReboot: { labels: {}, annotations: {} },
    excludeFromLoadBalancers: false,
    loadBalancerDelay: 30_000,
    kuredAnnotations: false,
    preferNoScheduleTaint: null,
  },
};

export const need: Need = {
  fingerprint: 'file:1',
  source: '/run/reboot-required',
  reasons: ['linux-image'],
  older: false,
};

export const claim = 'claim-n1';

/** Proven and restored; what is left is the delay and the release. */
export const restored: Restoring = {
  name: 'restoring',
  claim,
  handled: '{}',
  rebooted: true,
  nonce: 'n',
  restored: true,
  releaseAt: null,
};

/** Everything that can be written around a reboot. */
export const everyMark: DecisionSettings['node'] = {
  beforeDrain: { labels: { during: 'yes' }, annotations: { 'example.com/during': 'yes' } },
  afterReboot: { labels: { afterwards: 'yes' }, annotations: {} },
  excludeFromLoadBalancers: true,
  loadBalancerDelay: null,
  kuredAnnotations: true,
  preferNoScheduleTaint: 'example.com/reboot',
};

/** What stands in the Lease and on the Node, and what is known, where it differs from a node at rest that needs a reboot. */
export interface Setting {
  /** The own entry; null: none. */
  readonly entry?: Partial<Holder> | null;
  readonly record?: Partial<LeaseRecord>;
  readonly node?: Partial<NodeSnapshot>;
  /** Our cordon and mark stand on the Node. */
  readonly cordoned?: boolean;
  /** The boot in which the mark was made. */
  readonly markBoot?: string;
  readonly markMethod?: 'soft-reboot';
  readonly handled?: Handled;
  readonly settings?: Partial<DecisionSettings>;
  readonly facts?: Partial<Facts>;
  readonly waits?: State['waits'];
  /** The Lease was written by a newer version. */
  readonly unreadable?: boolean;
  /** The Lease as it was last read is no base any more. */
  readonly stale?: boolean;
}

/** A state as it stands after its decision, with the effects that are under way. */
export interface Sample {
  readonly state: State;
  readonly pending: ReadonlyMap<Lane, Extract<Effect, { readonly lane: Lane }>>;
  readonly wakeAt: number | null;
}

export function ownNode(of: Setting): NodeSnapshot {
  const named = { [leaseAnnotation]: 'kured-host/kured-host' };
  const plain = node({ ...of.node, annotations: { ...named, ...of.node?.annotations } });
  if (of.cordoned !== true) return withHandled(plain, of);
  const mark = {
    claim,
    boot: { id: of.markBoot ?? me.boot.id, soft: 0 },
    need: { fingerprint: 'file:1', reasons: ['linux-image'] },
    ...(of.markMethod === undefined ? {} : { method: of.markMethod }),
  };
  const patch = cordonPatch({ ...plain, unschedulable: false }, { ...mark, lease: 'kured-host/kured-host' }, 'before');
  const annotations = { ...plain.annotations, [markAnnotation]: patch.annotations[markAnnotation] ?? '' };
  const cordon = of.node?.unschedulable ?? true;
  return withHandled(
    { ...plain, unschedulable: cordon, cordonOwner: cordon ? { manager: 'kured-host' } : 'nobody', annotations },
    of,
  );
}

export function ownLease(of: Setting): LeaseObject {
  const holders = of.entry === undefined || of.entry === null ? [] : [holder('n1', { claim, ...of.entry })];
  const object = leaseOf({ transitions: 3, holders, ...of.record });
  return of.unreadable === true ? unreadable(object) : object;
}

export function unreadable(object: LeaseObject): LeaseObject {
  const { metadata } = object;
  const annotations = { ...metadata.annotations, 'kured-host/format': '99' };
  return { ...object, metadata: { ...metadata, annotations } };
}

/** A state before its decision: everything read, watched and current, permission just given. */
export function raw(phase: Phase, of: Setting = {}): State {
  const start = startState(me, { ...settings, ...of.settings }, emptyMemory, at(0));
  const object = ownLease(of);
  const seen = { is: 'lease', object, reading: readRecord(object) } as const;
  const queued = phase.name === 'queued' || holding.includes(phase.name);
  const newest = { uid: object.metadata.uid, transitions: 3 };
  const node = {
    seen: { is: 'node', node: ownNode(of) },
    current: true,
    knownAt: moment - 1_000,
    watch: 'running',
  } as const;
  return {
    phase,
    since: { mono: moment - 5_000, wall: wall + moment - 5_000 },
    waits: of.waits ?? reason('starting'),
    facts: {
      ...start.facts,
      lease: {
        ...start.facts.lease,
        seen,
        current: of.stale !== true,
        knownAt: moment - 1_000,
        watch: queued ? 'running' : 'off',
        newest,
      },
      node: { ...start.facts.node, ...node },
      need: { is: 'yes', value: need },
      permission: { answer: { is: 'allowed' }, askedAt: moment - 1_000 },
      nextLook: moment + 3_000_000,
      earlier: false,
      ...of.facts,
    },
  };
}

/** The state after its decision at this moment. */
export function sample(phase: Phase, of: Setting = {}): Sample {
  const { state, effects, wakeAt } = transition(raw(phase, of), { on: 'time' }, moments.now);
  const pending = new Map<Lane, Extract<Effect, { readonly lane: Lane }>>();
  for (const effect of effects) if ('lane' in effect) pending.set(effect.lane, effect);
  return { state, pending, wakeAt };
}

const holding: readonly PhaseName[] = ['draining', 'rebooting', 'verifying', 'restoring', 'backing-out'];

export const oldPermission: Facts['permission'] = { answer: { is: 'allowed' }, askedAt: moment - 70_000 };

export const drained: Facts['drain'] = { progress: null, ended: { is: 'done' } };

/** Somebody else holds; the own place is the second. */
export const busyPool: Partial<LeaseRecord> = {
  holders: [holder('h1')],
  queue: [waiting('q1'), waiting('n1')],
};

export { record };

function withHandled(plain: NodeSnapshot, { handled }: Setting): NodeSnapshot {
  if (handled === undefined) return plain;
  return { ...plain, annotations: { ...plain.annotations, [handledAnnotation]: JSON.stringify(handled) } };
}
