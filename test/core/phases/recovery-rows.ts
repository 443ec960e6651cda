import { markAnnotation } from '../../../src/core/cordon-mark.ts';
import type { Holder } from '../../../src/core/lease/record.ts';
import { emptyMemory } from '../../../src/core/memory.ts';
import type { NodeSnapshot } from '../../../src/core/node-view.ts';
import type { Effect } from '../../../src/core/phases/effect.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { Found } from '../../../src/core/phases/recovery-table.ts';
import { startState } from '../../../src/core/phases/start.ts';
import type { State } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import type { ShutdownLook } from '../../../src/core/shutdown.ts';
import { at, holder, me, waiting } from '../lease/samples.ts';
import { claim, moment, ownLease, ownNode, type Setting, settings, unreadable } from './samples.ts';

/** One case of the table of recovery: what is found, the row and verdict, and where the service stands afterwards. */
export interface Row {
  readonly title: string;
  readonly entry?: Partial<Holder> | 'unreadable' | 'lease-gone';
  readonly queued?: true;
  /** How often systemd has rebooted softly in this boot; 0 at the claim, and by default now. */
  readonly soft?: number;
  readonly node?: Setting | null;
  readonly look?: ShutdownLook;
  readonly gives: readonly [row: number, follow: string, phase: string];
}

export const none: ShutdownLook = { is: 'none' };
const underWay: ShutdownLook = { is: 'under-way', what: 'reboot' };
const scheduled: ShutdownLook = { is: 'scheduled', what: 'reboot', at: 0 };
const unclear: ShutdownLook = { is: 'unknown', reason: reason('shutdown-unknown', { why: 'no answer' }) };

export const clean: Setting = {};
const persons: Setting = { node: { unschedulable: true, cordonOwner: { manager: 'kubectl' } } };
export const mark: Setting = { cordoned: true };
const oldMark: Setting = { cordoned: true, markBoot: 'boot-before' };
const badMark: Setting = { node: { annotations: { [markAnnotation]: '{' } } };
const uncordoned: Setting = { cordoned: true, node: { unschedulable: false } };

export const before = { id: 'boot-before', soft: 0 };
export const fence = { phase: 'rebooting', attempt: 1, method: 'logind' } as const;
export const command = { ...fence, method: 'command' } as const;
const softly = { ...fence, method: 'soft-reboot' } as const;
const softMark: Setting = { cordoned: true, markMethod: 'soft-reboot' };

