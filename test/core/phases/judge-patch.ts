import assert from 'node:assert/strict';
import type { BootMark } from '../../../src/core/boot-mark.ts';
import { readMark } from '../../../src/core/cordon-mark.ts';
import type { Past } from './judge-past.ts';
import { forgedBoot } from './persons.ts';
import { markAnnotation } from './server.ts';
import { own } from './told.ts';
import { type Around, isThrough, type Laned } from './world-parts.ts';

/** Sent: what the process knows has to permit it. */
export function judgeRestore(world: Around, past: Past): void {
  past.counts.restores += 1;
  const entry = past.told.own();
  const { markedBoot, proven } = past.told;
  // What others write is nobody's word for a reboot.
  const forged = entry?.boot.id === forgedBoot;
  const from = forged ? markedBoot : (entry?.boot ?? markedBoot);
  if (entry?.phase === 'backing-out') return;
  if (from !== null && isThrough(world, from)) {
    assert.ok(proven, 'nothing is restored before this boot is proven');
    assert.ok(past.told.checked, 'nothing is restored before the hooks after the boot have succeeded');
    return;
  }
  const nobody = entry === null || forged || past.markByHand;
  assert.ok(nobody, 'a claim of this boot is only restored while backing out, and unreadable is held');
  assert.ok(!past.goesDown(world), 'nothing is restored while the machine goes down');
}

/** Lands: a cordon of ours alone is undone, and no mark is without its claim. */
export function judgePatch(world: Around, past: Past, effect: Extract<Laned, { do: 'patch-node' }>): void {
  const { patch } = effect;
  if (patch.unschedulable === false) {
    past.counts.uncordons += 1;
    assert.equal(world.server.cordonBy, 'us', 'only our own cordon is undone');
    assert.ok(!past.goesDown(world), 'no uncordon while the machine goes down');
  }
  meets(world, past, patch.annotations['kured-host/handled']);
  const mark = patch.annotations[markAnnotation];
  if (mark === null) noteRestored(world, past);
  if (typeof mark !== 'string') return;
  const { claim, boot } = JSON.parse(mark) as { claim: string; boot: BootMark };
  // One of before the boot, or the soft reboot, may land late.
  if (!isThrough(world, boot)) past.rebooted = false;
  const record = world.server.record();
  if (record !== null && !past.byHand.has(claim)) assert.equal(own(record)?.claim, claim, 'no mark without its claim');
}

/** By the entry; where the Lease cannot be read, by the mark that is taken off. */
function noteRestored(world: Around, past: Past): void {
  const record = world.server.record();
  const mark = world.server.node === null ? null : readMark(world.server.node);
  const entry = record === null ? (mark?.is === 'mark' ? mark.mark : null) : own(record);
  if (entry === null || !isThrough(world, entry.boot) || past.restoredAt.has(entry.claim)) return;
  // A Node that was gone had nothing to restore: the delay runs already when it is registered anew.
  if ('releaseAfter' in entry && entry.releaseAfter !== undefined) return;
  // Somebody's soft reboot is none of a claim that had asked for no reboot: it backs out.
  const backsOut = 'phase' in entry && entry.phase === 'backing-out';
  if (backsOut && entry.boot.id === world.boot.id) return;
  past.restoredAt.set(entry.claim, world.mono);
}

/** A boot by anybody meets the need of the claim that went through it; one that was met before it may come back as a need of its own. */
function meets(world: Around, past: Past, handled: string | null | undefined): void {
  const record = world.server.record();
  const entry = record === null ? null : own(record);
  if (typeof handled !== 'string' || entry === null || !isThrough(world, entry.boot)) return;
  const { need } = JSON.parse(handled) as { need: { fingerprint: string } };
  if (need.fingerprint === entry.need.fingerprint) past.met = need.fingerprint;
}
