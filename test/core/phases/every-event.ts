import { markAnnotation } from '../../../src/core/cordon-mark.ts';
import { readRecord, writeRecord } from '../../../src/core/lease/format.ts';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { Holder, LeaseRecord, Slot } from '../../../src/core/lease/record.ts';
import type { NodePatch, NodeSnapshot } from '../../../src/core/node-view.ts';
import { holdAnnotation, requestAnnotation } from '../../../src/core/node-wishes.ts';
import type { Now } from '../../../src/core/now.ts';
import { type Event, type EventName, outcomeLane } from '../../../src/core/phases/event.ts';
import { reason } from '../../../src/core/reasons.ts';
import { me, record } from '../lease/samples.ts';
import { busyPool, moment, moments, need, ownLease, type Sample, settings, unreadable } from './samples.ts';
import { lost } from './server.ts';

type Variants = { readonly [Name in EventName]: Readonly<Record<string, Extract<Event, { readonly on: Name }>>> };

/** Every event in every variant that is decided on differently, as it could come to this state. A new event has to be given one. */
export function everyEvent(sample: Sample): Variants {
  const asIs = sample.state.facts.settings;
  const kept = { ...asIs, observe: false };
  const lease = settings.lease;
  const object = objectOf(sample);
  const node = nodeOf(sample);
  const write = sample.pending.get('lease');
  const base = `${object.metadata.uid}/${object.metadata.resourceVersion}`;
  const patch = sample.pending.get('node');
  const hooks = sample.pending.get('hooks');
  const hookPhase = hooks?.do === 'run-hooks' ? hooks.call.phase : 'before-drain';
  const hookFailed = reason('hook-failed', { hook: 'a', why: 'it ended with exit code 1' });
  const nodeBase = `${node.uid}/${node.resourceVersion}`;
  const permission = { on: 'permission', need: { is: 'yes', value: need }, askedAt: moment } as const;
  const blocked = reason('blocked', { source: 'the window', why: 'closed' });
  const read = { on: 'lease-read', lease, consistency: 'consistent' } as const;
  const wrote = { on: 'lease-written', lease, base } as const;
  const patched = { on: 'node-patched', base: nodeBase } as const;
  const watched = (change: (record: LeaseRecord) => LeaseRecord) =>
    ({ on: 'lease-watch', lease, told: { is: 'changed', object: edited(object, change) } }) as const;
  const saw = (change: Partial<NodeSnapshot>) =>
    ({ on: 'node-watch', told: { is: 'changed', object: { ...node, ...change, resourceVersion: '60' } } }) as const;
  const { [markAnnotation]: _, ...unmarked } = node.annotations;
  return {
    'lease-read': {
      found: { ...read, result: { is: 'found', object } },
      gone: { ...read, result: { is: 'gone' } },
      failed: { ...read, result: { is: 'failed', reason: lost } },
    },
    'lease-written': {
      written: {
        ...wrote,
        result: { is: 'written', object: stored(write?.do === 'write-lease' ? write.object : object) },
      },
      conflict: { ...wrote, result: { is: 'conflict' } },
      gone: { ...wrote, result: { is: 'gone' } },
      refused: { ...wrote, result: { is: 'refused', reason: lost } },
      unknown: { ...wrote, result: { is: 'unknown', reason: lost } },
    },
    'node-read': {
      found: { on: 'node-read', result: { is: 'found', object: node } },
      gone: { on: 'node-read', result: { is: 'gone' } },
      failed: { on: 'node-read', result: { is: 'failed', reason: lost } },
    },
    'node-patched': {
      written: {
        ...patched,
        result: { is: 'written', object: patch?.do === 'patch-node' ? after(node, patch.patch) : node },
      },
      conflict: { ...patched, result: { is: 'conflict' } },
      gone: { ...patched, result: { is: 'gone' } },
      refused: { ...patched, result: { is: 'refused', reason: lost } },
      unknown: { ...patched, result: { is: 'unknown', reason: lost } },
    },
    permission: {
      allowed: { ...permission, answer: { is: 'allowed' } },
      refused: { ...permission, answer: { is: 'refused', reasons: [blocked] } },
      unknown: { ...permission, answer: { is: 'unknown', reasons: [blocked] } },
      'refused in passing': { ...permission, answer: { is: 'refused', reasons: [blocked], passing: true } },
      'need gone': { ...permission, answer: { is: 'allowed' }, need: { is: 'no' } },
    },
    shutdown: {
      none: { on: 'shutdown', look: { is: 'none' }, askedAt: moment },
      'under way': { on: 'shutdown', look: { is: 'under-way', what: 'reboot' }, askedAt: moment },
      scheduled: { on: 'shutdown', look: { is: 'scheduled', what: 'reboot', at: 0 }, askedAt: moment },
      unknown: { on: 'shutdown', look: { is: 'unknown', reason: lost }, askedAt: moment },
    },
    'drain-ended': {
      done: { on: 'drain-ended', end: { is: 'done' } },
      failed: { on: 'drain-ended', end: { is: 'failed', reason: reason('drain-failed', { why: 'a pod' }) } },
      stopped: { on: 'drain-ended', end: { is: 'stopped' } },
    },
    'holder-seen': {
      exists: { on: 'holder-seen', node: 'h1', claim: 'claim-h1', look: { is: 'exists' }, askedAt: moment },
      gone: { on: 'holder-seen', node: 'h1', claim: 'claim-h1', look: { is: 'gone' }, askedAt: moment },
      unknown: {
        on: 'holder-seen',
        node: 'h1',
        claim: 'claim-h1',
        look: { is: 'unknown', reason: lost },
        askedAt: moment,
      },
    },
    announced: { '': { on: 'announced' } },
    'hooks-ended': {
      done: { on: 'hooks-ended', phase: hookPhase, end: { is: 'done' } },
      failed: { on: 'hooks-ended', phase: hookPhase, end: { is: 'failed', reason: hookFailed } },
      stopped: { on: 'hooks-ended', phase: hookPhase, end: { is: 'stopped' } },
    },
    reboot: {
      accepted: { on: 'reboot', answer: { is: 'accepted' } },
      refused: { on: 'reboot', answer: { is: 'refused', reason: lost } },
      unknown: { on: 'reboot', answer: { is: 'unknown', reason: lost } },
    },
    time: { 'nothing due': { on: 'time' }, due: { on: 'time' } },
    need: {
      'as before': { on: 'need', answer: { is: 'yes', value: need } },
      another: { on: 'need', answer: { is: 'yes', value: { ...need, fingerprint: 'file:2' } } },
      none: { on: 'need', answer: { is: 'no' } },
      unknown: { on: 'need', answer: { is: 'unknown', reason: lost } },
    },
    away: { '': { on: 'away', ms: 60_000 } },
    'permission-hint': { '': { on: 'permission-hint' } },
    'drain-progress': { '': { on: 'drain-progress', progress: reason('draining', { progress: '1 pod left' }) } },
    'hooks-progress': {
      '': { on: 'hooks-progress', progress: reason('hook-running', { hook: 'a', timeout: '600 s' }) },
    },
    'lease-watch': {
      listed: { on: 'lease-watch', lease, told: { is: 'listed', objects: [object] } },
      'lease gone': { on: 'lease-watch', lease, told: { is: 'deleted', object } },
      broken: { on: 'lease-watch', lease, told: { is: 'broken', reason: lost } },
      resumed: { on: 'lease-watch', lease, told: { is: 'resumed' } },
      'claim gone': watched((record) => ({ ...record, holders: [] })),
      'another claim': watched((record) => ({ ...record, holders: record.holders.map(anotherClaim) })),
      paused: watched((record) => ({ ...record, paused: 'maintenance' })),
      'release asked': watched((record) => ({ ...record, release: 'n1' })),
      'release forced': watched((record) => ({ ...record, forceRelease: 'n1' })),
      unreadable: { on: 'lease-watch', lease, told: { is: 'changed', object: stored(unreadable(object)) } },
      'others rebooting': watched((record) => ({
        ...record,
        holders: [...record.holders, ...(busyPool.holders ?? [])],
      })),
    },
    'node-watch': {
      listed: { on: 'node-watch', told: { is: 'listed', objects: [node] } },
      'node gone': { on: 'node-watch', told: { is: 'deleted', object: node } },
      broken: { on: 'node-watch', told: { is: 'broken', reason: lost } },
      resumed: { on: 'node-watch', told: { is: 'resumed' } },
      uncordoned: saw({ unschedulable: false, cordonOwner: 'nobody' }),
      cordoned: saw({ unschedulable: true, cordonOwner: { manager: 'kubectl' } }),
      'mark taken': saw({ annotations: unmarked }),
      'mark found': saw({ annotations: { ...unmarked, [markAnnotation]: strangeMark } }),
      held: saw({ annotations: { ...node.annotations, [holdAnnotation]: 'a restore' } }),
      'reboot requested': saw({ annotations: { ...node.annotations, [requestAnnotation]: 'firmware' } }),
      'another uid': saw({ uid: 'uid-again' }),
      'ready in this boot': saw({ bootID: me.boot.id, ready: 'True' }),
      'not ready in this boot': saw({ bootID: me.boot.id, ready: 'False' }),
    },
    settings: {
      'as before': { on: 'settings', settings: asIs },
      'another pool': { on: 'settings', settings: { ...kept, lease: { ...lease, name: 'kured-host-gpu' } } },
      'more at once': { on: 'settings', settings: { ...kept, concurrency: 2 } },
      observe: { on: 'settings', settings: { ...kept, observe: true } },
      'fewer attempts': { on: 'settings', settings: { ...kept, attempts: 1 } },
      'no delays': { on: 'settings', settings: { ...asIs, evictionDelay: 0, rebootDelay: 0, releaseDelay: 0 } },
    },
    retry: { '': { on: 'retry' } },
    stop: {
      restart: { on: 'stop', meaning: 'restart' },
      stop: { on: 'stop', meaning: 'stop' },
      shutdown: { on: 'stop', meaning: 'shutdown' },
      unknown: { on: 'stop', meaning: 'unknown' },
    },
  };
}

