import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { generated, outdated } from '../../scripts/generated.ts';
import { repository } from './pages.ts';

describe('what is made from the code', () => {
  it('is in the repository as the code makes it (make docs writes it)', () => {
    assert.deepEqual(
      outdated(repository).map(({ path }) => path),
      [],
    );
  });

  it('is named, and made good, when somebody has changed it', () => {
    const root = mkdtempSync(join(tmpdir(), 'generated-'));
    try {
      for (const path of Object.keys(generated)) cpSync(join(repository, path), join(root, path));
      const page = join(root, 'docs/recovery.md');
      const right = readFileSync(page, 'utf8');
      writeFileSync(page, right.replace('| 13 |', '| 31 |'));
      assert.deepEqual(outdated(root), [{ path: 'docs/recovery.md', text: right }]);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
