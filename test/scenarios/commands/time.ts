import { type Row, timeOf } from '../language.ts';

/** Time, and clocks. */
export const timeRows: readonly Row[] = [
  ['<time> pass', (world, of) => world.pass(timeOf(of('time')))],
  ['<time> passes', (world, of) => world.pass(timeOf(of('time')))],
  [
    'the machine sleeps for <time>',
    (world, of) => {
      const ms = timeOf(of('time'));
      world.mono += ms;
      world.tell({ on: 'away', ms });
    },
  ],
  [
    'the clock is set back by <time>',
    (world, of) => {
      world.set -= timeOf(of('time'));
      world.tell({ on: 'permission-hint' });
    },
  ],
  [
    'the clock is put forward by <time>',
    (world, of) => {
      world.set += timeOf(of('time'));
      world.tell({ on: 'permission-hint' });
    },
  ],
];
