import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { repository } from '../docs/pages.ts';
import { storyFiles } from './files.ts';
import { play } from './story.ts';

/** With REWRITE=1 what is recorded is written anew, to be read as a diff. */
const rewrite = process.env['REWRITE'] === '1';

describe('a story comes out as it is recorded (REWRITE=1 records it anew)', () => {
  for (const { path, text } of storyFiles(repository)) {
    it(path, () => {
      const played = play(path, text).text;
      if (rewrite && played !== text) writeFileSync(join(repository, path), played);
      assert.equal(rewrite ? played : text, played);
    });
  }
});
