import type { BootMark } from '../../../src/core/boot-mark.ts';
import { readMark } from '../../../src/core/cordon-mark.ts';
import { readRecord } from '../../../src/core/lease/format.ts';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { Holder, LeaseRecord } from '../../../src/core/lease/record.ts';
import type { CordonMark } from '../../../src/core/mark-text.ts';
import type { NodeSnapshot } from '../../../src/core/node-view.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { Around } from './world-parts.ts';

/** What one process was told, by the test's own account, from the events alone. */
export class Told {
  lease: LeaseObject | null = null;
  node: NodeSnapshot | null = null;
  /** The boot named by the last mark that was seen: one that a late request of an earlier process has taken off since, too. */
  markedBoot: BootMark | null = null;
  permission: { readonly allowed: boolean; readonly need: string | null; readonly askedAt: number } | null = null;
  /** The claim in which the drain was seen to end, and when. */
  drained: string | null = null;
  drainedAt = 0;
  /** The claim that this process holds, and when it was first seen. */
  claim: string | null = null;
  claimAt = 0;
  /** Milliseconds since then in which the machine slept. */
  slept = 0;
  /** The claim in whose drain a pod was seen to be left. */
  podLeft: string | null = null;
  /** The claim whose mark was seen first, and when. */
  marked: string | null = null;
  markedAt = 0;
  /** The claims in which the hooks before the drain, and those before the reboot, were seen to succeed. */
  readonly hooked: { 'before-drain': string | null; 'before-reboot': string | null } = {
    'before-drain': null,
    'before-reboot': null,
  };
  /** The hooks after the boot were seen to succeed. */
  checked = false;
  /** The kubelet of this boot was seen Ready. */
  proven = false;
  /** The fence of the last call. */
  called: string | null = null;
  retried = false;
  /** A person stops the service: nobody would be there to release later. */
  stopping = false;
  /** The base of a write of the Lease without an answer, until something else is known to stand there. */
  doubt: string | null = null;
  entry: Holder | null | undefined = undefined;

  hear(world: Around, event: Event): void {
    this.#keep(world, event);
    const claim = this.own()?.claim ?? null;
    if (claim !== this.claim) {
      this.claimAt = world.mono;
      this.slept = 0;
    }
    this.claim = claim;
    this.#settles(event);
  }

  #keep(world: Around, event: Event): void {
    switch (event.on) {
      case 'lease-read':
        if (event.result.is === 'found')
          this.lease = newer(this.lease, event.result.object, event.consistency === 'consistent');
        if (event.result.is === 'gone') this.lease = null;
        return;
      case 'lease-written':
        if (event.result.is === 'written') this.lease = newer(this.lease, event.result.object, true);
        if (event.result.is === 'gone') this.lease = null;
        return;
      case 'lease-watch':
        if (event.told.is === 'changed') this.lease = newer(this.lease, event.told.object, true);
        if (event.told.is === 'listed') this.lease = event.told.objects[0] ?? null;
        if (event.told.is === 'deleted') this.lease = null;
        return;
      case 'node-read':
        if (event.result.is === 'found') this.#sawNode(world, event.result.object);
        return;
      case 'node-patched':
        if (event.result.is === 'written') this.#sawNode(world, event.result.object);
        return;
      case 'node-watch':
        if (event.told.is === 'changed') this.#sawNode(world, event.told.object);
        if (event.told.is === 'listed' && event.told.objects[0] !== undefined)
          this.#sawNode(world, event.told.objects[0]);
        return;
      case 'permission': {
        const need = event.need.is === 'yes' ? event.need.value.fingerprint : null;
        this.permission = { allowed: event.answer.is === 'allowed', need, askedAt: event.askedAt };
        return;
      }
      case 'need':
        // An answer about permission is one about the need of its moment; what is learnt of the need later replaces that.
        if (this.permission !== null)
          this.permission = {
            ...this.permission,
            need: event.answer.is === 'yes' ? event.answer.value.fingerprint : null,
          };
        return;
      case 'away':
        this.slept += event.ms;
        this.permission = null;
        return;
      case 'permission-hint':
        this.permission = null;
        return;
      case 'drain-ended':
        if (event.end.is === 'done') this.#sawDrainEnd(world);
        return;
      case 'drain-progress':
        this.podLeft = this.own()?.claim ?? null;
        return;
      case 'hooks-ended':
        if (event.end.is !== 'done') return;
        if (event.phase === 'after-boot') this.checked = true;
        else this.hooked[event.phase] = this.own()?.claim ?? null;
        return;
      case 'stop':
        // What was sent upon a stop may land after another signal.
        this.stopping ||= event.meaning === 'stop';
        return;
      case 'retry':
        this.retried = true;
        return;
      default:
    }
  }

  #sawDrainEnd(world: Around): void {
    this.drained = this.own()?.claim ?? null;
    this.drainedAt = world.mono;
  }

  #sawNode(world: Around, node: NodeSnapshot): void {
    this.node = node;
    const mark = readMark(node);
    if (mark.is === 'mark') this.markedBoot = bootOf(mark.mark);
    if (mark.is === 'mark' && mark.mark.claim !== this.marked) {
      this.marked = mark.mark.claim;
      this.markedAt = world.mono;
    }
    const since = (node.readyHeartbeat ?? 0) > world.began;
    if (node.bootID === world.boot.id && node.ready === 'True' && since) this.proven = true;
  }

  /** The own entry as the process last could read it; undefined: it never could. */
  own(): Holder | null | undefined {
    const { lease } = this;
    if (lease === null) return null;
    const reading = readRecord(lease);
    if (reading.readable) this.entry = own(reading.record);
    return this.entry;
  }

  /** A write without an answer may land until its base is known to have moved. */
  #settles(event: Event): void {
    if (event.on === 'lease-written' && event.result.is === 'unknown') this.doubt = event.base;
    else if (event.on === 'lease-written' && event.result.is !== 'refused') this.doubt = null;
    else if (event.on === 'lease-read' && event.result.is === 'gone') this.doubt = null;
    const { lease } = this;
    const heard = event.on === 'lease-watch' || (event.on === 'lease-read' && event.result.is === 'found');
    if (!heard) return;
    if (lease === null || `${lease.metadata.uid}/${lease.metadata.resourceVersion}` !== this.doubt) this.doubt = null;
  }
}

/** Before a fence for one a mark knows of no soft reboot: somebody's is none of its claim's. */
function bootOf({ boot, method }: CordonMark): BootMark {
  return method === 'soft-reboot' ? boot : { ...boot, soft: Number.POSITIVE_INFINITY };
}

/** The own entry of a record, whatever made it. */
export function own(record: LeaseRecord | null): Holder | null {
  const slot = record?.holders.find((at) => at.readable && at.entry.node === 'n1');
  return slot?.readable ? slot.entry : null;
}

/** A watch may deliver what an answer has overtaken. */
function newer(before: LeaseObject | null, object: LeaseObject, consistent: boolean): LeaseObject | null {
  if (!consistent) return before;
  if (before?.metadata.uid !== object.metadata.uid) return object;
  return Number(object.metadata.resourceVersion) < Number(before.metadata.resourceVersion) ? before : object;
}
