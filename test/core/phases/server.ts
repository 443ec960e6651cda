import { handledAnnotation, markAnnotation, readMark, writeAnnotation } from '../../../src/core/cordon-mark.ts';
import { readRecord, writeRecord } from '../../../src/core/lease/format.ts';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { LeaseRecord } from '../../../src/core/lease/record.ts';
import type { NodePatch, NodeSnapshot } from '../../../src/core/node-view.ts';
import type { ReadResult, WriteResult } from '../../../src/core/phases/event.ts';
import { reason } from '../../../src/core/reasons.ts';
import { lease, now, record } from '../lease/samples.ts';

export type Outcome = 'done' | 'conflict' | 'gone';

/** The API server as two plain objects: one Lease and one Node, with resourceVersions that are compared and swapped. */
export class Server {
  lease: LeaseObject | null = lease();
  node: NodeSnapshot | null = node();
  /** Whether the other holder's Node exists. */
  peer = true;
  /** Whose the cordon is, by the test's own account: who set it last, and a person's once our mark was taken away. */
  cordonBy: 'nobody' | 'us' | 'person' = 'nobody';
  #version = 100;
  #uids = 0;

  readLease(): ReadResult<LeaseObject> {
    return this.lease === null ? { is: 'gone' } : { is: 'found', object: this.lease };
  }

  peerLook(): { readonly is: 'exists' | 'gone' } {
    return { is: this.peer ? 'exists' : 'gone' };
  }

  readNode(): ReadResult<NodeSnapshot> {
    return this.node === null ? { is: 'gone' } : { is: 'found', object: this.node };
  }

  writeLease(object: LeaseObject): Outcome {
    const stands = this.lease?.metadata;
    if (stands === undefined) return 'gone';
    const { uid, resourceVersion } = object.metadata;
    if (uid !== stands.uid || resourceVersion !== stands.resourceVersion) return 'conflict';
    this.lease = { ...object, metadata: { ...object.metadata, resourceVersion: this.#next() } };
    return 'done';
  }

  patchNode(patch: NodePatch): Outcome {
    if (this.node === null) return 'gone';
    if (patch.uid !== this.node.uid || patch.resourceVersion !== this.node.resourceVersion) return 'conflict';
    const { unschedulable } = patch;
    if (unschedulable !== undefined) this.cordonBy = unschedulable ? 'us' : 'nobody';
    this.#change({
      ...(unschedulable === undefined
        ? {}
        : { unschedulable, cordonOwner: unschedulable ? { manager: 'kured-host' } : 'nobody' }),
      labels: merged(this.node.labels, patch.labels ?? {}),
      annotations: merged(this.node.annotations, patch.annotations),
      taints: patch.taints ?? this.node.taints,
    });
    return 'done';
  }

  /** The record as it stands; null while the Lease is gone or cannot be read. */
  record(): LeaseRecord | null {
    if (this.lease === null) return null;
    const reading = readRecord(this.lease);
    return reading.readable ? reading.record : null;
  }

  /** What a person or another node writes. */
  edit(change: (record: LeaseRecord) => LeaseRecord): void {
    const stands = this.record();
    if (this.lease === null || stands === null) return;
    this.writeLease(writeRecord(this.lease, change(stands), now));
  }

  annotateLease(name: string, value: string | null): void {
    if (this.lease === null) return;
    const annotations = merged(this.lease.metadata.annotations ?? {}, { [name]: value });
    this.writeLease({ ...this.lease, metadata: { ...this.lease.metadata, annotations } });
  }

  deleteLease(): void {
    this.lease = null;
  }

  createLease(): void {
    if (this.lease !== null) return;
    this.#uids += 1;
    const made = lease();
    this.lease = {
      ...made,
      metadata: { ...made.metadata, uid: `lease-again-${this.#uids}`, resourceVersion: this.#next() },
    };
  }

  /** `kubectl cordon` and `uncordon`: on a node that is as wished already they write nothing. */
  cordonByHand(unschedulable: boolean): void {
    if (this.node === null || this.node.unschedulable === unschedulable) return;
    this.cordonBy = unschedulable ? 'person' : 'nobody';
    this.#change({ unschedulable, cordonOwner: unschedulable ? { manager: 'kubectl' } : 'nobody' });
  }

  annotateNode(name: string, value: string | null): void {
    if (this.node === null || (this.node.annotations[name] ?? null) === value) return;
    this.#change({ annotations: merged(this.node.annotations, { [name]: value }) });
  }

  takeMarkByHand(): void {
    if (this.node === null || readMark(this.node).is === 'none') return;
    if (this.node.unschedulable) this.cordonBy = 'person';
    this.#change({ annotations: merged(this.node.annotations, { [markAnnotation]: null }) });
  }

  /** An etcd that was restored brings back a mark of ours, of a claim that ended long ago, with its cordon. */
  markAgain(): void {
    if (this.node === null || readMark(this.node).is !== 'none' || this.node.unschedulable) return;
    const mark = {
      claim: 'claim-old',
      boot: { id: 'boot-old', soft: 0 },
      need: { fingerprint: 'need-old', reasons: [] },
    };
    const text = JSON.stringify({ ...mark, lease: 'kured-host/kured-host', cordoned: true });
    this.cordonBy = 'us';
    this.#change({
      unschedulable: true,
      cordonOwner: { manager: 'kured-host' },
      annotations: merged(this.node.annotations, { [markAnnotation]: text }),
    });
  }

  deleteNode(): void {
    this.node = null;
    this.cordonBy = 'nobody';
  }

  /** A kubelet that starts finds its Node gone and makes it anew: another uid, nothing on it. */
  registerNode(bootID: string, at: number): void {
    if (this.node !== null) return;
    this.#uids += 1;
    this.node = {
      ...node(),
      uid: `uid-again-${this.#uids}`,
      bootID,
      ready: 'True',
      readyHeartbeat: at,
      resourceVersion: this.#next(),
    };
  }

  kubelet(bootID: string, ready: boolean, at: number): void {
    this.#change({ bootID, ready: ready ? 'True' : 'False', readyHeartbeat: at });
  }

  #change(change: Partial<NodeSnapshot>): void {
    if (this.node !== null) this.node = { ...this.node, ...change, resourceVersion: this.#next() };
  }

  #next(): string {
    this.#version += 1;
    return String(this.#version);
  }
}

export function node(change: Partial<NodeSnapshot> = {}): NodeSnapshot {
  return {
    name: 'n1',
    uid: 'uid-n1',
    resourceVersion: '50',
    unschedulable: false,
    cordonOwner: 'nobody',
    labels: {},
    annotations: {},
    taints: [],
    bootID: 'boot-n1',
    ready: 'True',
    readyMessage: '',
    readyHeartbeat: null,
    condition: null,
    ...change,
  };
}

/** The object of a Lease whose record this is. */
export function leaseOf(change: Partial<LeaseRecord> = {}): LeaseObject {
  const { transitions = 0, ...rest } = change;
  const written = writeRecord(lease(), record({ ...rest, transitions }), now);
  return written;
}

export function written<T>(outcome: Outcome, object: T | null): WriteResult<T> {
  if (outcome !== 'done') return { is: outcome };
  if (object === null) return { is: 'gone' };
  return { is: 'written', object };
}

export const lost = reason('api-unavailable', { server: 'https://api', why: 'the connection was lost' });

export { handledAnnotation, markAnnotation, writeAnnotation };

function merged(
  before: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string>> {
  const kept = Object.entries({ ...before, ...changes });
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== null));
}
