import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withFlags } from '../../scripts/render-kured.ts';
import { kuredFlags } from '../../src/kured/flags.ts';
import { page } from './pages.ts';

const text = page('docs/kured.md');

describe('the page about kured', () => {
  it('has the table of flags as the code has it (make docs writes it)', () => assert.equal(text, withFlags(text)));

  it('answers each of the 43 flags, once', () => {
    const rows = [...text.matchAll(/^\| `--([a-z-]+)` \| .* \| (.+) \| (.+) \|$/gm)];
    assert.deepEqual(rows.map(([, name]) => name).sort(), kuredFlags.map(({ name }) => name).sort());
    assert.equal(rows.length, 43);
  });
});
