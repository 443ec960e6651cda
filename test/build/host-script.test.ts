import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../bin/kured-host', import.meta.url));

/** A repository with nothing but the script, a Node that shows how it was called, and a bundle. */
function repository(t: TestContext) {
  // The blank is on purpose.
  const root = mkdtempSync(join(tmpdir(), 'kured host '));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const bin = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin');
  for (const folder of ['bin', 'dist']) mkdirSync(join(root, folder));
  mkdirSync(bin, { recursive: true });
  copyFileSync(script, join(root, 'bin', 'kured-host'));
  writeFileSync(join(bin, 'node'), '#!/bin/sh\necho "$UV_THREADPOOL_SIZE"\nfor one; do echo "$one"; done\nexit 77\n');
  chmodSync(join(bin, 'node'), 0o755);
  writeFileSync(join(root, 'dist', 'app.cjs'), '');
  return {
    root,
    node: join(bin, 'node'),
    bundle: join(root, 'dist', 'app.cjs'),
    script: join(root, 'bin', 'kured-host'),
  };
}

function run(command: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: '/', encoding: 'utf8' });
  return { status, lines: stdout.trimEnd().split('\n'), stderr };
}

test('the pinned Node gets its flags, the bundle and the arguments as they are, and its exit code counts', (t) => {
  const there = repository(t);
  const { status, lines, stderr } = run(there.script, 'status', '--json', 'a b', '');
  assert.equal(stderr, '');
  assert.equal(status, 77);
  const [threads, ...argv] = lines;
  assert.equal(threads, '4');
  const [bundle = '', ...args] = argv.slice(3);
  assert.deepEqual(argv.slice(0, 3), ['--max-old-space-size=64', '--max-semi-space-size=1', '--v8-pool-size=1']);
  assert.equal(join(bundle), there.bundle);
  assert.deepEqual(args, ['status', '--json', 'a b']);
});

test('it finds the bundle through links to it', (t) => {
  const there = repository(t);
  symlinkSync(there.script, join(there.root, 'first'));
  symlinkSync(join(there.root, 'first'), join(there.root, 'second'));
  assert.equal(run(join(there.root, 'second'), 'version').status, 77);
});

for (const missing of ['node', 'bundle'] as const) {
  test(`a missing ${missing} is said, with what mends it`, (t) => {
    const there = repository(t);
    rmSync(there[missing]);
    const { status, stderr } = run(there.script, 'version');
    assert.notEqual(status, 0);
    assert.notEqual(status, 77);
    assert.match(stderr, /^kured-host: .*; run "make build"\n$/);
  });
}
