import { faults } from './parts.ts';

/** One run of a set, as `make model` takes it. */
export interface Run {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * What belongs together: of a person's uncordon alone nothing comes without a cordon. Who forges breaks the very guarantee by which
 * one node stands for all, and is tried on one node for itself.
 */
const kinds: readonly string[] = [
  ...faults.filter((fault) => fault !== 'cordon' && fault !== 'uncordon' && fault !== 'forge'),
  'cordon uncordon',
];

const forged: readonly Run[] = ['crash', 'power'].map((kind) =>
  whole(`1 node, an entry that others wrote and ${kind}`, { NODES: '1', FAULTS: `forge ${kind}` }),
);

/**
 * - `once`: one node beside any number of others, with room for one and for two, and each kind of fault once.
 * - `three`: the same with each kind twice where there is room for one; and small pools as a whole.
 * - `pairs`: any two faults of whatever kinds, where there is room for one.
 */
export const sets: Readonly<Record<string, readonly Run[]>> = {
  once: [...beside(kinds, '1', '1'), ...beside(kinds, '1', '2'), ...forged],
  three: [
    whole('2 nodes', { NODES: '2' }),
    whole('2 nodes, room for 2', { NODES: '2', CONCURRENCY: '2' }),
    ...beside(kinds, '2', '1'),
    ...beside(kinds, '1', '2'),
    ...forged,
  ],
  pairs: pairsOf(kinds, 4).flatMap((two) => beside([two.join(' ')], '2', '1')),
};

/** Parts of the kinds, so many that any two kinds are in one of them together: two of `groups` groups each. */
function pairsOf(of: readonly string[], groups: number): readonly (readonly string[])[] {
  const group = Array.from({ length: groups }, (_, index) => of.filter((__, place) => place % groups === index));
  return group.flatMap((one, index) => group.slice(index + 1).map((other) => [...one, ...other]));
}

function beside(of: readonly string[], most: string, room: string): readonly Run[] {
  return of.map((kind) => ({
    name: `one of any number, room for ${room}, ${most} of ${kind.replaceAll(' ', ' or ')}`,
    settings: { OTHERS: 'any', FAULTS: kind, ANY: most, CONCURRENCY: room },
  }));
}

function whole(name: string, settings: Run['settings']): Run {
  return { name, settings };
}
