import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type BootMark, bootName, compareBoot } from '../../src/core/boot-mark.ts';
import { proveReboot } from '../../src/core/proof.ts';
import { node } from './phases/server.ts';

const boot = (id: string, soft: number | null = 0): BootMark => ({ id, soft });

describe('two boots', () => {
  const table: readonly (readonly [BootMark, BootMark, ReturnType<typeof compareBoot>])[] = [
    [boot('a'), boot('a'), 'same'],
    [boot('a'), boot('b'), 'other'],
    [boot('a', 3), boot('b', 0), 'other'],
    [boot('a', 0), boot('a', 1), 'soft-rebooted'],
    [boot('a', 1), boot('a', 0), 'same'],
    [boot('a', null), boot('a', 1), 'same'],
    [boot('a', 1), boot('a', null), 'same'],
  ];
  for (const [earlier, current, answer] of table) {
    it(`${earlier.id}/${earlier.soft} and ${current.id}/${current.soft} are: ${answer}`, () =>
      assert.equal(compareBoot(earlier, current), answer));
  }
});

describe('a reboot', () => {
  const proof = (claimed: BootMark, shown: Parameters<typeof node>[0], current = boot('now'), began?: number) => {
    const answer = proveReboot(claimed, current, began, node(shown));
    return answer.proven ? 'proven' : answer.missing.code;
  };

  it('is proven by another boot ID, and this very boot reported with Ready', () => {
    assert.equal(proof(boot('before'), { bootID: 'now', ready: 'True' }), 'proven');
  });

  it('that nobody knows of is not asked for: the node has to be back, whatever boot the claim was made in', () => {
    const { id, soft } = boot('now');
    assert.equal(proveReboot(null, { id, soft }, undefined, node({ bootID: 'now', ready: 'True' })).proven, true);
    assert.equal(proveReboot(null, { id, soft }, undefined, node({ bootID: 'now', ready: 'False' })).proven, false);
  });

  it('is not proven by anything less, and what is missing is named', () => {
    assert.equal(proof(boot('now'), { bootID: 'now', ready: 'True' }), 'reboot-not-happening');
    assert.equal(proof(boot('before'), { bootID: 'before', ready: 'True' }), 'kubelet-silent');
    assert.equal(proof(boot('before'), { bootID: '', ready: 'True' }), 'kubelet-silent');
    assert.equal(proof(boot('before'), { bootID: 'now', ready: 'False' }), 'kubelet-not-ready');
    assert.equal(proof(boot('before'), { bootID: 'now', ready: 'Unknown' }), 'kubelet-not-ready');
  });

  for (const [claimed, of] of [
    [boot('now', 0), 'a soft reboot'],
    [boot('before', 0), "a reboot in full, with somebody's soft one after it,"],
  ] as const)
    it(`${of} is proven by a Ready that is later than the start of this userspace`, () => {
      const at = (readyHeartbeat: number | null, ready: 'True' | 'False' = 'True', began: number | undefined = 5_000) =>
        proof(claimed, { bootID: 'now', ready, readyHeartbeat }, boot('now', 1), began);
      assert.equal(at(5_001), 'proven');
      assert.equal(at(5_000), 'kubelet-silent-since');
      assert.equal(at(null), 'kubelet-silent-since');
      assert.equal(at(5_001, 'False'), 'kubelet-not-ready');
      assert.equal(
        proof(claimed, { bootID: 'now', ready: 'True', readyHeartbeat: 5_001 }, boot('now', 1)),
        unknownStart,
      );
    });

  it('is not proven by a count that is no higher', () => {
    const shown = { bootID: 'now', ready: 'True', readyHeartbeat: 5_001 } as const;
    assert.equal(proof(boot('now', 1), shown, boot('now', 1), 5_000), 'reboot-not-happening');
  });
});

/** Nobody knows when this userspace began. */
const unknownStart = 'kubelet-silent-since';

describe('a boot by its name', () => {
  it('is the boot ID, with the number of the soft reboot behind it where there was one', () => {
    assert.deepEqual([boot('a', null), boot('a', 0), boot('a', 2)].map(bootName), ['a', 'a', 'a/2']);
  });
});
