import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { withPhases, withRecovery } from '../../scripts/render-phases.ts';

const read = (page: string) => readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');

test('docs/architecture.md draws the phases as the code goes through them (make docs writes it)', () => {
  const page = read('docs/architecture.md');
  assert.equal(page, withPhases(page));
  assert.match(page, /draining --> backing_out/);
});

test('docs/recovery.md says what each start makes of what it finds (make docs writes it)', () => {
  const page = read('docs/recovery.md');
  assert.equal(page, withRecovery(page));
  for (const row of [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14]) assert.match(page, new RegExp(`^\\| ${row} \\|`, 'm'));
});
