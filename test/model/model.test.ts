import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { foundText } from './found.ts';
import { quickRuns } from './quick.ts';

describe('every order of steps and faults breaks no law and leaves the way to rest open', {
  timeout: 1_800_000,
}, () => {
  for (const [name, run] of quickRuns) {
    test(name, () => {
      const found = run();
      assert.ok(found.broken === null && found.exhausted, foundText(found));
    });
  }
});
