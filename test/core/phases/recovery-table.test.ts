import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { markAnnotation } from '../../../src/core/cordon-mark.ts';
import type { Holder } from '../../../src/core/lease/record.ts';
import { emptyMemory } from '../../../src/core/memory.ts';
import type { NodeSnapshot } from '../../../src/core/node-view.ts';
import type { Effect } from '../../../src/core/phases/effect.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import { type Found, recoveryVerdict } from '../../../src/core/phases/recovery-table.ts';
import { startState } from '../../../src/core/phases/start.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import type { ShutdownLook } from '../../../src/core/shutdown.ts';
import { at, holder, me, waiting } from '../lease/samples.ts';
import { claim, moment, ownLease, ownNode, type Setting, settings, unreadable } from './samples.ts';
import { phaseWord } from './words.ts';

/** One row of the table of recovery: what is found, the row and verdict, and where the service stands afterwards. */
interface Row {
  readonly title: string;
  readonly entry?: Partial<Holder> | 'unreadable' | 'lease-gone';
  readonly queued?: true;
  readonly node?: Setting | null;
  readonly look?: ShutdownLook;
  readonly gives: readonly [row: number, follow: string, phase: string];
}

const none: ShutdownLook = { is: 'none' };
const underWay: ShutdownLook = { is: 'under-way', what: 'reboot' };
const scheduled: ShutdownLook = { is: 'scheduled', what: 'reboot', at: 0 };
const unclear: ShutdownLook = { is: 'unknown', reason: reason('shutdown-unknown', { why: 'no answer' }) };

const clean: Setting = {};
const persons: Setting = { node: { unschedulable: true, cordonOwner: { manager: 'kubectl' } } };
const mark: Setting = { cordoned: true };
const oldMark: Setting = { cordoned: true, markBoot: 'boot-before' };
const badMark: Setting = { node: { annotations: { [markAnnotation]: '{' } } };
const uncordoned: Setting = { cordoned: true, node: { unschedulable: false } };

const before = { id: 'boot-before', soft: 0 };
const fence = { phase: 'rebooting', attempt: 1, method: 'logind' } as const;
const command = { ...fence, method: 'command' } as const;

