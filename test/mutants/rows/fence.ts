import type { Mutant } from '../mutant.ts';

const fence = 'src/core/phases/drain-fence.ts';
const hold = 'src/core/lease/hold.ts';
const call = 'src/core/phases/rebooting.ts';

/** The last write before the reboot, and the call. */
export const fenceMutants: readonly Mutant[] = [
  {
    name: 'the fence is skipped',
    undoes: 'law 1: no reboot without a fence',
    cuts: [
      {
        file: fence,
        takes:
          'if (phase.fence !== null && fenceIsMine(record, facts.me, phase.claim, phase.fence)) return { nothing: true };',
        puts: 'if (record.holders.length >= 0) return { nothing: true };',
      },
      {
        file: call,
        takes: 'if (!fenceIsMine(claim.record, facts.me, phase.claim, phase.attempt)) return fenceGone(state, now);',
        puts: '',
      },
    ],
    because: 'the call looks for the fence once more, so both are taken away',
  },
  {
    name: 'the call does not look whether the fence still stands',
    undoes: 'law 1: no reboot without a fence',
    cuts: [
      {
        file: call,
        takes: 'if (!fenceIsMine(claim.record, facts.me, phase.claim, phase.attempt)) return fenceGone(state, now);',
        puts: '',
      },
    ],
  },
  {
    name: 'the call does not look whether the node is still cordoned',
    undoes: 'law 2: no reboot over pods that came since the drain',
    cuts: [
      {
        file: call,
        takes:
          "if (open !== null) return phase.committed ? become({ ...phase, step: 'ask' }, open) : backOut(state, open);",
        puts: '',
      },
    ],
  },
  {
    name: 'the call rests on a Node that nobody watches',
    undoes: 'law 2: no reboot over pods that came since the drain',
    cuts: [
      {
        file: call,
        takes:
          "if (node.is === 'doing') return stay(state, facts.node.problem ?? state.waits, node.effects, node.wakeAt);\n  if (node.is === 'not'",
        puts: "if (node.is === 'not'",
      },
    ],
  },
  {
    name: 'the call rests on a Lease that nobody watches',
    undoes: 'law 2: no reboot while the pool is paused',
    cuts: [{ file: call, takes: 'if (looks !== null) return looks;', puts: '' }],
  },
  {
    name: 'pods that a restored etcd brought back count as gone',
    undoes: 'law 2: no reboot but behind the end of the drain',
    cuts: [
      {
        file: 'src/core/phases/observe.ts',
        takes: 'return restored ? { ...after, drain: { progress: null, ended: null } } : after;',
        puts: 'return after;',
      },
    ],
  },
  {
    name: 'a fence without an answer is taken for a written one',
    undoes: 'law 1: only a fence counts that was acknowledged or read back',
    cuts: [
      {
        file: fence,
        takes: "    case 'doing': {\n",
        puts: "    case 'doing': {\n      if (facts.lease.doubt !== null) return fenced(state, now);\n",
      },
      {
        file: call,
        takes: 'if (!fenceIsMine(claim.record, facts.me, phase.claim, phase.attempt)) return fenceGone(state, now);',
        puts: '',
      },
    ],
    because: 'the call looks for the fence once more, so both are taken away',
  },
  {
    name: 'a fence that etcd brought back counts as the one of this drain',
    undoes: 'law 1: one call for each fence',
    cuts: [
      {
        file: fence,
        takes:
          'if (phase.fence !== null && fenceIsMine(record, facts.me, phase.claim, phase.fence)) return { nothing: true };',
        puts: 'if (fenceIsMine(record, facts.me, phase.claim, attemptOf(state))) return { nothing: true };',
      },
    ],
  },
  {
    name: 'a fence that etcd brought back counts as the one behind an earlier call',
    undoes: 'law 1: one call for each fence',
    cuts: [
      {
        file: 'src/core/phases/reboot-again.ts',
        takes:
          'if (phase.fence !== null && fenceIsMine(record, facts.me, phase.claim, phase.fence)) return { nothing: true };',
        puts: 'if (fenceIsMine(record, facts.me, phase.claim, phase.attempt + 1)) return { nothing: true };',
      },
    ],
  },
  {
    name: "another process's fence counts as our own",
    undoes: 'law 1: only a fence counts that this process wrote',
    cuts: [{ file: hold, takes: '    entry.by === me.by &&\n', puts: '' }],
  },
  {
    name: 'the boot ID is not compared at the fence',
    undoes: 'law 1: a fence of this boot',
    cuts: [{ file: hold, takes: 'return holder.boot.id === me.boot.id;', puts: 'return holder.boot.id !== me.by;' }],
  },
  {
    name: 'a fence is written in a paused pool',
    undoes: 'nobody fences while the pool is paused',
    cuts: [{ file: hold, takes: "  if (record.paused !== null) return refused('paused');\n", puts: '' }],
  },
  {
    name: 'a fence is written by a node that is asked to release',
    undoes: 'who is asked to release backs out while it can',
    cuts: [{ file: hold, takes: "  if (record.release === me.node) return refused('release-asked');\n", puts: '' }],
  },
  {
    name: 'a fence is written while as many others as the limit are down',
    undoes: 'a limit that was lowered holds at the fence',
    cuts: [
      {
        file: hold,
        takes: "  if (othersDown(record, own) >= roomLimit(record, settings)) return refused('others-rebooting');\n",
        puts: '',
      },
    ],
  },
  {
    name: 'the reboot is asked for without end',
    undoes: 'law 5: fences are counted and bounded',
    cuts: [{ file: hold, takes: "  if (attempt >= reboot.attempts) return refused('no-attempt-left');\n", puts: '' }],
    ask: ['test/core/lease/hold.test.ts'],
  },
  {
    name: 'a back-out goes on to a fence',
    undoes: 'nothing leaves backing-out but the release',
    cuts: [
      {
        file: hold,
        takes: "if (phase !== 'draining' && phase !== 'rebooting') return refused('not-draining');",
        puts: "if (phase === 'verifying') return refused('not-draining');",
      },
    ],
  },
  {
    name: 'permission is not asked after the drain',
    undoes: 'law 2: permission of after the drain',
    cuts: [
      {
        file: 'src/core/phases/draining.ts',
        takes: "return { ...move(state, 'ask'), facts: { permission: null, hintAt: now.mono } };",
        puts: "return move(state, 'ask');",
      },
    ],
  },
  {
    name: 'permission of an hour ago is young enough for a reboot',
    undoes: 'law 2: permission no older than ten seconds',
    cuts: [{ file: 'src/core/limits.ts', takes: 'permissionAge: 10_000,', puts: 'permissionAge: 3_600_000,' }],
  },
  {
    name: 'permission is not asked again when the fence took long',
    undoes: 'law 2: permission no older than ten seconds at the call',
    cuts: [
      {
        file: call,
        takes: 'const permission = permissionNow(facts, now.mono - limits.permissionAge, now);',
        puts: 'const permission = permissionNow(facts, 0, now);',
      },
    ],
  },
  {
    name: 'the call is made however old permission has grown since it was decided',
    undoes: 'law 2: permission no older than ten seconds at the call',
    cuts: [
      {
        file: 'src/systemd/program.ts',
        takes: 'if (run.before !== undefined && clock.mono() > run.before)',
        puts: 'if (run.before !== undefined && clock.mono() < 0)',
      },
    ],
  },
  {
    name: 'a refusal between fence and call is not heeded',
    undoes: 'law 2: never a reboot while permission is refused',
    cuts: [
      {
        file: call,
        takes:
          'if (refused !== null && !phase.committed) return backOut(state, refused);\n  if (refused !== null) return callHeldUp(state, refused, limits.permissionAge, now);\n',
        puts: '',
      },
    ],
  },
  {
    name: 'the node backs out after the reboot was asked for',
    undoes: 'back out only if it is certain that no reboot was asked for',
    cuts: [
      {
        file: call,
        takes: 'if (refused !== null && !phase.committed) return backOut(state, refused);',
        puts: 'if (refused !== null) return backOut(state, refused);',
      },
    ],
  },
  {
    name: 'a reboot call without an answer is taken for a refused one',
    undoes: 'back out only if it is certain that no reboot was asked for',
    cuts: [
      {
        file: call,
        takes: 'if (facts.reboot?.refused === true && !phase.earlier)',
        puts: 'if (facts.reboot !== null && facts.reboot.reason !== null)',
      },
    ],
  },
  {
    name: 'after the deadline systemd is not asked whether the reboot still comes',
    undoes: 'certain is only who asked logind afterwards',
    cuts: [
      {
        file: call,
        takes: "const certain = look.is === 'none' && asksLogind",
        puts: 'const certain = asksLogind',
      },
    ],
  },
  {
    name: 'of a command that was started nobody doubts that it has ended',
    undoes: 'a command that was started is never certain',
    cuts: [
      {
        file: call,
        takes: "look.is === 'none' && asksLogind(facts.settings.rebootMethod) && phase.logindOnly;",
        puts: "look.is === 'none';",
      },
    ],
  },
];
