import { claimIn, type Entry, holderOf, type LeaseView, noLease, roomIn } from './lease-view.ts';
import { type Fence, type Machine, newMachine } from './machine.ts';
import type { NodeView } from './node-view.ts';
import type { Act } from './seen.ts';
import { nodeOf, type Step } from './step.ts';

/** The pool as it stands, by all that was seen so far. */
export class World {
  /** The number of the event, and its time; 0 in a history without times. */
  number = 0;
  at = 0;
  /** Whether the history has times. */
  timed = false;
  lease: LeaseView = noLease;
  /** As it was last when it could be understood. */
  readable: LeaseView = noLease;
  readonly nodes = new Map<string, NodeView>();
  /** The node of each pod that has to go before a reboot, and the other way round. */
  readonly #nodeOfPod = new Map<string, string>();
  readonly #podsOn = new Map<string, Set<string>>();
  readonly #machines = new Map<string, Machine>();
  /** The last fence of each node. */
  readonly fences = new Map<string, Fence>();
  /** How many could hold when a claim was made, and the number of the event that made it. */
  readonly claims = new Map<string, { readonly room: number; readonly since: number }>();
  /** The number of the event that put a claim's mark on its Node. */
  readonly marks = new Map<string, number>();
  /** Claims that an act took away or changed: by force, by hand, with the Lease, by a restore or a take-over. */
  readonly taken = new Set<string>();
  /** Claims that once said they back out: from there none goes on to a reboot. */
  readonly backingOut = new Set<string>();
  /** Nodes whose mark an act took away: their cordon is a person's from then on. */
  readonly disowned = new Set<string>();
  readonly #gone = new Map<string, number>();
  /** When the history began. */
  began: number | null = null;
  /** Since when a holder's entry stands as it does, or stood when it went. */
  readonly unchanged = new Map<string, number>();
  readonly #acts: { readonly through: string; readonly act: Act; readonly of: string; readonly at: number }[] = [];
  healed: number | null = null;
  /** When etcd was set back last. */
  restoredAt = 0;

  machine(node: string): Machine {
    const known = this.#machines.get(node);
    if (known !== undefined) return known;
    const machine = newMachine();
    this.#machines.set(node, machine);
    return machine;
  }

  get machines(): ReadonlyMap<string, Machine> {
    return this.#machines;
  }

  /** This boot of the machine: what was told, else what its kubelet reported. */
  bootOf(node: string): string {
    return this.machine(node).boot ?? this.nodes.get(node)?.boot ?? '';
  }

