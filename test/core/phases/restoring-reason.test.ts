import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { restoringReason } from '../../../src/core/phases/restoring-reason.ts';
import type { Restoring } from '../../../src/core/phases/state.ts';
import { reasonSentence } from '../../../src/core/reasons.ts';
import { persons } from './recovery-row.ts';
import { claim, raw, restored, type Setting } from './samples.ts';

function says(of: Setting, change: Partial<Restoring>): string {
  return reasonSentence(restoringReason(raw({ ...restored, ...change }, of).facts, { ...restored, ...change }));
}

const proven = { claim, rebooted: true };
const ours: Setting = { cordoned: true };

describe('a node that restores says', () => {
  it('that it uncordons, before the PATCH and after it alike', () => {
    const uncordons = 'the reboot is proven; uncordons and releases kured-host/kured-host';
    assert.deepEqual([says(ours, proven), says({}, proven)], [uncordons, uncordons]);
  });

  it('that it leaves a cordon which is not ours', () => {
    const leaves = 'the reboot is proven; leaves the cordon, which is not ours, and releases kured-host/kured-host';
    assert.equal(says(persons, proven), leaves);
  });

  it('nothing of a release where it holds no claim', () => {
    assert.equal(says(ours, { claim: null, rebooted: true }), 'the reboot is proven; uncordons');
  });

  it('nothing of a proof where only the Lease says that there was a reboot', () => {
    const unproven = { rebooted: false, handled: null };
    const sentence =
      'nothing of this node knows of a reboot since the claim; uncordons and releases kured-host/kured-host';
    assert.equal(says({}, unproven), sentence);
  });

  it('nothing of a proof where the claim was taken away before any reboot', () => {
    const taken = { claim: null, rebooted: false };
    assert.equal(says(ours, taken), 'no claim stands behind the mark on the Node; uncordons');
    assert.equal(
      says(persons, taken),
      'no claim stands behind the mark on the Node; leaves the cordon, which is not ours',
    );
  });
});
