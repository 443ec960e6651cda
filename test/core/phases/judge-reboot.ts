import assert from 'node:assert/strict';
import { readHandled } from '../../../src/core/handled.ts';
import { readRecord } from '../../../src/core/lease/format.ts';
import type { Holder } from '../../../src/core/lease/record.ts';
import { holdAnnotation, requestAnnotation } from '../../../src/core/node-wishes.ts';
import type { Now } from '../../../src/core/now.ts';
import type { Past } from './judge-past.ts';
import { type Around, isThrough } from './world-parts.ts';

/** A reboot is asked for: with a claim, behind a fence, with permission, after the drain, and for a need that no boot has met. */
export function judgeReboot(world: Around, past: Past, now: Now): void {
  const { told } = past;
  past.counts.calls += 1;
  const entry = past.told.own();
  assert.ok(entry, 'a reboot is asked with a claim');
  const seen = told.lease === null ? null : readRecord(told.lease);
  assert.ok(seen?.readable && seen.record.paused === null && seen.record.release !== 'n1', 'nobody asked to give up');
  assert.equal(entry.phase, 'rebooting', 'a reboot is asked behind a fence');
  assert.equal(entry.by, world.process?.by, 'the fence is of this process');
  assert.ok(!isThrough(world, entry.boot), 'the fence is of this boot');
  const fence = `${entry.claim} ${entry.attempt} ${entry.changed}`;
  assert.notEqual(fence, told.called, 'each fence is good for one call');
  told.called = fence;
  const { permission } = told;
  assert.ok(permission?.allowed, 'a reboot is asked with permission');
  assert.ok(now.mono - permission.askedAt <= 10_000, 'permission is no older than ten seconds');
  const requested = told.node?.annotations[requestAnnotation] !== undefined;
  assert.ok(permission.need !== null || requested, 'a reboot is asked for a need');
  assert.equal(told.node?.annotations[holdAnnotation], undefined, 'a node that a person holds asks for no reboot');
  drainSeen(world, past, entry, now);
  const { during } = world.model.settings.node.beforeDrain.labels;
  if (!past.markByHand)
    assert.equal(told.node?.labels['during'], during, 'what is for the drain was written before it');
  const handled = told.node === null ? null : readHandled(told.node);
  const need = entry.need.fingerprint;
  if (!told.retried) assert.notEqual(need, handled?.need.fingerprint, 'a need that was handled');
  if (!told.retried && !past.markByHand) assert.notEqual(need, past.met, 'a second reboot for the same need');
  past.calledFor = need;
}

/** This process has seen the drain end in this claim; or, where the admin said so, its time pass with pods left. */
function drainSeen(world: Around, past: Past, { claim }: Holder, now: Now): void {
  const { drained, podLeft, claimAt, slept } = past.told;
  if (drained === claim) return;
  const { onDrainTimeout, drainTimeout, rebootDelay } = world.model.settings;
  assert.equal(onDrainTimeout, 'reboot', 'this process has seen the drain end in this claim');
  assert.ok(drainTimeout !== null && podLeft === claim, 'what is left was seen');
  assert.ok(now.mono - claimAt - slept >= drainTimeout, 'the time of the drain has passed, awake');
  assert.ok(now.mono - claimAt >= drainTimeout + rebootDelay, 'the time of the drain and the delay have passed');
  past.counts.forced += 1;
}
