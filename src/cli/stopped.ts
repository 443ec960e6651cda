import { type Answer, unknown } from '../core/answer.ts';
import type { BootMark } from '../core/boot-mark.ts';
import { type Reading, readRecord } from '../core/lease/format.ts';
import type { LeaseRef } from '../core/lease/object.ts';
import { placeOf } from '../core/lease/queue.ts';
import type { ClaimNote } from '../core/mark-text.ts';
import type { Need } from '../core/need.ts';
import { sumNeeds } from '../core/need-sum.ts';
import type { NodeSnapshot } from '../core/node-view.ts';
import { outsideText } from '../core/outside-text.ts';
import { type Reason, reason } from '../core/reasons.ts';
import type { Settings } from '../core/settings.ts';
import { systemdHere } from '../daemon/machine-here.ts';
import { readMachine } from '../host/machine.ts';
import type { Ready } from '../kubernetes/cluster.ts';
import type { Log } from '../ports/outlets.ts';
import { readBootTime } from '../sentinel/boot-time.ts';
import { fileSentinel } from '../sentinel/files.ts';
import { exitOf, reachCluster } from './cluster.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { slotOf } from './lease-text.ts';
import { leasesHere, markedLease } from './leases-here.ts';
import { rememberedFence } from './remembered-fence.ts';

/** What can be told of this node while no daemon answers. Null: not known; `troubles` say why. */
export interface Stopped {
  /** Why the daemon does not tell it. */
  readonly daemon: Reason;
  readonly settings: Settings;
  /** The node's name, and who it is at the API server. */
  readonly name: string | null;
  readonly node: NodeSnapshot | 'gone' | null;
  /** The pool's Lease, or the one that a mark on the Node or the Node itself names. */
  readonly ref: LeaseRef;
  readonly lease: Reading | 'gone' | null;
  readonly boot: BootMark | null;
  readonly machine: string | null;
  /** The last fence that the daemon remembers; null: none. */
  readonly fenced: ClaimNote | 'unknown' | null;
  /** What the sentinel files say; a person's request stands on the Node. */
  readonly need: Answer<Need>;
  readonly troubles: readonly Reason[];
  /** Whether everything the API server knows could be read. */
  readonly code: ExitCode;
}

/** How long the looks at the sentinel files may take, milliseconds. */
const longestLook = 10_000;

/** Looks at Lease, Node, boot ID and sentinel files; changes nothing. Each request has its own deadline. */
export async function lookWithoutDaemon(
  io: Io,
  settings: Settings,
  daemon: Reason,
  signal: AbortSignal,
): Promise<Stopped> {
  const troubles: Reason[] = [];
  const ending = new AbortController();
  try {
    const reached = await reachCluster(io, settings, AbortSignal.any([signal, ending.signal]), (why) =>
      troubles.push(why),
    );
    const cluster = typeof reached === 'number' ? null : await readCluster(reached, settings, signal);
    const machine = await readMachine(io.places.machineId);
    const boot = await systemdHere(io).bootMark(signal);
    if (machine.is === 'unreadable') troubles.push(unreadable('the machine ID', machine.why));
    if (boot.is === 'unreadable') troubles.push(unreadable('the boot ID', boot.why));
    const inCluster = cluster?.troubles ?? [];
    const [first] = inCluster;
    return {
      daemon,
      settings,
      name: typeof reached === 'number' ? settings.credentials.nodeName : reached.identity.node,
      node: cluster?.node ?? null,
      ref: cluster?.ref ?? settings.lease,
      lease: cluster?.lease ?? null,
      boot: boot.is === 'read' ? boot.mark : null,
      machine: machine.is === 'read' ? machine.machine : null,
      fenced: await rememberedFence(io),
      need: await needOf(io, settings, signal),
      troubles: [...troubles, ...inCluster],
      code: typeof reached === 'number' ? reached : first === undefined ? exitCode.done : exitOf(first),
    };
  } finally {
    ending.abort();
  }
}

interface InCluster extends Pick<Stopped, 'node' | 'ref' | 'lease'> {
  readonly troubles: readonly Reason[];
}

async function readCluster({ cluster, identity }: Ready, settings: Settings, signal: AbortSignal): Promise<InCluster> {
  const read = await cluster.node.read(signal);
  const troubles: Reason[] = read.is === 'failed' ? [read.reason] : [];
  // Whoever cannot be reached is not asked twice: the second answer would take as long and say the same.
  if (troubles.some(({ code }) => code !== 'api-refused'))
    return { node: null, ref: settings.lease, lease: null, troubles };
  const node = read.is === 'found' ? read.object : read.is === 'gone' ? 'gone' : null;
  let found: Pick<InCluster, 'ref' | 'lease'> = { ref: settings.lease, lease: null };
  for (const ref of leasesToRead(node, settings.lease)) {
    const lease = await cluster.leases.read(ref, 'consistent', signal);
    if (lease.is === 'failed') return { node, ref, lease: null, troubles: [...troubles, lease.reason] };
    found = { ref, lease: lease.is === 'gone' ? 'gone' : readRecord(lease.object) };
    if (concerns(found.lease, identity.node)) break;
  }
  return { node, ...found, troubles };
}

/** Until one has something of this node in it: the one of the mark alone, as recovery does, or that the Node names and the pool's. */
function leasesToRead(node: NodeSnapshot | 'gone' | null, pool: LeaseRef): readonly LeaseRef[] {
  if (node === null || node === 'gone') return [pool];
  const marked = markedLease(node);
  return marked === null ? leasesHere(node, pool) : [marked];
}

/** Whether something of the node is in the Lease, or may be. */
function concerns(lease: InCluster['lease'], node: string): boolean {
  if (lease === null || lease === 'gone') return false;
  return !lease.readable || slotOf(lease.record, node) !== null || placeOf(lease.record, node) !== null;
}

/** By the sentinel files alone: a look at the status runs no command of anybody's. */
async function needOf(io: Io, settings: Settings, signal: AbortSignal): Promise<Answer<Need>> {
  const { command } = settings.sentinel;
  const deps = { clock: io.clock, log: silent, bootTime: () => readBootTime(io.clock) };
  const files = [...new Set(settings.sentinel.files)].map((path) => fileSentinel(path, deps));
  using deadline = io.clock.deadline(longestLook, signal);
  const answers = await Promise.all(files.map((file) => file.look(deadline.signal)));
  if (command === null) return sumNeeds(answers);
  const why = `the sentinel command ${outsideText(command[0] ?? '', 200)} is not run for this`;
  return sumNeeds([...answers, unknown(reason('need-untold', { why }))]);
}

function unreadable(what: string, why: string): Reason {
  return reason('host-unreadable', { what, why });
}

const silent: Log = { event: () => {}, always: () => {}, setLevel: () => {} };
