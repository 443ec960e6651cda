import type { Cut, Mutant } from '../mutant.ts';

const mark = 'src/core/cordon-mark.ts';
const table = 'src/core/phases/recovery-table.ts';
const backOut = 'src/core/phases/backing-out.ts';
/** Nobody looks at the Node once more before the release. */
const markedAgain: readonly Cut[] = [
  {
    file: 'src/core/phases/restore.ts',
    takes: "readMark(node).is === 'none' ? { nothing: true } : { mayNot: 'marked' }",
    puts: "readMark(node).is === 'none' ? { nothing: true } : { nothing: true }",
  },
];

/** Cordon, mark, what is undone and in which order. */
export const nodeMutants: readonly Mutant[] = [
  {
    name: 'uncordon without the mark',
    undoes: 'law 3: never an uncordon of a cordon that is not ours',
    cuts: [
      {
        file: mark,
        takes: "if (!node.unschedulable || reading.is !== 'mark' || !reading.mark.cordoned) return false;",
        puts: "if (!node.unschedulable || reading.is === 'unreadable') return false;",
      },
      {
        file: mark,
        takes: "return node.cordonOwner !== 'nobody' && node.cordonOwner.manager === fieldManager;",
        puts: 'return true;',
      },
    ],
    because: 'mark and owner of the field are two witnesses, so both are taken away',
  },
  {
    name: 'whoever cordoned, the mark alone makes the cordon ours',
    undoes: 'law 3: a person who uncordons and cordons again becomes the owner',
    cuts: [
      {
        file: mark,
        takes: "return node.cordonOwner !== 'nobody' && node.cordonOwner.manager === fieldManager;",
        puts: 'return true;',
      },
    ],
  },
  {
    name: "a person's cordon is marked as ours",
    undoes: 'law 3: on an existing cordon the mark says so',
    cuts: [
      {
        file: mark,
        takes: 'const cordoned = node.unschedulable ? cordonIsOurs(node) : true;',
        puts: 'const cordoned = true;',
      },
      {
        file: mark,
        takes: "return node.cordonOwner !== 'nobody' && node.cordonOwner.manager === fieldManager;",
        puts: 'return true;',
      },
    ],
    because: 'the owner of the field says the same, so both are taken away',
  },
  {
    name: 'release before uncordon',
    undoes: 'law 3: never a release before the restore PATCH',
    cuts: [
      {
        file: 'src/core/phases/restoring.ts',
        takes: 'if (!phase.restored) return patching(state, now);',
        puts: 'if (phase.claim === null && !phase.restored) return patching(state, now);',
      },
      ...markedAgain,
    ],
    because: 'a mark that is on the Node before the release leads back to the restore, so both are taken away',
  },
  {
    name: 'a back-out releases before it uncordons',
    undoes: 'law 3: never a release before the restore PATCH',
    cuts: [
      {
        file: backOut,
        takes: "if (progress.is === 'done') return become({ ...phase, step: 'restore' }, waits(state));",
        puts: "if (progress.is === 'done') return become({ ...phase, step: 'release' }, waits(state));",
      },
      ...markedAgain,
    ],
    because: 'a mark that is on the Node before the release leads back to the restore, so both are taken away',
  },
  {
    name: 'a mark that comes back after the restore is left on the Node',
    undoes: 'law 3: never a release before the mark is gone, though etcd was set back after the restore',
    cuts: markedAgain,
  },
  {
    name: 'a back-out is not written down before the uncordon',
    undoes: 'nothing leads from backing-out back to draining',
    cuts: [
      {
        file: backOut,
        takes: "    if (mine(record, facts.me)?.phase === 'backing-out') return { nothing: true };\n",
        puts: "    if (mine(record, facts.me)?.phase !== 'verifying') return { nothing: true };\n",
      },
    ],
  },
  {
    name: 'the restore PATCH is left out where there is no mark',
    undoes: 'the restore PATCH is sent also when there is nothing to undo',
    cuts: [
      {
        file: 'src/core/phases/restore.ts',
        takes: 'if (sent !== null && node.annotations[writeAnnotation] === sent) return { nothing: true };',
        puts: "if ((sent !== null && node.annotations[writeAnnotation] === sent) || readMark(node).is === 'none') return { nothing: true };",
      },
    ],
  },
  {
    name: 'pods are evicted before the node is cordoned',
    undoes: 'cordon and mark come before the first eviction',
    cuts: [
      {
        file: 'src/core/phases/draining.ts',
        takes: "move(state, hookedAt === null ? 'before-drain' : 'cordon')",
        puts: "move(state, hookedAt === null ? 'before-drain' : 'drain-delay')",
      },
      {
        file: 'src/core/phases/draining.ts',
        takes: "{ ...done, step: 'cordon' }",
        puts: "{ ...done, step: 'drain-delay' }",
      },
    ],
    because: 'there are two ways to the cordon: with hooks that took long, and without',
  },
  {
    name: 'a person who uncordons in the middle of a drain is not heeded',
    undoes: 'a person uncordons while we drain: back out',
    cuts: [
      {
        file: 'src/core/phases/drain-back-out.ts',
        takes: 'return beforeCordon.includes(phase.step) ? null : uncordoned(facts, phase.claim);',
        puts: 'return null;',
      },
    ],
  },
  {
    name: 'a mark of an earlier boot is taken off at once',
    undoes: 'law 3: never an uncordon before verification',
    cuts: [
      {
        file: table,
        takes: "if (ofOtherBoot(mark, found.me)) return { row: 4, follow: 'verify-without-claim' };",
        puts: "if (ofOtherBoot(mark, found.me)) return { row: 4, follow: 'restore' };",
      },
    ],
  },
  {
    name: 'a mark of ours is taken off while the machine goes down',
    undoes: 'nothing is touched while a reboot is under way',
    cuts: [
      {
        file: table,
        takes: "return rebootAsked || (look?.is !== 'none' && look?.is !== 'scheduled');",
        puts: 'return rebootAsked;',
      },
    ],
  },
  {
    name: 'an idle node does not see a mark that no claim explains',
    undoes: 'law 3: never a mark of ours without a claim, beyond one recovery',
    cuts: [
      {
        file: 'src/core/phases/questions.ts',
        takes: "return facts.node.seen.is === 'node' && readMark(facts.node.seen.node).is !== 'none';",
        puts: "return facts.node.seen.is === 'node' && readMark(facts.node.seen.node).is === 'unreadable';",
      },
    ],
  },
  {
    name: 'the own entry is not looked for again after a start',
    undoes: 'law 5: what a killed process sent may land a minute later',
    cuts: [
      {
        file: 'src/core/phases/second-look.ts',
        takes: 'if (now.mono < facts.nextLook) return null;',
        puts: 'if (now.mono < facts.nextLook || facts.me.by) return null;',
      },
    ],
  },
  {
    name: 'a place in the queue is forgotten at a start',
    undoes: 'law 5: a queue place is gone within bounded time',
    cuts: [
      {
        file: table,
        takes: "return { row: 1, follow: found.queued ? 'queued' : 'idle' };",
        puts: "return { row: 1, follow: 'idle' };",
      },
      {
        file: 'src/core/phases/second-look.ts',
        takes: 'if (now.mono < facts.nextLook) return null;',
        puts: 'if (now.mono < facts.nextLook || facts.me.by) return null;',
      },
    ],
    because: 'the second look mends it after a while, so both are taken away',
  },
];