const rows: readonly Row[] = [
  { title: '1: nothing of ours', node: clean, gives: [1, 'idle', 'idle'] },
  { title: "1: a person's cordon", node: persons, gives: [1, 'idle', 'idle'] },
  { title: '1: a place in the queue', queued: true, node: clean, gives: [1, 'queued', 'queued'] },
  { title: '1: the Node is gone', node: null, gives: [1, 'idle', 'idle'] },
  { title: '2: the claim was taken away', node: mark, look: none, gives: [2, 'restore', 'restoring/patch'] },
  { title: '2: somebody scheduled a reboot', node: mark, look: scheduled, gives: [2, 'restore', 'restoring/patch'] },
  {
    title: '3: and a reboot is under way',
    node: mark,
    look: underWay,
    gives: [3, 'wait-for-shutdown', 'recovering/decide'],
  },
  { title: '3: and nobody can tell', node: mark, look: unclear, gives: [3, 'wait-for-shutdown', 'recovering/decide'] },
  { title: '4: a mark of another boot', node: oldMark, gives: [4, 'verify-without-claim', 'verifying'] },
  { title: '4: a mark that cannot be read', node: badMark, gives: [4, 'verify-without-claim', 'verifying'] },
  { title: '5: draining, before the cordon', entry: {}, node: clean, gives: [5, 'drain', 'draining/permit'] },
  { title: '5: draining, cordoned', entry: {}, node: mark, gives: [5, 'drain', 'draining/permit'] },
  { title: "5: draining on a person's cordon", entry: {}, node: persons, gives: [5, 'drain', 'draining/permit'] },
  { title: '5: started too often', entry: { starts: 5 }, node: mark, gives: [5, 'back-out', 'backing-out/declare'] },
  { title: '5: the last start that goes on', entry: { starts: 4 }, node: mark, gives: [5, 'drain', 'draining/permit'] },
  { title: '6: a person uncordoned', entry: {}, node: uncordoned, gives: [6, 'back-out', 'backing-out/declare'] },
  {
    title: '7: backing out',
    entry: { phase: 'backing-out' },
    node: mark,
    gives: [7, 'finish-back-out', 'backing-out/restore'],
  },
  {
    title: '8: a fence of logind, quiet',
    entry: fence,
    node: mark,
    look: none,
    gives: [8, 'take-fence-back', 'rebooting/take-back'],
  },
  {
    title: '8: and no attempt left',
    entry: { ...fence, attempt: 3 },
    node: mark,
    look: none,
    gives: [8, 'take-fence-back', 'rebooting/take-back/stuck'],
  },
  {
    title: '9: a reboot is under way',
    entry: fence,
    node: mark,
    look: underWay,
    gives: [9, 'wait-for-reboot', 'rebooting/asked'],
  },
  {
    title: '9: somebody scheduled one',
    entry: fence,
    node: mark,
    look: scheduled,
    gives: [9, 'wait-for-reboot', 'rebooting/asked'],
  },
  {
    title: '9: logind does not tell',
    entry: fence,
    node: mark,
    look: unclear,
    gives: [9, 'wait-for-reboot', 'rebooting/asked'],
  },
  {
    title: '9: a command was started',
    entry: command,
    node: mark,
    look: none,
    gives: [9, 'wait-for-reboot', 'rebooting/asked'],
  },
  {
    title: '9: nobody knows by what',
    entry: { phase: 'rebooting', attempt: 1 },
    node: mark,
    look: none,
    gives: [9, 'wait-for-reboot', 'rebooting/asked'],
  },
  {
    title: '9: verifying, in the boot of the claim',
    entry: { phase: 'verifying' },
    node: mark,
    look: none,
    gives: [9, 'wait-for-reboot', 'rebooting/asked'],
  },
  {
    title: '9: and the Node is gone',
    entry: fence,
    node: null,
    look: underWay,
    gives: [9, 'wait-for-reboot', 'rebooting/asked'],
  },
  { title: '11: rebooted', entry: { ...fence, boot: before }, node: oldMark, gives: [11, 'verify', 'verifying'] },
  {
    title: '11: rebooted by somebody else',
    entry: { boot: before },
    node: oldMark,
    gives: [11, 'verify', 'verifying'],
  },
  {
    title: '11: rebooted while backing out',
    entry: { phase: 'backing-out', boot: before },
    node: oldMark,
    gives: [11, 'verify', 'verifying'],
  },
  {
    title: '11: rebooted though stuck',
    entry: { ...fence, boot: before, stuck: 'why' },
    node: oldMark,
    gives: [11, 'verify', 'verifying'],
  },
  {
    title: '11: the machine was replaced',
    entry: { machine: 'old', boot: before, uid: 'old' },
    node: clean,
    gives: [11, 'verify', 'verifying'],
  },
  {
    title: '12: another machine',
    entry: { machine: 'other' },
    node: mark,
    gives: [12, 'wait-for-person', 'recovering/look'],
  },
  {
    title: '12: another machine that rebooted',
    entry: { machine: 'other', boot: before },
    node: clean,
    gives: [12, 'wait-for-person', 'recovering/look'],
  },
  { title: '13: draining, the Node is gone', entry: {}, node: null, gives: [13, 'release', 'backing-out/release'] },
  {
    title: '13: backing out, the Node is gone',
    entry: { phase: 'backing-out' },
    node: null,
    gives: [13, 'release', 'backing-out/release'],
  },
  {
    title: '14: unreadable, rebooted',
    entry: 'unreadable',
    node: oldMark,
    gives: [14, 'verify-without-claim', 'verifying'],
  },
  {
    title: '14: unreadable, the mark of this boot',
    entry: 'unreadable',
    node: mark,
    gives: [14, 'wait-readable', 'recovering/look'],
  },
  {
    title: '14: unreadable, no mark',
    entry: 'unreadable',
    node: clean,
    gives: [14, 'wait-readable', 'recovering/look'],
  },
  { title: '15: the Lease is gone', entry: 'lease-gone', node: clean, gives: [1, 'idle', 'idle'] },
  {
    title: '15: gone, with a mark of this boot',
    entry: 'lease-gone',
    node: mark,
    look: none,
    gives: [2, 'restore', 'restoring/patch'],
  },
  {
    title: '15: gone, and rebooted',
    entry: 'lease-gone',
    node: oldMark,
    gives: [4, 'verify-without-claim', 'verifying'],
  },
];

