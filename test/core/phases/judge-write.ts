import assert from 'node:assert/strict';
import { readMark } from '../../../src/core/cordon-mark.ts';
import { holderText } from '../../../src/core/lease/entry.ts';
import { readRecord } from '../../../src/core/lease/format.ts';
import type { Holder, LeaseRecord } from '../../../src/core/lease/record.ts';
import type { Past } from './judge-past.ts';
import { forgedBoot } from './persons.ts';
import { own } from './told.ts';
import type { Around, Laned } from './world-parts.ts';

/** Lands: nobody claims or fences who may not, nothing leaves backing-out, and the entries of others stay as they are. */
export function judgeWrite(world: Around, past: Past, effect: Extract<Laned, { do: 'write-lease' }>): void {
  const before = world.server.record();
  const reading = readRecord(effect.object);
  assert.ok(reading.readable, 'what we write can be read');
  assert.ok(before, 'a Lease that cannot be read is never written');
  const after = reading.record;
  const [was, is] = [own(before), own(after)];
  if (is !== null && was?.claim !== is.claim) {
    past.counts.claims += 1;
    assert.equal(before.paused, null, 'nobody claims in a paused pool');
    const gone = before.forceRelease;
    const others = before.holders.filter((slot) => !slot.readable || slot.entry.node !== gone);
    assert.equal(others.length, 0, 'nobody claims at the limit');
  }
  // Where the Node was gone there was nothing to put right: since when it waits is not seen here.
  if (is?.releaseAfter !== undefined && !past.restoredAt.has(is.claim)) past.restoredAt.set(is.claim, -Infinity);
  if (was !== null && is?.claim !== was.claim) releaseLands(world, past, before, was);
  if (was !== null && is !== null && is.attempt > was.attempt) {
    past.counts.fences += 1;
    assert.equal(before.paused, null, 'nobody fences in a paused pool');
    assert.notEqual(before.release, 'n1', 'nobody fences who is asked to release');
    assert.ok(was.phase === 'draining' || was.phase === 'rebooting');
  }
  const same = was !== null && was.claim === is?.claim;
  if (same && was.phase === 'backing-out') assert.equal(is?.phase, 'backing-out', 'nothing leaves backing-out');
  if (was?.phase !== 'backing-out' && is?.phase === 'backing-out') {
    assert.ok(!past.mayReboot(world), 'nobody backs out while a reboot may come');
  }
  const others = (record: LeaseRecord) => record.holders.filter((slot) => !slot.readable || slot.entry.node !== 'n1');
  if (effect.purpose === 'take-over') {
    past.counts.takeOvers += 1;
    assert.deepEqual(others(before).map(holderText), [past.taken], 'only the very entry that was watched goes');
    assert.deepEqual(others(after), [], 'nothing but the lost entry goes');
    assert.equal(is?.claim, was?.claim, 'the own entry stays');
    return;
  }
  assert.deepEqual(others(after).map(holderText), others(before).map(holderText), "another's entry is left alone");
}

function releaseLands(world: Around, past: Past, before: LeaseRecord, was: Holder): void {
  if (before.forceRelease === 'n1') {
    past.byHand.add(was.claim);
    return;
  }
  past.counts.releases += 1;
  const { node } = world.server;
  const mark = node === null ? null : readMark(node);
  assert.ok(mark?.is !== 'mark' || mark.mark.claim !== was.claim, 'no release before the restore PATCH');
  assert.ok(!past.mayReboot(world), 'no release while a reboot may come');
  const restored = past.restoredAt.get(was.claim);
  // A back-out waits for nothing, whatever an earlier process took off the Node meanwhile.
  const backsOut = was.phase === 'backing-out' && was.boot.id === world.boot.id;
  // So does who finds that others wrote the entry; where there was a reboot, it waits all the same.
  const early = before.release === 'n1' || past.told.stopping || backsOut || was.boot.id === forgedBoot;
  if (restored === undefined || early) return;
  assert.ok(world.mono - restored >= world.model.settings.releaseDelay, 'the delay before the release');
}