/** The events that can come to this state, by name: those that come by themselves, and the outcomes of what is under way. */
export function possibleEvents(sample: Sample): ReadonlyMap<string, Event> {
  const all = Object.entries(everyEvent(sample)).flatMap(([name, variants]) =>
    Object.entries<Event>(variants).map(([variant, event]) => [`${name} ${variant}`.trim(), event] as const),
  );
  return new Map(
    all.filter(([name, event]) => isPossible(sample, event) && (name !== 'time due' || sample.wakeAt !== null)),
  );
}

/** A moment later; for `time due` the moment the state wants to be woken at. */
export function momentOf(sample: Sample, name: string): Now {
  return moments.later(name === 'time due' && sample.wakeAt !== null ? sample.wakeAt - moment : 1);
}

function isPossible(sample: Sample, event: Event): boolean {
  const lane = outcomeLane(event);
  if (lane === null) return true;
  const outcome = {
    'lease-read': 'read-lease',
    'lease-written': 'write-lease',
    'node-read': 'read-node',
    'node-patched': 'patch-node',
  };
  const effect = sample.pending.get(lane)?.do;
  if (effect === undefined) return false;
  return !(event.on in outcome) || outcome[event.on as keyof typeof outcome] === effect;
}

function objectOf({ state }: Sample): LeaseObject {
  const { seen } = state.facts.lease;
  return seen.is === 'lease' ? seen.object : ownLease({});
}