  /** Whether a person did that through this node's credentials, and it was not yet seen to be done; then it is. */
  explained(through: string, acts: readonly Act[], of = through): boolean {
    const at = this.#acts.findIndex(
      (one) => one.through === through && acts.includes(one.act) && one.of === of && this.at - one.at <= lasts(one.act),
    );
    if (at === -1) return false;
    this.#acts.splice(at, 1);
    return true;
  }

  /** Takes in what the step shows; the laws judge afterwards. */
  take(step: Step): void {
    if (step.is === 'lease') this.#lease(step);
    else if (step.is === 'node') this.#node(step);
    else if (step.is === 'pod') this.#pod(step);
    else if (step.is === 'healed') this.healed = this.at;
    else if (step.is === 'person')
      this.#acts.push({ through: step.through, act: step.act, of: step.of ?? step.through, at: this.at });
    else this.#machine(step);
  }

  /** Whether a pod is on the node that has to go before its reboot. */
  hasPods(node: string): boolean {
    return (this.#podsOn.get(node)?.size ?? 0) > 0;
  }

  /** Since when a Node is gone; one that was never there, since the history began; undefined: it is there. */
  goneSince(node: string): number | undefined {
    return this.nodes.has(node) ? undefined : (this.#gone.get(node) ?? this.began ?? undefined);
  }

  /** The pods that are known to have to go. */
  podNames(): readonly string[] {
    return [...this.#nodeOfPod.keys()];
  }

  /** One who still holds as he did: nothing but himself took or changed his claim. */
  untouched(claim: string): boolean {
    return !this.taken.has(claim);
  }

  #lease({ writer, before, after }: Extract<Step, { is: 'lease' }>): void {
    this.lease = after;
    if (after.unreadable === null) this.readable = after;
    const own = nodeOf(writer);
    for (const entry of before.holders) {
      const now = claimIn(after, entry.claim);
      if (now?.text === entry.text) continue;
      const byAct = own === null || own !== entry.node || before.forceRelease === entry.node;
      if (byAct && (own === null || now === undefined)) this.taken.add(entry.claim);
    }
    for (const entry of after.holders) this.#entry(entry, claimIn(before, entry.claim), before, own);
    // A write of before that lands late finds the very resourceVersion again that it was guarded by.
    if (writer.is === 'etcd')
      for (const claim of this.claims.keys()) if (claimIn(after, claim) === undefined) this.taken.add(claim);
  }

  #entry(entry: Entry, before: Entry | undefined, lease: LeaseView, own: string | null): void {
    if (before?.text === entry.text) return;
    this.unchanged.set(entry.claim, this.at);
    if (before === undefined && own === entry.node)
      this.claims.set(entry.claim, { room: roomIn(lease, entry.limit), since: this.number });
    const { node, claim, by, boot, attempt, need, phase } = entry;
    if (own === node && phase === 'backing-out') this.backingOut.add(claim);
    if (own !== node || phase !== 'rebooting' || attempt <= (before?.attempt ?? 0)) return;
    this.fences.set(node, { node, claim, by, boot, attempt, need, since: this.number, used: false });
  }

  #node({ writer, name, before, after }: Extract<Step, { is: 'node' }>): void {
    if (after === null) {
      this.nodes.delete(name);
      this.#gone.set(name, this.at);
    } else {
      this.nodes.set(name, after);
      this.#gone.delete(name);
      if (after.ready && after.boot !== '' && after.boot === this.bootOf(name)) this.#prove(name, after.boot);
    }
    const mark = after?.mark ?? null;
    if (mark !== null && mark.claim !== before?.mark?.claim) this.marks.set(mark.claim, this.number);
    if (writer.is === 'etcd' && (before?.mark?.text !== mark?.text || before?.cordoned !== after?.cordoned))
      for (const one of [before?.mark, mark]) if (one) this.taken.add(one.claim);
    const lost = before !== null && before.mark !== null && mark === null && nodeOf(writer) !== name;
    if (lost) this.disowned.add(name);
    if (after?.cordoned !== true || mark !== null) this.disowned.delete(name);
  }

  #prove(node: string, boot: string): void {
    const { boots, proven } = this.machine(node);
    if (!boots.includes(boot)) boots.push(boot);
    proven.add(boot);
  }

  #pod({ name, after }: Extract<Step, { is: 'pod' }>): void {
    const was = this.#nodeOfPod.get(name);
    const now = after?.hasToGo === true && after.node !== '' ? after.node : undefined;
    if (was === now) return;
    if (now !== undefined) {
      this.#nodeOfPod.set(name, now);
      // Up to now it was empty, for however long.
      if (!this.hasPods(now)) this.machine(now).emptyAt = this.number;
      this.#podsOn.set(now, (this.#podsOn.get(now) ?? new Set()).add(name));
    } else this.#nodeOfPod.delete(name);
    if (was === undefined) return;
    this.#podsOn.get(was)?.delete(name);
    if (!this.hasPods(was)) this.machine(was).emptyAt = this.number;
  }

  #machine(step: Exclude<Step, { is: 'lease' | 'node' | 'pod' | 'person' | 'healed' }>): void {
    const machine = this.machine(step.node);
    switch (step.is) {
      case 'service':
        machine.process = step.process;
        machine.processSince = this.number;
        return;
      case 'asked': {
        const fence = this.fences.get(step.node);
        const mine = fence?.by === step.process && fence.boot === step.boot ? fence : null;
        const ask = { boot: step.boot, claim: mine?.claim ?? null, need: mine?.need ?? null };
        if (step.refused !== true) machine.asked = ask;
        return;
      }
      case 'down':
        machine.up = false;
        machine.process = null;
        machine.awayFor = step.why === 'reboot' ? machine.asked : null;
        machine.asked = null;
        return;
      case 'up':
        machine.up = true;
        machine.boot = step.boot;
        machine.boots.push(step.boot);
        machine.awayFor = null;
        return;
      case 'permission':
        machine.permission = { answer: step.answer, since: this.at };
        return;
      case 'need':
        machine.need = { fingerprint: step.fingerprint, since: this.at };
        return;
    }
  }
}

/** The node's entry, if it is of this claim and nobody wants it out by force: such a one counts as gone. */
export function heldIn(lease: LeaseView, node: string, claim: string): Entry | undefined {
  const entry = holderOf(lease, node);
  return entry?.claim === claim && lease.forceRelease !== node ? entry : undefined;
}

/** How long after a person began something it may be seen to be done: a command tries again for a while; a retry was heard by the service, which does it once it can. */
function lasts(act: Act): number {
  return act === 'retry' ? Number.POSITIVE_INFINITY : 600_000;
}
