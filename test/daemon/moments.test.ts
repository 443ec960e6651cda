import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telling } from '../../src/daemon/moments.ts';

const left = 'the claim in kured-host/kured-host is left as it is (draining)';
const how =
  /the next start goes on with it; .*: kured-host lease release n1 --force, on a node of the pool, then kubectl uncordon n1$/;

for (const [meaning, what, says] of [
  ['unknown', left, how],
  ['stop', left, how],
  ['stop', 'nothing is held', /^nothing is held$/],
  ['unknown', 'nothing is held', /^nothing is held$/],
  ['restart', left, /is left as it is \(draining\)$/],
  ['shutdown', left, /is left as it is \(draining\)$/],
] as const) {
  test(`a stop whose meaning is ${meaning}, with ${what}, ${says === how ? 'says' : 'need not say'} how to undo it`, () => {
    const { fields, event } = telling({ what: 'stopping', meaning, left: what }, 'n1');
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
