import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { Holder, LeaseRecord, Me, PoolSettings, QueueEntry, Slot } from '../../../src/core/lease/record.ts';
import type { Need } from '../../../src/core/need.ts';
import type { Now } from '../../../src/core/now.ts';

/** Values for the tests of the record's rules, each with one thing changed where a test needs it. */

export const wall = Date.parse('2026-03-01T02:53:07.250Z');

export function at(mono: number, chance = 'c'.repeat(32)): Now {
  return { mono, wall: wall + mono, chance };
}

export const now = at(0);

export const settings: PoolSettings = { concurrency: 1, priority: 0 };

export const need: Need = {
  fingerprint: 'file:1',
  source: '/run/reboot-required',
  reasons: ['linux-image'],
  older: false,
};

export function node(name: string, change: Partial<Me> = {}): Me {
  return {
    node: name,
    uid: `uid-${name}`,
    machine: `machine-${name}`,
    boot: { id: `boot-${name}`, soft: 0 },
    by: `by-${name}`,
    ...change,
  };
}

export const me = node('n1');

export function holder(name: string, change: Partial<Holder> = {}): Slot<Holder> {
  return {
    readable: true,
    entry: {
      node: name,
      uid: `uid-${name}`,
      machine: `machine-${name}`,
      claim: `claim-${name}`,
      boot: { id: `boot-${name}`, soft: 0 },
      phase: 'draining',
      by: `by-${name}`,
      attempt: 0,
      starts: 0,
      need: { fingerprint: 'file:1', reasons: ['linux-image'] },
      limit: 1,
      reads: 1,
      since: '2026-03-01T02:10:00Z',
      changed: '2026-03-01T02:52:00Z',
      ...change,
    },
  };
}

export function waiting(name: string, change: Partial<QueueEntry> = {}): Slot<QueueEntry> {
  return {
    readable: true,
    entry: {
      node: name,
      uid: `uid-${name}`,
      id: `id-${name}`,
      limit: 1,
      priority: 0,
      since: '2026-03-01T02:00:00Z',
      reads: 1,
      ...change,
    },
  };
}

export function broken(text: string): { readonly readable: false; readonly text: string } {
  return { readable: false, text };
}

export function record(change: Partial<LeaseRecord> = {}): LeaseRecord {
  return {
    format: 1,
    holders: [],
    queue: [],
    concurrency: null,
    paused: null,
    release: null,
    forceRelease: null,
    transitions: 0,
    ...change,
  };
}

export function lease(annotations?: Record<string, string>, spec?: LeaseObject['spec']): LeaseObject {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: 'kured-host',
      namespace: 'kured-host',
      uid: 'lease-1',
      resourceVersion: '7',
      ...(annotations === undefined ? {} : { annotations }),
    },
    ...(spec === undefined ? {} : { spec }),
  };
}

/** The names in the queue, in order; `?` for an entry that cannot be read. */
export function queued(of: LeaseRecord): readonly string[] {
  return of.queue.map((slot) => (slot.readable ? slot.entry.node : '?'));
}

export function holding(of: LeaseRecord): readonly string[] {
  return of.holders.map((slot) => (slot.readable ? slot.entry.node : '?'));
}

/** The entry of a node, for a test that knows it is there. */
export function entryOf(of: LeaseRecord, name: string): Holder {
  const slot = of.holders.find((candidate) => candidate.readable && candidate.entry.node === name);
  if (slot === undefined || !slot.readable) throw new Error(`${name} has no entry`);
  return slot.entry;
}

/** The record of a ruling that has to be granted. */
export function granted(ruling: {
  readonly granted: boolean;
  readonly record?: LeaseRecord;
  readonly because?: string;
}): LeaseRecord {
  if (!ruling.granted || ruling.record === undefined) throw new Error(`refused: ${ruling.because}`);
  return ruling.record;
}

export function refusal(ruling: { readonly granted: boolean; readonly because?: string }): string {
  return ruling.granted ? 'granted' : (ruling.because ?? '');
}
