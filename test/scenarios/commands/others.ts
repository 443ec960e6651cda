import type { Holder, HolderPhase, LeaseRecord, QueueEntry, Slot } from '../../../src/core/lease/record.ts';
import { holder, waiting } from '../../core/lease/samples.ts';
import { type Row, timeOf } from '../language.ts';
import type { World } from '../world/world.ts';
import { edit } from './persons.ts';

/** What other nodes do to the Lease: each is a sentence, and one write. */
export const otherRows: readonly Row[] = [
  [
    '<node> holds the Lease, stuck: <why>',
    (world, of) => hold(world, of('node'), { phase: 'verifying', stuck: of('why') }),
  ],
  [
    '<node> holds the Lease with the limit <limit>, <phase>',
    (world, of) => hold(world, of('node'), { phase: phaseOf(of('phase')), limit: Number(of('limit')) }),
  ],
  ['<node> holds the Lease, <phase>', (world, of) => hold(world, of('node'), { phase: phaseOf(of('phase')) })],
  ['<node> goes on as <phase>', (world, of) => change(world, of('node'), { phase: phaseOf(of('phase')) })],
  ['<node> says that it is still there', (world, of) => change(world, of('node'), { changed: text(world) })],
  ['<node> releases', (world, of) => edit(world, (record) => without(record, of('node')))],
  [
    "<node>'s entry is one that nobody can read",
    (world, of) =>
      edit(world, (record) => ({
        ...record,
        holders: [...record.holders, { readable: false, text: `{"node":"${of('node')}","phase":7}` }],
      })),
  ],
  ['<node> joins the queue', (world, of) => join(world, of('node'), {})],
  [
    '<node> joins the queue with the limit <limit>',
    (world, of) => join(world, of('node'), { limit: Number(of('limit')) }),
  ],
  [
    'the queue fills with <count> nodes',
    (world, of) => {
      for (let index = 1; index <= Number(of('count')); index += 1) join(world, `m${index}`, {});
    },
  ],
  [
    'n1 is dropped from the queue',
    (world) => edit(world, (record) => ({ ...record, queue: record.queue.filter((slot) => !isOf(slot, 'n1')) })),
  ],
  ["another node writes another boot into n1's entry", (world) => change(world, 'n1', { boot: anotherBoot })],
  [
    'another node writes an entry of n1, as if n1 had rebooted',
    (world) => hold(world, 'n1', { boot: anotherBoot, machine: world.machine.id, phase: 'rebooting' }),
  ],
  ["n1's entry is taken out by another node", (world) => edit(world, (record) => without(record, 'n1'))],
  [
    "<node>'s Node is deleted",
    ({ api }, of) => {
      api.gone.add(of('node'));
    },
  ],
  [
    "<node>'s Node exists again",
    ({ api }, of) => {
      api.gone.delete(of('node'));
    },
  ],
  [
    '<node> began to wait <time> ago, and is in the queue',
    (world, of) => join(world, of('node'), { since: new Date(world.wall - timeOf(of('time'))).toISOString() }),
  ],
];

/** One that no machine of a story has. */
const anotherBoot = { id: 'boot-forged', soft: 0 };

function hold(world: World, node: string, entry: Partial<Holder>): void {
  const now = text(world);
  edit(world, (record) => ({
    ...record,
    holders: [
      ...record.holders,
      holder(node, { since: now, changed: now, attempt: entry.phase === 'draining' ? 0 : 1, ...entry }),
    ],
    queue: record.queue.filter((slot) => !isOf(slot, node)),
    transitions: record.transitions + 1,
  }));
}

function change(world: World, node: string, entry: Partial<Holder>): void {
  edit(world, (record) => ({
    ...record,
    holders: record.holders.map((slot) =>
      slot.readable && slot.entry.node === node
        ? { readable: true, entry: { ...slot.entry, since: text(world), changed: text(world), ...entry } }
        : slot,
    ),
  }));
}

function join(world: World, node: string, entry: Partial<QueueEntry>): void {
  edit(world, (record) => ({ ...record, queue: [...record.queue, waiting(node, { since: text(world), ...entry })] }));
}

function without(record: LeaseRecord, node: string): LeaseRecord {
  if (!record.holders.some((slot) => isOf(slot, node))) throw new Error(`${node} does not hold the Lease`);
  return { ...record, holders: record.holders.filter((slot) => !isOf(slot, node)) };
}

function isOf(slot: Slot<{ readonly node: string }>, node: string): boolean {
  return slot.readable && slot.entry.node === node;
}

function phaseOf(word: string): HolderPhase {
  const phases: readonly HolderPhase[] = ['draining', 'backing-out', 'rebooting', 'verifying'];
  const phase = phases.find((name) => name === word);
  if (phase === undefined) throw new Error(`a holder is one of ${phases.join(', ')}`);
  return phase;
}

function text(world: World): string {
  return new Date(world.wall).toISOString().replace(/\.\d+Z/, 'Z');
}
