import type { Mutant } from '../mutant.ts';

const claim = 'src/core/lease/claim.ts';
const queue = 'src/core/lease/queue.ts';
const format = 'src/core/lease/format.ts';

/** Who may hold the Lease, in which order, and what is read out of it. */
export const claimMutants: readonly Mutant[] = [
  {
    name: 'one more than the limit may hold',
    undoes: 'law 1: no entry is added at the limit',
    cuts: [
      {
        file: claim,
        takes: 'if (record.holders.length >= roomLimit(record, settings))',
        puts: 'if (record.holders.length > roomLimit(record, settings))',
      },
    ],
  },
  {
    name: 'the pause is not heeded by who claims',
    undoes: 'nobody claims while the pool is paused',
    cuts: [{ file: claim, takes: "  if (record.paused !== null) return 'paused';\n", puts: '' }],
  },
  {
    name: 'the order of the queue is ignored',
    undoes: 'the turn is the head’s',
    cuts: [{ file: queue, takes: '  if (place === 0) return true;\n', puts: '  if (place >= 0) return true;\n' }],
  },
  {
    name: 'the head of the queue is passed by at once',
    undoes: 'each place behind the head waits 30 s of own watching',
    cuts: [{ file: queue, takes: 'now.mono - turn.since >= place * turnStep', puts: 'now.mono - turn.since >= 0' }],
  },
  {
    name: 'a head that its own limit holds back is passed by',
    undoes: 'nobody overtakes a head that its own stricter limit holds back',
    cuts: [
      {
        file: queue,
        takes: 'record.holders.length < strictestLimit(record, limitOf(head));',
        puts: 'record.holders.length < mostHolders;',
      },
    ],
  },
  {
    name: 'a full queue is waited for, though all in it are dead',
    undoes: 'law 5: a dead node delays others by 30 s a place',
    cuts: [
      {
        file: queue,
        takes: 'placeOf(record, me.node) ?? (record.queue.length >= mostQueued ? record.queue.length : null)',
        puts: 'placeOf(record, me.node)',
      },
    ],
  },
  {
    name: 'a dead head of the queue is not dropped by who passes it by',
    undoes: 'law 5: a dead node delays others by 30 s a place',
    cuts: [{ file: claim, takes: 'queue: record.queue.slice(passed) }', puts: 'queue: record.queue.slice(0) }' }],
  },
  {
    name: 'the queue is ordered by the clocks of its machines',
    undoes: 'time is never compared between machines',
    cuts: [
      {
        file: queue,
        takes:
          'return { granted: true, record: { ...record, queue: staying.toSpliced(ahead, 0, { readable: true, entry }) } };',
        puts: "const since = (slot: Slot<QueueEntry>): string => (slot.readable ? slot.entry.since : '');\n  const joined = staying.toSpliced(ahead, 0, { readable: true, entry });\n  return { granted: true, record: { ...record, queue: joined.toSorted((a, b) => (since(a) < since(b) ? -1 : 1)) } };",
      },
    ],
  },
  {
    name: 'a silent holder is stolen from after a quarter of an hour',
    undoes: 'never stolen by age',
    cuts: [
      {
        file: 'src/core/lease/holder-watch.ts',
        takes: 'if (after !== null && !watch.stuck && now.mono - watch.since >= after)',
        puts: 'if (!watch.stuck && now.mono - watch.since >= (after ?? lostAfter))',
      },
    ],
  },
  {
    name: 'a holder whose Node does not answer is taken for gone',
    undoes: 'unknown is never gone',
    cuts: [
      {
        file: 'src/core/lease/holder-watch.ts',
        takes: "const goneSince = of.look.is === 'gone' ?",
        puts: "const goneSince = of.look.is !== 'exists' ?",
      },
    ],
  },
  {
    name: 'only the own limit counts, not the strictest of the pool',
    undoes: 'the strictest limit wins while settings differ',
    cuts: [
      {
        file: queue,
        takes: 'return Math.min(own, mostHolders, ...listed.map(limitOf));',
        puts: 'return listed.length < 0 ? own : Math.min(own, mostHolders);',
      },
    ],
  },
  {
    name: 'an unreadable Lease is taken for a free one',
    undoes: 'unreadable is held',
    cuts: [
      {
        file: format,
        takes: 'return elements === null ? unreadable(',
        puts: 'return elements === null ? part([]) : elements.length < 0 ? unreadable(',
      },
      { file: format, takes: '  if (disagreement !== null) return unreadable(disagreement);\n', puts: '' },
    ],
    because: 'spec.holderIdentity still names who holds, so both are taken away',
  },
  {
    name: 'an entry that cannot be read does not count as a holder',
    undoes: 'unreadable is held',
    cuts: [
      {
        file: claim,
        takes: 'if (record.holders.length >= roomLimit(record, settings))',
        puts: 'if (record.holders.filter(({ readable }) => readable).length >= roomLimit(record, settings))',
      },
    ],
  },
  {
    name: 'a Lease whose holderIdentity says otherwise is written all the same',
    undoes: 'unreadable is held',
    cuts: [{ file: format, takes: '  if (disagreement !== null) return unreadable(disagreement);\n', puts: '' }],
  },
  {
    name: 'a Lease of a newer format is read as one of ours',
    undoes: 'a higher format is unreadable',
    cuts: [{ file: format, takes: '  if (format > newestFormat) {', puts: '  if (format > newestFormat + 1) {' }],
  },
  {
    name: 'an unknown phase is read as draining',
    undoes: 'an unknown phase is read as the one that permits least',
    cuts: [
      {
        file: 'src/core/lease/entry.ts',
        takes: "phase: phases.includes(phase) ? (phase as HolderPhase) : 'rebooting',",
        puts: "phase: phases.includes(phase) ? (phase as HolderPhase) : 'draining',",
      },
    ],
  },
  {
    name: 'a Lease that went back is claimed at once',
    undoes: 'nothing is claimed for 15 minutes in a Lease that went back',
    cuts: [
      {
        file: 'src/core/lease/went-back.ts',
        takes: 'return now.uid !== seen.uid || now.transitions < seen.transitions;',
        puts: 'return now.transitions < 0;',
      },
    ],
  },
  {
    name: 'the machine is not compared: a twin takes the entry for its own',
    undoes: 'an entry belongs to the machine that made it',
    cuts: [
      { file: 'src/core/lease/own-entry.ts', takes: ' && holder.machine === me.machine', puts: '' },
      {
        file: 'src/core/phases/recovery-table.ts',
        takes: "  if (entry.machine !== me.machine) return { row: 12, follow: 'wait-for-person' };\n",
        puts: '',
      },
    ],
    because: 'recovery looks at the machine before anything is done with an entry, so both are taken away',
  },
  {
    name: 'another claim of the same node is taken for this one',
    undoes: 'a claim is named by its random id',
    cuts: [
      { file: 'src/core/lease/own-entry.ts', takes: ' && holder.claim === claim', puts: ' && claim !== holder.by' },
    ],
  },
  {
    name: 'a holder whose claim was taken away goes on',
    undoes: 'a holder whose entry is gone stops evicting and goes through recovery',
    cuts: [
      {
        file: 'src/core/phases/drain-back-out.ts',
        takes: "if (claim.is !== 'lost' && claim.is !== 'unreadable') return null;",
        puts: "if (claim.is !== 'unreadable' && (claim.is !== 'lost' || facts.me.by !== '')) return null;",
      },
    ],
  },
  {
    name: 'a release by force is not carried out',
    undoes: 'the next node that writes carries out a release by force',
    cuts: [
      {
        file: 'src/core/lease/release.ts',
        takes: 'return record.forceRelease === null ? record : removed(record, record.forceRelease);',
        puts: "return record.forceRelease !== '' ? record : removed(record, record.forceRelease);",
      },
    ],
  },
  {
    name: 'a request to release is not heard',
    undoes: 'a holder that is asked to release backs out',
    cuts: [
      {
        file: 'src/core/phases/questions.ts',
        takes: 'if (isReleaseAsked(record, facts.me)) return',
        puts: 'if (isReleaseAsked(record, facts.me) && record.paused !== null) return',
      },
    ],
  },
  {
    name: 'a claim keeps its place in the queue',
    undoes: 'the write of a claim takes it out of the queue',
    cuts: [
      {
        file: claim,
        takes: 'const queue = leave({ ...record, queue: record.queue.slice(passed) }, me.node).queue;',
        puts: 'const queue = leave({ ...record, queue: record.queue.slice(passed) }, me.by).queue;',
      },
    ],
  },
];
