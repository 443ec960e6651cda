import { type Answer, no, unknown, yes } from '../core/answer.ts';
import { compareBoot } from '../core/boot-mark.ts';
import { cordonIsOurs, readMark } from '../core/cordon-mark.ts';
import { needStanding, readHandled } from '../core/handled.ts';
import { isSameLease, leaseText } from '../core/lease/object.ts';
import { placeOf } from '../core/lease/queue.ts';
import type { Holder, LeaseRecord, Slot } from '../core/lease/record.ts';
import { type LeaseStatus, leaseProblem, recordStatus } from '../core/lease-status.ts';
import type { CordonMark } from '../core/mark-text.ts';
import type { Need } from '../core/need.ts';
import { sumNeeds } from '../core/need-sum.ts';
import type { NodeSnapshot } from '../core/node-view.ts';
import { heldBy, requestedBy } from '../core/node-wishes.ts';
import type { Now } from '../core/now.ts';
import { needText } from '../core/phases/questions.ts';
import { recoveryVerdict, type Verdict } from '../core/phases/recovery-table.ts';
import { type Reason, reason, reasonSentence } from '../core/reasons.ts';
import type { Status } from '../core/status.ts';
import { slotOf } from './lease-text.ts';
import type { Stopped } from './stopped.ts';

/** The record that was read; null when none could be read and understood. */
export function recordOf({ lease }: Stopped): LeaseRecord | null {
  return lease === null || lease === 'gone' || !lease.readable ? null : lease.record;
}

/** What the Lease holds for this node. */
export function entryOf(stopped: Stopped): Slot<Holder> | 'none' | 'unknown' {
  if (stopped.lease === 'gone') return 'none';
  const record = recordOf(stopped);
  if (record === null || stopped.name === null) return 'unknown';
  return slotOf(record, stopped.name) ?? 'none';
}

export function nodeOf({ node }: Stopped): NodeSnapshot | null {
  return node === 'gone' ? null : node;
}

export function markOf(stopped: Stopped): CordonMark | 'none' | 'unreadable' | 'unknown' {
  const node = nodeOf(stopped);
  if (node === null) return stopped.node === 'gone' ? 'none' : 'unknown';
  const reading = readMark(node);
  return reading.is === 'mark' ? reading.mark : reading.is;
}

/** In which boot something was made, as against this one. */
export function bootWords(boot: { readonly id: string; readonly soft: number | null }, { boot: now }: Stopped): string {
  if (now === null) return `in boot ${boot.id}`;
  return { other: 'in an earlier boot', 'soft-rebooted': 'before a soft reboot', same: 'in this boot' }[
    compareBoot(boot, now)
  ];
}

/** Whether, and by whom, the node is cordoned; null: not known. */
export function cordonOf(stopped: Stopped): { readonly ours: boolean; readonly by: string | null } | 'none' | null {
  const node = nodeOf(stopped);
  if (node === null) return null;
  if (!node.unschedulable) return 'none';
  const { cordonOwner } = node;
  return { ours: cordonIsOurs(node), by: typeof cordonOwner === 'string' ? null : cordonOwner.manager };
}

export function needOf(stopped: Stopped, now: Now): Status['need'] {
  const answer = needAnswer(stopped);
  if (answer.is === 'unknown') return { required: 'unknown', text: reasonSentence(answer.reason) };
  if (answer.is === 'no') return { required: 'no', text: '' };
  const text = needText(answer.value);
  return isMet(answer.value, stopped, now)
    ? { required: 'no', text: `${text}: met by a reboot already` }
    : { required: 'yes', text };
}

/** Why no reboot is needed, or why that cannot be told; null: one is needed. */
export function needlessOf(stopped: Stopped, now: Now): Reason | null {
  const answer = needAnswer(stopped);
  if (answer.is === 'unknown') return answer.reason;
  if (answer.is === 'no') return reason('no-need');
  return isMet(answer.value, stopped, now) ? reason('need-handled', { need: needText(answer.value) }) : null;
}

/** What the sentinel files say together with a person's request, which stands on the Node. */
function needAnswer(stopped: Stopped): Answer<Need> {
  return sumNeeds([stopped.need, requestOf(stopped)]);
}

