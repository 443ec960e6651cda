import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explore } from './explore.ts';
import { foundText } from './found.ts';
import { modelOf } from './models.ts';
import { type Fault, faults } from './parts.ts';

/** What belongs together: of a person's cordon alone nothing could come of an uncordon. */
const together: Partial<Record<Fault, Partial<Record<Fault, number>>>> = { uncordon: { cordon: 1, uncordon: 1 } };

describe('one node, every order of its steps, and one fault at any of them', { timeout: 600_000 }, () => {
  for (const fault of [null, ...faults]) {
    test(fault ?? 'no fault', () => {
      const budget = fault === null ? {} : (together[fault] ?? { [fault]: 1 });
      exhausts(modelOf(1, budget));
    });
  }

  test('a sentinel that is still there after the boot', () => exhausts({ ...modelOf(1, {}), needSurvives: true }));
});

describe('two nodes that need a reboot at the same time', { timeout: 600_000 }, () => {
  test('every order of their steps', () => exhausts(modelOf(2, {})));
});

function exhausts(model: ReturnType<typeof modelOf>): void {
  const found = explore(model, 5_000_000);
  assert.ok(found.broken === null && found.exhausted, foundText(found));
}
