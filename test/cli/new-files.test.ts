import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { makeFiles, type NewFile } from '../../src/cli/new-files.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'kured-host-files-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

function files(...paths: readonly string[]): readonly NewFile[] {
  return paths.map((path) => ({ path, text: `${path}\n`, mode: 0o600 }));
}

describe('files that are made together', () => {
  it('are all there, whole, with their modes, and nothing else is', async (t) => {
    const at = folder(t);
    const [a, b] = [join(at, 'a'), join(at, 'b')];
    assert.equal(await makeFiles(files(a, b), 'x'), null);
    assert.deepEqual(readdirSync(at), ['a', 'b']);
    assert.equal(readFileSync(b, 'utf8'), `${b}\n`);
    assert.equal(statSync(a).mode & 0o777, 0o600);
  });

  const spoiled: readonly (readonly [what: string, spoil: (path: string) => void, why: RegExp])[] = [
    ['the folder of the last is missing', (path) => rmSync(join(path, '..'), { recursive: true }), /does not exist/],
    ['the last is there', (path) => writeFileSync(path, 'mine'), /EEXIST/],
    ['the last is a link that leads nowhere', (path) => symlinkSync('/nowhere', path), /EEXIST/],
    ['the last is a folder', (path) => mkdirSync(path), /EEXIST/],
    // What a disk that fills up leaves: here the draft of the last cannot be made.
    ['the last cannot be begun', (path) => writeFileSync(join(path, '../.last.x.new'), ''), /EEXIST/],
  ];
  for (const [what, spoil, why] of spoiled) {
    it(`are none where ${what}`, async (t) => {
      const at = folder(t);
      const [first, last] = [join(at, 'first'), join(at, 'other/last')];
      mkdirSync(join(at, 'other'));
      spoil(last);
      const before = readdirSync(at, { recursive: true });
      const notMade = await makeFiles(files(first, last), 'x');
      assert.equal(notMade?.path, last);
      assert.match(notMade?.why ?? '', why);
      assert.deepEqual(readdirSync(at, { recursive: true }), before);
    });
  }
});