function requestOf(stopped: Stopped): Answer<Need> {
  if (stopped.node === 'gone') return no;
  if (stopped.node === null)
    return unknown(reason('need-untold', { why: 'the Node, where a person may ask for one, could not be read' }));
  const asked = requestedBy(stopped.node);
  return asked === null ? no : yes(asked);
}

function isMet(need: Need, stopped: Stopped, now: Now): boolean {
  const node = nodeOf(stopped);
  return needStanding(need, node === null ? null : readHandled(node), now) !== 'new';
}

/** That a person holds the node; null: nobody does, or the Node could not be read. */
export function heldOf(stopped: Stopped): Reason | null {
  const node = nodeOf(stopped);
  return node === null ? null : heldBy(node);
}

/** The Lease as the daemon's own status shows it, for the same programs to read. */
export function leaseOf(stopped: Stopped): LeaseStatus {
  const { ref, lease, settings, name } = stopped;
  const own = { concurrency: settings.concurrency, priority: settings.lease.priority };
  return {
    ...recordStatus(recordOf(stopped), name, own),
    name: leaseText(ref),
    problem: lease === null ? 'unknown' : leaseProblem(lease),
    fresh: true,
  };
}

/** What the daemon does first when it is started, by the table of recovery; null when too little is known to tell. */
export function nextOf(stopped: Stopped): string | null {
  const { name, boot, machine, node, lease, fenced } = stopped;
  if (name === null || boot === null || machine === null || node === null || lease === null) return null;
  const me = { node: name, uid: nodeOf(stopped)?.uid ?? '', machine, boot, by: '' };
  const slot = entryOf(stopped);
  const entry = slot === 'none' || slot === 'unknown' ? slot : slot.readable ? slot.entry : 'unreadable';
  const record = recordOf(stopped);
  const verdict = recoveryVerdict({
    me,
    entry: entry === 'unknown' ? 'unreadable' : entry === 'none' && lease === 'gone' ? 'lease-gone' : entry,
    queued: record !== null && placeOf(record, name) !== null,
    node: nodeOf(stopped),
    fenced: fenced === 'unknown' ? null : fenced,
    rebootAsked: false,
    look: null,
  });
  if (verdict.follow === 'verify-unproven' && fenced === 'unknown') return verifiesAny;
  const { mode, lease: pool } = stopped.settings;
  if (verdict.follow === 'queued' && !isSameLease(pool, stopped.ref)) return leavesPool;
  return (mode === 'observe' ? observing[verdict.follow] : undefined) ?? steps[verdict.follow];
}

const leavesPool = 'gives its place in the queue back, as the settings name another pool';

/** Only root can read what proves a reboot where no mark does. */
const verifiesAny = 'verifies that the node is well, and releases the Lease';

/** Where a node that only observes goes on otherwise. */
const observing: Readonly<Partial<Record<Verdict['follow'], string>>> = {
  queued: 'gives its place in the queue back, as it only observes',
  drain: 'backs out, as it only observes: takes its own cordon off and releases the Lease',
  'take-fence-back': 'finds that no reboot comes, and backs out, as it only observes',
};

const steps: Readonly<Record<Verdict['follow'], string>> = {
  idle: 'nothing is left to finish',
  queued: 'keeps its place in the queue while the reboot is needed and permitted',
  restore: 'takes its mark off, and its own cordon',
  verify: 'verifies the reboot, takes its own cordon off, and releases the Lease',
  'verify-unproven': 'verifies that the node is well, notes no reboot, and releases the Lease',
  disown: 'gives back a claim that somebody changed, and takes its own cordon off',
  'verify-without-claim': 'verifies the reboot and takes its own cordon off, without a claim',
  drain: 'goes on with the drain, everything asked again',
  'back-out': 'backs out: takes its own cordon off and releases the Lease',
  'finish-back-out': 'finishes backing out: takes its own cordon off and releases the Lease',
  release: 'releases the Lease, as the Node is gone',
  'take-fence-back': 'finds that no reboot comes, and goes on with the drain',
  'wait-for-reboot': 'waits for the reboot it has asked for',
  'wait-for-shutdown': 'waits for the shutdown that is under way',
  'wait-readable': 'waits until the Lease can be understood',
  'wait-for-person': 'is stuck: another machine made the claim under this name',
  'ask-systemd': 'asks systemd whether a reboot is under way, then waits for it or goes on',
};