export const recoveryRows: readonly Row[] = [
  { title: 'no claim, no mark', node: clean, gives: [1, 'idle', 'idle'] },
  { title: "no claim, no mark, a person's cordon", node: persons, gives: [1, 'idle', 'idle'] },
  { title: 'no claim, no mark, a place in the queue', queued: true, node: clean, gives: [1, 'queued', 'queued'] },
  { title: 'no claim, and the Node is gone', node: null, gives: [1, 'idle', 'idle'] },
  {
    title: 'no claim, a mark of this boot, systemd does nothing',
    node: mark,
    look: none,
    gives: [2, 'restore', 'restoring/patch'],
  },
  {
    title: 'no claim, a mark of this boot, somebody scheduled a reboot',
    node: mark,
    look: scheduled,
    gives: [2, 'restore', 'restoring/patch'],
  },
  {
    title: 'no claim, a mark of this boot, systemd takes the machine down',
    node: mark,
    look: underWay,
    gives: [3, 'wait-for-shutdown', 'recovering/decide'],
  },
  {
    title: 'no claim, a mark of this boot, systemd does not answer',
    node: mark,
    look: unclear,
    gives: [3, 'wait-for-shutdown', 'recovering/decide'],
  },
  { title: 'no claim, a mark of another boot', node: oldMark, gives: [4, 'verify-without-claim', 'verifying'] },
  {
    title: 'no claim, a mark of a soft reboot that came',
    node: softMark,
    soft: 1,
    gives: [4, 'verify-without-claim', 'verifying'],
  },
  {
    title: "no claim, a mark of this boot, after somebody's soft reboot, systemd does nothing",
    node: mark,
    soft: 1,
    look: none,
    gives: [2, 'restore', 'restoring/patch'],
  },
  { title: 'no claim, a mark that cannot be read', node: badMark, gives: [4, 'verify-without-claim', 'verifying'] },
  {
    title: 'claim of this boot, draining, not cordoned yet',
    entry: {},
    node: clean,
    gives: [5, 'drain', 'draining/permit'],
  },
  { title: 'claim of this boot, draining, cordoned', entry: {}, node: mark, gives: [5, 'drain', 'draining/permit'] },
  {
    title: "claim of this boot, draining, a person's cordon",
    entry: {},
    node: persons,
    gives: [5, 'drain', 'draining/permit'],
  },
  {
    title: "claim of this boot, draining, after somebody's soft reboot",
    entry: {},
    soft: 1,
    node: mark,
    gives: [5, 'drain', 'draining/permit'],
  },
  {
    title: 'claim of this boot, draining, started more than 5 times',
    entry: { starts: 5 },
    node: mark,
    gives: [5, 'back-out', 'backing-out/declare'],
  },
  {
    title: 'claim of this boot, draining, started 5 times',
    entry: { starts: 4 },
    node: mark,
    gives: [5, 'drain', 'draining/permit'],
  },
  {
    title: 'claim of this boot, draining, a person uncordoned',
    entry: {},
    node: uncordoned,
    gives: [6, 'back-out', 'backing-out/declare'],
  },
  {
    title: 'claim of this boot, backing out',
    entry: { phase: 'backing-out' },
    node: mark,
    gives: [7, 'finish-back-out', 'backing-out/restore'],
  },
  {
    title: 'claim of this boot, rebooting by logind, systemd does nothing',
    entry: fence,
    node: mark,
    look: none,
    gives: [8, 'take-fence-back', 'rebooting/take-back'],
  },
  {
    title: 'claim of this boot, rebooting by logind, systemd does nothing, no attempt left',
    entry: { ...fence, attempt: 3 },
    node: mark,
    look: none,
    gives: [8, 'take-fence-back', 'rebooting/take-back/stuck'],
  },
  {
    title: 'claim of this boot, rebooting softly, systemd does nothing',
    entry: softly,
    node: softMark,
    look: none,
    gives: [8, 'take-fence-back', 'rebooting/take-back'],
  },
  {
    title: 'claim of this boot, rebooting by kexec, systemd does nothing',
    entry: { ...fence, method: 'kexec' },
    node: mark,
    look: none,
    gives: [8, 'take-fence-back', 'rebooting/take-back'],
  },
  {
    title: "claim of this boot, rebooting by logind, after somebody's soft reboot, systemd does nothing",
    entry: fence,
    soft: 1,
    node: mark,
    look: none,
    gives: [8, 'take-fence-back', 'rebooting/take-back'],
  },
  {
    title: 'claim of this boot, rebooting, systemd takes the machine down',
    entry: fence,
    node: mark,
    look: underWay,
    gives: [9, 'wait-for-reboot', 'rebooting/asked'],
  },
  {
    title: 'claim of this boot, rebooting, somebody scheduled a reboot',
    entry: fence,
    node: mark,
    look: scheduled,
    gives: [9, 'wait-for-reboot', 'rebooting/asked'],
  },
  {
    title: 'claim of this boot, rebooting, systemd does not answer',
    entry: fence,
    node: mark,
    look: unclear,
    gives: [9, 'wait-for-reboot', 'rebooting/asked'],
  },
  {
    title: 'claim of this boot, rebooting by a command',
    entry: command,
    node: mark,
    look: none,
    gives: [9, 'wait-for-reboot', 'rebooting/asked'],
  },
  {
    title: 'claim of this boot, rebooting by a signal',
    entry: { ...fence, method: 'signal' },
    node: mark,
    look: none,
    gives: [9, 'wait-for-reboot', 'rebooting/asked'],
  },
  {
    title: 'claim of this boot, rebooting, nobody knows by what',
    entry: { phase: 'rebooting', attempt: 1 },
    node: mark,
    look: none,
    gives: [9, 'wait-for-reboot', 'rebooting/asked'],
  },
  {
    title: 'claim of this boot that says verifying',
    entry: { phase: 'verifying' },
    node: mark,
    look: none,
    gives: [9, 'wait-for-reboot', 'rebooting/asked'],
  },
  {
    title: 'claim of this boot, rebooting, and the Node is gone',
    entry: fence,
    node: null,
    look: underWay,
    gives: [9, 'wait-for-reboot', 'rebooting/asked'],
  },
  {
    title: 'claim of this boot, rebooting softly, and systemd did so',
    entry: softly,
    soft: 1,
    node: softMark,
    gives: [10, 'verify', 'verifying'],
  },
  {
    title: 'claim of this boot, verifying a soft reboot',
    entry: { ...softly, phase: 'verifying' },
    soft: 1,
    node: softMark,
    gives: [10, 'verify', 'verifying'],
  },
  {
    title: 'claim of another boot, rebooting',
    entry: { ...fence, boot: before },
    node: oldMark,
    gives: [11, 'verify', 'verifying'],
  },
  {
    title: 'claim of another boot, draining: somebody else rebooted',
    entry: { boot: before },
    node: oldMark,
    gives: [11, 'verify', 'verifying'],
  },
  {
    title: 'claim of another boot, backing out',
    entry: { phase: 'backing-out', boot: before },
    node: oldMark,
    gives: [11, 'verify', 'verifying'],
  },
  {
    title: 'claim of another boot, stuck',
    entry: { ...fence, boot: before, stuck: 'why' },
    node: oldMark,
    gives: [11, 'verify', 'verifying'],
  },
  {
    title: 'claim of a machine that was replaced (the Node has another UID)',
    entry: { machine: 'old', boot: before, uid: 'old' },
    node: clean,
    gives: [11, 'verify', 'verifying'],
  },
  {
    title: 'claim of another machine that uses this name',
    entry: { machine: 'other' },
    node: mark,
    gives: [12, 'wait-for-person', 'recovering/look'],
  },
  {
    title: 'claim of another machine that uses this name, of another boot',
    entry: { machine: 'other', boot: before },
    node: clean,
    gives: [12, 'wait-for-person', 'recovering/look'],
  },
  {
    title: 'claim of this boot, draining, the Node is gone',
    entry: {},
    node: null,
    gives: [13, 'release', 'backing-out/release'],
  },
  {
    title: 'claim of this boot, backing out, the Node is gone',
    entry: { phase: 'backing-out' },
    node: null,
    gives: [13, 'release', 'backing-out/release'],
  },
  {
    title: 'the Lease cannot be read, a mark of another boot',
    entry: 'unreadable',
    node: oldMark,
    gives: [14, 'verify-without-claim', 'verifying'],
  },
  {
    title: 'the Lease cannot be read, a mark of this boot',
    entry: 'unreadable',
    node: mark,
    gives: [14, 'wait-readable', 'recovering/look'],
  },
  {
    title: 'the Lease cannot be read, no mark',
    entry: 'unreadable',
    node: clean,
    gives: [14, 'wait-readable', 'recovering/look'],
  },
  { title: 'the Lease is gone, no mark', entry: 'lease-gone', node: clean, gives: [1, 'idle', 'idle'] },
  {
    title: 'the Lease is gone, a mark of this boot, systemd does nothing',
    entry: 'lease-gone',
    node: mark,
    look: none,
    gives: [2, 'restore', 'restoring/patch'],
  },
  {
    title: 'the Lease is gone, a mark of another boot',
    entry: 'lease-gone',
    node: oldMark,
    gives: [4, 'verify-without-claim', 'verifying'],
  },
];

