import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type BootMark, compareBoot } from '../../src/core/boot-mark.ts';
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
  const proof = (claimed: BootMark, shown: Parameters<typeof node>[0]) => {
    const answer = proveReboot(claimed, boot('now'), node(shown));
    return answer.proven ? 'proven' : answer.missing.code;
  };

  it('is proven by another boot ID, and this very boot reported with Ready', () => {
    assert.equal(proof(boot('before'), { bootID: 'now', ready: 'True' }), 'proven');
  });

  it('is not proven by anything less, and what is missing is named', () => {
    assert.equal(proof(boot('now'), { bootID: 'now', ready: 'True' }), 'reboot-not-happening');
    assert.equal(proof(boot('before'), { bootID: 'before', ready: 'True' }), 'kubelet-silent');
    assert.equal(proof(boot('before'), { bootID: '', ready: 'True' }), 'kubelet-silent');
    assert.equal(proof(boot('before'), { bootID: 'now', ready: 'False' }), 'kubelet-not-ready');
    assert.equal(proof(boot('before'), { bootID: 'now', ready: 'Unknown' }), 'kubelet-not-ready');
  });
});