function nodeOf({ state }: Sample): NodeSnapshot {
  const { seen } = state.facts.node;
  if (seen.is !== 'node') throw new Error('every sample knows its Node');
  return seen.node;
}

function edited(object: LeaseObject, change: (record: LeaseRecord) => LeaseRecord): LeaseObject {
  return stored(writeRecord(object, change(recordOf(object)), moments.now));
}

function recordOf(object: LeaseObject): LeaseRecord {
  const reading = readRecord(object);
  return reading.readable ? reading.record : record();
}

function anotherClaim(slot: Slot<Holder>): Slot<Holder> {
  return slot.readable ? { readable: true, entry: { ...slot.entry, claim: 'another' } } : slot;
}

/** A mark of the boot before this one that no claim explains. */
const strangeMark = JSON.stringify({
  claim: 'claim-before',
  boot: { id: 'boot-before', soft: 0 },
  need: { fingerprint: 'file:0', reasons: [] },
  lease: 'kured-host/kured-host',
  cordoned: true,
});

function stored(object: LeaseObject): LeaseObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: '8' } };
}

function after(node: NodeSnapshot, patch: NodePatch): NodeSnapshot {
  const annotations = Object.entries({ ...node.annotations, ...patch.annotations });
  const { unschedulable = node.unschedulable } = patch;
  return {
    ...node,
    unschedulable,
    cordonOwner: unschedulable ? { manager: 'kured-host' } : 'nobody',
    annotations: Object.fromEntries(annotations.filter((entry): entry is [string, string] => entry[1] !== null)),
    resourceVersion: '60',
  };
}
