import type { Mutant } from '../mutant.ts';

const table = 'src/core/phases/recovery-table.ts';
const proof = 'src/core/proof.ts';
const handled = 'src/core/handled.ts';
const since = 'src/core/phases/rebooted-since.ts';

/** What an earlier life left, the proof of a reboot, and one reboot for one need. */
export const recoveryMutants: readonly Mutant[] = [
  {
    name: 'a restart of the service is taken for a reboot: the boot ID is not compared',
    undoes: 'law 3: a reboot is proven by another boot ID',
    cuts: [
      {
        file: 'src/core/boot-mark.ts',
        takes: "  if (earlier.id !== current.id) return 'other';\n",
        puts: "  if (earlier.id !== '') return 'other';\n",
      },
    ],
  },
  {
    name: 'the proof does not look at the boot ID of the claim',
    undoes: 'law 3: a reboot is proven by another boot ID',
    cuts: [{ file: proof, takes: "if (since === 'same') {", puts: "if (since === 'same' && claimed.id === '') {" }],
  },
  {
    name: 'a Ready from before the boot is believed',
    undoes: "law 3: this boot's kubelet has reported",
    cuts: [{ file: proof, takes: 'if (node.bootID !== current.id) {', puts: "if (node.bootID === '') {" }],
  },
  {
    name: 'the node is uncordoned before its kubelet is Ready',
    undoes: 'law 3: never an uncordon before verification',
    cuts: [{ file: proof, takes: "if (node.ready !== 'True') {", puts: "if (node.ready === 'Unknown') {" }],
  },
  {
    name: 'a soft reboot is believed by an old heartbeat',
    undoes: 'law 3: after a soft reboot a heartbeat later than its beginning',
    cuts: [{ file: proof, takes: '(node.readyHeartbeat ?? 0) > began)', puts: '(node.readyHeartbeat ?? 0) > 0)' }],
  },
  {
    name: 'stuck is released: a node that never comes back passes the turn on',
    undoes: 'who does not come back keeps its place',
    cuts: [
      {
        file: 'src/core/phases/verifying.ts',
        takes: '  if (late && phase.stuck === null) {\n',
        puts: '  if (late && phase.stuck === null) return proven(state, now);\n  if (late && phase.stuck === null) {\n',
      },
    ],
  },
  {
    name: 'stuck is released: a reboot that does not come passes the turn on',
    undoes: 'stuck keeps the claim on purpose',
    cuts: [
      {
        file: 'src/core/phases/reboot-stuck.ts',
        takes: "if (phase.step === 'take-back' && givesBack(state)) {",
        puts: "if (phase.step === 'take-back' && now.mono > 0) {",
      },
      {
        file: 'src/core/phases/rebooting.ts',
        takes: 'if (spent && !givesBack(state)) return attemptsSpent(state, now);',
        puts: "if (spent) return backOut(state, phase.outcome ?? reason('interrupted'));",
      },
    ],
    because: 'a stuck node looks again and again whether it still is, so both are taken away',
  },
  {
    name: 'nobody is told that a node does not come back',
    undoes: 'every phase that holds has a deadline and a defined end of it',
    cuts: [
      {
        file: 'src/core/phases/verifying.ts',
        takes: 'const late = now.mono >= phase.deadline;',
        puts: 'const late = now.mono < 0;',
      },
    ],
  },
  {
    name: "the Lease's word is taken for a reboot: the node's own mark is not asked",
    undoes: 'law 4: what anybody may write proves no reboot, and meets no need',
    cuts: [
      {
        file: since,
        takes: "return { is: note === null ? 'unproven' : 'contradicted' };",
        puts: "return { is: 'rebooted', note: entry };",
      },
    ],
  },
  {
    name: 'where there is no mark the Lease is believed',
    undoes: 'law 4: what anybody may write proves no reboot, and meets no need',
    cuts: [
      {
        file: since,
        takes: "return { is: note === null ? 'unproven' : 'contradicted' };",
        puts: "return note === null ? { is: 'rebooted', note: entry } : { is: 'contradicted' };",
      },
    ],
  },
  {
    name: 'a mark that a person took off stays off at the fence',
    undoes: 'law 4: without the mark nothing of the node itself knows of the reboot',
    cuts: [
      {
        file: 'src/core/phases/restore.ts',
        takes: 'if (mark !== null && says) return { nothing: true };',
        puts: 'if (mark === null || says) return { nothing: true };',
      },
    ],
  },
  {
    name: 'after a restart the reboot is asked for at once',
    undoes: 'law 2: never by a process that has not seen the drain end',
    cuts: [
      {
        file: 'src/core/phases/recovery-phase.ts',
        takes: "step: foreign ? 'asked' : 'take-back',",
        puts: "step: foreign ? 'asked' : 'call',",
      },
    ],
  },
  {
    name: 'after a restart systemd is not asked whether a reboot is under way',
    undoes: 'certain is only who asked logind afterwards',
    cuts: [
      {
        file: table,
        takes: " && asksLogind(entry.method) && look.is === 'none';",
        puts: ' && asksLogind(entry.method);',
      },
    ],
  },
  {
    name: 'a node that backed out goes on with its drain after a restart',
    undoes: 'nothing leaves backing-out but the release',
    cuts: [
      {
        file: table,
        takes: "{ row: 7, follow: 'finish-back-out' };",
        puts: "{ row: 7, follow: 'drain' };",
      },
    ],
  },
  {
    name: 'a service that is killed again and again drains without end',
    undoes: 'law 5: starts within a claim are counted and bounded',
    cuts: [
      {
        file: table,
        takes:
          "return entry.starts > limits.mostStarts ? { row: 5, follow: 'back-out' } : { row: 5, follow: 'drain' };",
        puts: "return entry.starts < 0 ? { row: 5, follow: 'back-out' } : { row: 5, follow: 'drain' };",
      },
    ],
  },
  {
    name: 'an unreadable Lease is taken for holding nothing at a start',
    undoes: 'unknown is never "not holding"',
    cuts: [
      {
        file: table,
        takes: "if (found.entry === 'unreadable') return unreadableLease(mark, found);\n  if (found.entry === 'none'",
        puts: "if (found.entry === 'unreadable' || found.entry === 'none'",
      },
    ],
  },
  {
    name: 'a need that a reboot has met asks for another',
    undoes: 'law 4: never a second reboot for the same need',
    cuts: [
      {
        file: handled,
        takes: "if (coveredBy(need.fingerprint, handled.need.fingerprint)) return 'handled';",
        puts: "if (coveredBy(need.fingerprint, '')) return 'handled';",
      },
    ],
  },
  {
    name: 'the need that was met is not noted on the Node',
    undoes: 'law 4: never a second reboot for the same need, whatever is restarted',
    cuts: [
      {
        file: 'src/core/cordon-mark.ts',
        takes: '...(noted ? {} : { [handledAnnotation]: handled }),',
        puts: "...(noted || handled !== '' ? {} : { [handledAnnotation]: handled }),",
      },
    ],
  },
  {
    name: 'the mark does not say which need the reboot is for',
    undoes: 'law 4: not even when the claim was released in between',
    cuts: [
      {
        file: 'src/core/phases/cordon.ts',
        takes: 'need: needOf(facts, claim, now),',
        puts: "need: { fingerprint: '', reasons: [] },",
      },
      {
        file: 'src/core/phases/restore.ts',
        takes: 'const says = mark?.method === note.method && mark?.need.fingerprint === need.fingerprint;',
        puts: 'const says = mark?.method === note.method;',
      },
    ],
    because: 'before the fence the mark is brought up to date, so both are taken away',
  },
  {
    name: 'a file on a disk that is older than this boot asks for a reboot at every start',
    undoes: 'law 4: what is older than the boot was met by it',
    cuts: [{ file: handled, takes: "  if (need.older) return 'handled';\n", puts: '' }],
  },
  {
    name: 'a sentinel that comes back with the same reasons reboots the node for ever',
    undoes: 'law 4: the same reasons within an hour are the same need',
    cuts: [{ file: 'src/core/limits.ts', takes: 'sameReasons: 3_600_000,', puts: 'sameReasons: 0,' }],
  },
  {
    name: 'the reboots of a day are not counted',
    undoes: 'at most maxRebootsPerDay reboots in 24 hours',
    cuts: [
      {
        file: 'src/core/phases/questions.ts',
        takes: 'return count < facts.settings.maxRebootsPerDay ? null',
        puts: 'return count >= 0 ? null',
      },
    ],
  },
];
