import assert from 'node:assert/strict';
import type { Counts } from './judge-counts.ts';
import { PeerWatched } from './peer-watched.ts';
import { forgedBoot } from './persons.ts';
import { markAnnotation } from './server.ts';
import { own, Told } from './told.ts';
import { type Around, softly } from './world-parts.ts';

/** What a judge knows of the run so far, beside the world as it is. */
export class Past {
  readonly counts: Counts;
  /** What the process that runs was told. */
  told = new Told();
  peer = new PeerWatched();
  /** The entry that the last take-over takes out; its write may land late. */
  taken = '';
  /** Claims that a person took out of the Lease, or the Lease with them. */
  readonly byHand = new Set<string>();
  /** A person took a mark off, or the Node with it. */
  markByHand = false;
  /** The machine was rebooted since it marked its Node last. */
  rebooted = false;
  /** The notes of met needs that came of a reboot: one of them may be written again as it was. */
  readonly noted = new Set<string | null>();
  /** The need of a call of ours in this boot, and of the last boot that came of one. */
  calledFor: string | null = null;
  met: string | null = null;
  /** When a claim's node was put right after a boot, for the first time. */
  readonly restoredAt = new Map<string, number>();

  constructor(counts: Counts) {
    this.counts = counts;
  }

  started(): void {
    this.told = new Told();
    this.peer = new PeerWatched();
  }

  /** Called before a person's act and after it. */
  hand(world: Around, act: () => void): void {
    const before = own(world.server.record());
    const marked = marks(world);
    const known = world.server.node !== null;
    act();
    const after = own(world.server.record());
    const changed = after?.claim !== before?.claim || after?.boot.id !== before?.boot.id;
    if (before !== null && changed) this.byHand.add(before.claim);
    if (after?.boot.id === forgedBoot) this.byHand.add(after.claim);
    // What was handled goes with the Node as well.
    if (marked !== marks(world) || (known && world.server.node === null)) this.markByHand = true;
  }

  /** A boot without a call meets the need of the drain that it ended, as the mark has it: what was met before is noted no more. */
  notes(world: Around, note: string | null): void {
    this.noted.add(note);
    const need = note === null ? null : JSON.parse(note).need.fingerprint;
    const mark = marks(world);
    if (need !== this.met && mark !== '' && JSON.parse(mark).need.fingerprint === need) this.met = null;
  }

  wentDown(world: Around, why: 'reboot' | 'power' | 'soft-reboot by somebody'): void {
    const record = world.server.record();
    if (why === 'soft-reboot by somebody' && !softly(world)) {
      // It ends what was asked for, and is no reboot in full.
      this.calledFor = null;
      return;
    }
    this.rebooted = true;
    if (why === 'reboot' && softly(world)) this.counts.softReboots += 1;
    // A call that came to nothing and was backed out is nobody's reboot when the power goes.
    // Where a person took the claim and recovery the mark after it, nothing that lasts is left to remember the need.
    const forgotten = this.byHand.size > 0 && marks(world) === '';
    if (this.calledFor !== null && !forgotten && (why === 'reboot' || own(record)?.phase === 'rebooting'))
      this.met = this.calledFor;
    this.calledFor = null;
    if (why !== 'reboot') return;
    if (record === null || this.byHand.size > 0) return;
    assert.equal(own(record)?.phase, 'rebooting', 'the node goes down and its entry says so');
  }

  /** As the Lease or the Node tell it: with entry and mark both taken away by hand nothing does. */
  goesDown(world: Around): boolean {
    return world.goingDown && !(this.byHand.size > 0 && this.markByHand);
  }

  /** A person's release by force also gives up what was known about a command that was called. */
  mayReboot(world: Around): boolean {
    return this.goesDown(world) || (world.mayGoDown && this.byHand.size === 0);
  }
}

/** The mark as it stands on the Node; empty: none. */
export function marks(world: Around): string {
  return world.server.node?.annotations[markAnnotation] ?? '';
}
