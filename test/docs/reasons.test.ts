import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { withReasons } from '../../scripts/render-reasons.ts';

test('docs/waiting.md lists every reason as the code has it (make docs writes it)', () => {
  const page = readFileSync(new URL('../../docs/waiting.md', import.meta.url), 'utf8');
  assert.equal(page, withReasons(page));
  assert.match(page, /`lease-missing`/);
});
