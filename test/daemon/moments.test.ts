import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leftBehind } from '../../src/core/phases/left-behind.ts';
import { reason } from '../../src/core/reasons.ts';
import { telling } from '../../src/daemon/moments.ts';
import { phases, stateOf } from './states.ts';

const claim = { text: 'the claim in kured-host/kured-host is left as it is (draining)', claim: true };
const place = leftBehind(stateOf(phases.queued, reason('starting'), null));
const nothing = leftBehind(stateOf(phases.waiting, reason('starting'), null));
const how =
  /the next start goes on with it; .*: kured-host lease release n1 --force, on a node of the pool, then kubectl uncordon n1$/;

for (const [meaning, left, says] of [
  ['unknown', claim, how],
  ['stop', claim, how],
  ['stop', nothing, /^nothing is held$/],
  ['unknown', nothing, /^nothing is held$/],
  // Nobody waits for it for long, and "lease release" knows of claims alone.
  ['unknown', place, /^the place in the queue of \S+ is left as it is$/],
  ['restart', claim, /is left as it is \(draining\)$/],
  ['shutdown', claim, /is left as it is \(draining\)$/],
] as const) {
  test(`a stop whose meaning is ${meaning}, with ${left.text}, ${says === how ? 'says' : 'need not say'} how to undo it`, () => {
    const { fields, event } = telling({ what: 'stopping', meaning, left }, 'n1');
    assert.match(String(fields.why), says);
    assert.equal(event, null);
  });
}

for (const [keepsCordon, releases, says] of [
  [false, 'pools/web', 'uncordons and releases pools/web'],
  [false, null, 'uncordons'],
  [true, 'pools/web', 'leaves the cordon, which is not ours, and releases pools/web'],
  [true, null, 'leaves the cordon, which is not ours'],
] as const) {
  test(`a proven reboot of a node that ${says} says so in its Event`, () => {
    const { event } = telling({ what: 'rebooted', from: 'a', to: 'b', back: { keepsCordon, releases } }, 'n1');
    assert.equal(event?.message, `Rebooted: boot ID a became b and the kubelet is Ready; ${says}`);
  });
}
