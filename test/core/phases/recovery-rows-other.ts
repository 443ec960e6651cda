import { before, clean, fence, mark, oldMark, type Row } from './recovery-row.ts';

/** An entry of another boot, or of another machine. */
export const otherRows: readonly Row[] = [
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
];
