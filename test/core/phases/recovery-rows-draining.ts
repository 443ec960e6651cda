import { clean, mark, persons, type Row, uncordoned } from './recovery-row.ts';

/** An entry of this boot, from before the fence. */
export const drainingRows: readonly Row[] = [
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
];