/** What recovery has read when it decides. */
export function found(row: Row): Found {
  const { entry, queued, node, look, soft = 0 } = row;
  const own = typeof entry === 'object' ? holder('n1', { claim, ...entry, starts: (entry.starts ?? 0) + 1 }) : null;
  const replaced = typeof entry === 'object' && entry.uid === 'old';
  return {
    me: { ...me, boot: { ...me.boot, soft } },
    entry: own?.readable
      ? { ...own.entry, ...(replaced ? { machine: me.machine } : {}) }
      : typeof entry === 'string'
        ? entry
        : 'none',
    queued: queued === true,
    node: node === null ? null : ownNode(node ?? {}),
    rebootAsked: false,
    look: look ?? null,
  };
}

/** A start of the service that finds this, until it is out of recovery or waits in it. */
export function run(
  row: Row,
  pool = settings.lease.name,
): { readonly state: State; readonly effects: readonly Effect[] } {
  const lease = { namespace: settings.lease.namespace, name: pool };
  const boot = { ...me.boot, soft: row.soft ?? 0 };
  let state = startState({ ...me, boot, uid: '' }, { ...settings, lease }, emptyMemory, at(moment));
  // The kubelet has not reported this boot yet.
  const node: NodeSnapshot | null = row.node === null ? null : { ...ownNode(row.node ?? {}), bootID: 'boot-before' };
  const plain = ownLease({
    entry: typeof row.entry === 'object' ? { by: 'by-before', ...row.entry } : null,
    record: row.queued === true ? { queue: [waiting('q1'), waiting('n1')] } : {},
  });
  let object = row.entry === 'unreadable' ? unreadable(plain) : plain;
  const all: Effect[] = [];
  const happens: Event[] = [{ on: 'node-watch', told: { is: 'listed', objects: node === null ? [] : [node] } }];
  for (let event = happens.shift(); event !== undefined; event = happens.shift()) {
    const { state: next, effects } = transition(state, event, at(moment));
    state = next;
    all.push(...effects);
    if (state.phase.name !== 'recovering') break;
    for (const effect of effects) {
      if (effect.do === 'read-lease') {
        const result = row.entry === 'lease-gone' ? ({ is: 'gone' } as const) : ({ is: 'found', object } as const);
        happens.push({ on: 'lease-read', lease: effect.lease, consistency: 'consistent', result });
      }
      if (effect.do === 'write-lease') {
        object = { ...effect.object, metadata: { ...effect.object.metadata, resourceVersion: '9' } };
        happens.push({
          on: 'lease-written',
          lease: effect.object.metadata,
          base: '',
          result: { is: 'written', object },
        });
      }
      if (effect.do === 'read-node') {
        happens.push({ on: 'node-read', result: node === null ? { is: 'gone' } : { is: 'found', object: node } });
      }
      if (effect.do === 'look-at-shutdown' && row.look !== undefined) {
        happens.push({ on: 'shutdown', look: row.look, askedAt: moment });
      }
    }
  }
  return { state, effects: all };
}
