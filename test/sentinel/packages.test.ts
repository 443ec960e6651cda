import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { readPackages } from '../../src/sentinel/packages.ts';
import { reasonLines } from '../../src/sentinel/reason-lines.ts';
import { ownFolder } from './folder.ts';

test('each package is told once, in the order of the file', async (t) => {
  const path = join(ownFolder(t), 'pkgs');
  writeFileSync(path, 'linux-image-6.1\ndbus\n\nlinux-image-6.1\n  libc6 \n');
  assert.deepEqual((await readPackages(path)).reasons, ['linux-image-6.1', 'dbus', 'libc6']);
});

test('no file and an empty file mean no packages', async (t) => {
  const path = join(ownFolder(t), 'pkgs');
  assert.deepEqual(await readPackages(path), { content: '', reasons: [] });
  writeFileSync(path, '');
  assert.deepEqual(await readPackages(path), { content: '', reasons: [] });
});

test('a FIFO in the place of the file does not hold the look', async (t) => {
  const path = join(ownFolder(t), 'pkgs');
  execFileSync('mkfifo', [path]);
  assert.deepEqual((await readPackages(path)).reasons, []);
});

test('what is appended behind the first 64 KiB still makes another need', async (t) => {
  const path = join(ownFolder(t), 'pkgs');
  writeFileSync(path, 'linux\n'.repeat(20_000));
  const before = await readPackages(path);
  assert.ok(before.content.length < 65 * 1024 + 100);
  appendFileSync(path, 'dbus\n');
  assert.notEqual((await readPackages(path)).content, before.content);
});

test('a file that cannot be read is said to be so', async (t) => {
  const { content, reasons } = await readPackages(ownFolder(t));
  assert.match(content, /EISDIR/);
  assert.match(reasons.join(), /cannot be read \(EISDIR\)/);
});

test('more than ten lines end in how many more there are', () => {
  const lines = reasonLines(Array.from({ length: 13 }, (_, i) => `package-${i}`).join('\n'));
  assert.equal(lines.length, 11);
  assert.equal(lines.at(-1), 'and 3 more');
});

test('whatever text comes in, the reasons are few, short and without control characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
      const lines = reasonLines(text);
      assert.ok(lines.length <= 11);
      assert.equal(new Set(lines).size, lines.length);
      for (const line of lines) {
        assert.ok(line.length > 0 && line.length <= 64);
        assert.doesNotMatch(line, /\p{Cc}/u);
      }
    }),
  );
});
