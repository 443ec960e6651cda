import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { claimInstance } from '../../src/host/instance-lock.ts';
import { openLibc } from '../../src/systemd/libc.ts';
import { ownFolder } from './folder.ts';

function flock(t: TestContext) {
  const opened = openLibc(fileURLToPath(import.meta.url));
  if (opened.is === 'missing') throw new Error(opened.why);
  t.after(() => opened.libc.close());
  return opened.libc.tryLock;
}

test('one daemon at a time; the second is told which one runs and where', (t) => {
  const file = join(ownFolder(t), 'daemon.lock');
  const tryLock = flock(t);
  const first = claimInstance({ file, tryLock, pid: 41 });
  assert.equal(first.is, 'alone');
  assert.deepEqual(claimInstance({ file, tryLock, pid: 42 }), {
    is: 'second',
    message: `another kured-host daemon already runs on this node (pid 41), which holds ${file}; this one ends and changes nothing`,
  });
  assert.equal(readFileSync(file, 'utf8'), '41\n', 'the second writes nothing');
  if (first.is === 'alone') first.release();
  assert.equal(existsSync(file), true);
  const third = claimInstance({ file, tryLock, pid: 7 });
  assert.equal(third.is, 'alone');
  assert.equal(readFileSync(file, 'utf8'), '7\n');
  if (third.is === 'alone') third.release();
});

test('a daemon that was killed holds nobody', async (t) => {
  const file = join(ownFolder(t), 'daemon.lock');
  const script = `
    import { claimInstance } from '${new URL('../../src/host/instance-lock.ts', import.meta.url)}';
    import { openLibc } from '${new URL('../../src/systemd/libc.ts', import.meta.url)}';
    const { libc } = openLibc('${fileURLToPath(import.meta.url)}');
    console.log(claimInstance({ file: '${file}', tryLock: libc.tryLock, pid: process.pid }).is);
    setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['--input-type=module', '-e', script]);
  t.after(() => other.kill('SIGKILL'));
  const [said] = await once(other.stdout, 'data');
  assert.equal(String(said), 'alone\n');

  const tryLock = flock(t);
  const second = claimInstance({ file, tryLock, pid: 1 });
  assert.match(second.is === 'second' ? second.message : '', new RegExp(`\\(pid ${other.pid}\\)`));
  other.kill('SIGKILL');
  await once(other, 'exit');
  const third = claimInstance({ file, tryLock, pid: 1 });
  assert.equal(third.is, 'alone');
  if (third.is === 'alone') third.release();
});

test('a holder that wrote no pid is told without one', (t) => {
  const file = join(ownFolder(t), 'daemon.lock');
  writeFileSync(file, 'half a wo');
  const second = claimInstance({ file, tryLock: () => 'held', pid: 1 });
  assert.match(second.is === 'second' ? second.message : '', /\(its pid is unknown\)/);
});

test('what keeps it from telling is told, never taken for being alone', (t) => {
  const folder = ownFolder(t);
  const file = join(folder, 'daemon.lock');
  mkdirSync(join(folder, 'taken'));
  const cases = [
    [claimInstance({ file, tryLock: null, pid: 1 }), /the native library is missing/],
    [claimInstance({ file, tryLock: () => ({ error: 'ENOLCK' }), pid: 1 }), /daemon\.lock cannot be locked: ENOLCK/],
    [claimInstance({ file: join(folder, 'taken'), tryLock: () => 'locked', pid: 1 }), /EISDIR/],
    [claimInstance({ file: join(folder, 'none', 'x'), tryLock: () => 'locked', pid: 1 }), /ENOENT/],
  ] as const;
  for (const [instance, why] of cases) {
    assert.equal(instance.is, 'unknown');
    assert.match(instance.is === 'unknown' ? instance.why : '', why);
  }
});