describe('the table of recovery, row by row', () => {
  for (const row of rows) {
    it(row.title, () => {
      const verdict = recoveryVerdict(found(row));
      assert.deepEqual([verdict.row, verdict.follow], row.gives.slice(0, 2));
      assert.equal(phaseWord(started(row)), row.gives[2]);
    });
  }

  it('asks systemd before it says anything about a fence, or about a mark of this boot without a claim', () => {
    for (const entry of [fence, command, { phase: 'verifying' } as const, undefined]) {
      const verdict = recoveryVerdict(
        found({ title: '', ...(entry === undefined ? {} : { entry }), node: mark, gives: [0, '', ''] }),
      );
      assert.equal(verdict.follow, 'ask-systemd');
    }
  });
});

describe('a start that finds its own entry', () => {
  it('signs it first: the process, one start more, and verifying when the boot differs', () => {
    const signed = (entry: Partial<Holder>) => {
      const { effects } = run({ title: '', entry, node: clean, gives: [0, '', ''] });
      const write = effects.find((effect) => effect.do === 'write-lease');
      assert.ok(write?.do === 'write-lease' && write.purpose === 'sign');
      return JSON.parse(write.object.metadata.annotations?.['kured-host/holders'] ?? '')[0];
    };
    const { by, starts, phase, boot } = signed({ starts: 2, by: 'by-before' });
    assert.deepEqual({ by, starts, phase, boot }, { by: 'by-n1', starts: 3, phase: 'draining', boot: me.boot.id });
    const other = signed({ by: 'by-before', boot: before });
    assert.deepEqual([other.phase, other.boot], ['verifying', 'boot-before']);
  });

  it('goes back to the Lease that the mark names when the pool was changed meanwhile', () => {
    const [read] = run({ title: '', node: mark, look: none, gives: [0, '', ''] }, 'kured-host-gpu').effects.filter(
      (effect) => effect.do === 'read-lease',
    );
    assert.ok(read?.do === 'read-lease');
    assert.equal(read.lease.name, 'kured-host');
  });

  it('waits for an API server that does not answer: unknown is never "not holding"', () => {
    let state = startState(me, settings, emptyMemory, at(moment));
    const lost = reason('api-unavailable', { server: 'https://api', why: 'refused' });
    for (const event of [
      { on: 'node-watch', told: { is: 'broken', reason: lost } },
      { on: 'node-read', result: { is: 'failed', reason: lost } },
    ] as const) {
      state = transition(state, event, at(moment)).state;
    }
    const { state: later, wakeAt } = transition(state, { on: 'time' }, at(moment + 1));
    assert.deepEqual([later.phase.name, later.waits.code], ['recovering', 'api-unavailable']);
    assert.ok(wakeAt !== null);
  });
});

function found(row: Row): Found {
  const { entry, queued, node, look } = row;
  const own = typeof entry === 'object' ? holder('n1', { claim, ...entry, starts: (entry.starts ?? 0) + 1 }) : null;
  const replaced = typeof entry === 'object' && entry.uid === 'old';
  return {
    me,
    entry: own?.readable
      ? { ...own.entry, ...(replaced ? { machine: me.machine } : {}) }
      : typeof entry === 'string'
        ? entry
        : 'none',
    queued: queued === true,
    node: node === null ? null : ownNode(node ?? {}),
    look: look ?? null,
  };
}

/** The phase in which a started service comes to wait when it finds this. */
function started(row: Row) {
  return run(row).state.phase;
}

function run(row: Row, pool = settings.lease.name) {
  const lease = { namespace: settings.lease.namespace, name: pool };
  let state = startState({ ...me, uid: '' }, { ...settings, lease }, emptyMemory, at(moment));
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
