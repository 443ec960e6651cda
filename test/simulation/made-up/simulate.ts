import type { Outcome, Plan } from '../plan.ts';

/** What a made-up run does besides ending well, by its seed. */
export const troubles = { dies: 13, hangs: 17, throws: 19, breaks: 23 } as const;

/** Stands in for `simulate` in the tests of what is around it: figures that depend on the seed alone. */
export async function simulate({ seed }: Plan): Promise<Outcome> {
  if (seed === troubles.dies) {
    process.stderr.write('out of luck\n');
    process.exit(3);
  }
  // Without an await: nothing else in its process runs from here on.
  while (seed === troubles.hangs);
  if (seed === troubles.throws) throw new Error('no such node');
  return {
    broken: seed === troubles.breaks ? { law: 'two nodes are down at once: node-1 and node-2', at: 5 } : null,
    reboots: seed,
    strikes: Array.from({ length: seed % 3 }, (_, index) => `kill/node-1/call-${index}`),
    requests: 2 * seed,
    lasted: 1_000 * seed,
    timeline: ['0:00:00 node-1 is up'],
  };
}
