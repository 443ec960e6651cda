import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telling } from '../../src/daemon/moments.ts';

const left = 'the claim in kured-host/kured-host is left as it is (draining)';

for (const [meaning, what, says] of [
  ['unknown', left, /the next start goes on with it; .*kured-host lease release n1 --force, then kured-host uncordon$/],
  ['unknown', 'nothing is held', /^nothing is held$/],
  ['restart', left, /is left as it is \(draining\)$/],
] as const) {
  test(`a stop whose meaning is ${meaning}, with ${what}, ${meaning === 'unknown' && what === left ? 'says' : 'need not say'} how to undo it`, () => {
    const { fields, event } = telling({ what: 'stopping', meaning, left: what }, 'n1');
    assert.match(String(fields.why), says);
    assert.equal(event, null);
  });
}
