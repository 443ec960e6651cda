import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Answer, unknown, yes } from '../../src/core/answer.ts';
import type { Need } from '../../src/core/need.ts';
import { reason, reasonSentence } from '../../src/core/reasons.ts';
import { fileSentinel } from '../../src/sentinel/files.ts';
import { skipUnless } from '../cluster/available.ts';
import { ManualClock } from '../fakes/clock.ts';
import { inMemory, ownFolder } from './folder.ts';
import { quietLog } from './quiet-log.ts';

const never = new AbortController().signal;
const longAgo = yes(0);
const disk = [tmpdir(), '/var/tmp'].find((folder) => !inMemory(folder)) ?? '';
const noDisk = skipUnless(disk === '' ? `neither ${tmpdir()} nor /var/tmp is on a disk here` : null);
const noMemory = skipUnless(inMemory('/dev/shm') ? null : '/dev/shm is no tmpfs here');

function sentinel(path: string, bootTime: Answer<number> = longAgo) {
  return fileSentinel(path, { clock: new ManualClock(), log: quietLog(), bootTime: async () => bootTime });
}

async function need(path: string, bootTime?: Answer<number>): Promise<Need> {
  const answer = await sentinel(path, bootTime).look(never);
  assert.equal(answer.is, 'yes', JSON.stringify(answer));
  return answer.is === 'yes' ? answer.value : assert.fail();
}

const nobody = 65_534;
const notRoot = process.getuid?.() === 0 ? false : 'only root can be somebody else for a moment';

/** Does it without root's right to look at everything. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

interface Case {
  readonly name: string;
  readonly make: (path: string) => void;
  readonly answer: Answer<unknown>['is'];
  readonly says?: RegExp;
}

const cases: readonly Case[] = [
  { name: 'a file', make: (path) => writeFileSync(path, 'x'), answer: 'yes' },
  { name: 'an empty file', make: (path) => writeFileSync(path, ''), answer: 'yes' },
  { name: 'nothing there', make: () => undefined, answer: 'no' },
  { name: 'a folder that is missing', make: (path) => rmSync(join(path, '..'), { recursive: true }), answer: 'no' },
  { name: 'a link to a file', make: linkToFile, answer: 'yes' },
  {
    name: 'a link that leads nowhere',
    make: (path) => symlinkSync('/nowhere/at\nall', path),
    answer: 'unknown',
    says: /a link to \/nowhere\/at\\nall, which does not exist/,
  },
  { name: 'a link to itself', make: (path) => symlinkSync(path, path), answer: 'unknown', says: /ELOOP/ },
  { name: 'a directory', make: (path) => mkdirSync(path), answer: 'unknown', says: /it is a directory, not a file/ },
  { name: 'a FIFO', make: (path) => execFileSync('mkfifo', [path]), answer: 'unknown', says: /it is a FIFO/ },
  { name: 'a file where the folder should be', make: fileAsFolder, answer: 'unknown', says: /ENOTDIR/ },
];

function linkToFile(path: string): void {
  writeFileSync(`${path}.real`, '');
  symlinkSync(`${path}.real`, path);
}

function fileAsFolder(path: string): void {
  rmSync(join(path, '..'), { recursive: true });
  writeFileSync(join(path, '..'), '');
}

for (const { name, make, answer, says } of cases) {
  test(`${name} answers ${answer}`, async (t) => {
    const folder = join(ownFolder(t), 'run');
    mkdirSync(folder);
    const path = join(folder, 'reboot-required');
    make(path);
    const found = await sentinel(path).look(never);
    assert.equal(found.is, answer, JSON.stringify(found));
    if (found.is === 'unknown') {
      assert.equal(found.reason.code, 'need-unknown');
      assert.match(reasonSentence(found.reason), says ?? assert.fail('an unknown must say why'));
      assert.ok(reasonSentence(found.reason).includes(path));
    }
  });
}

test('a file that may not be looked at answers unknown, never no', { skip: notRoot }, async (t) => {
  const folder = join(ownFolder(t), 'run');
  mkdirSync(folder, { mode: 0o700 });
  chmodSync(join(folder, '..'), 0o711);
  const path = join(folder, 'reboot-required');
  for (const there of [false, true]) {
    if (there) writeFileSync(path, '');
    const found = await asNobody(() => sentinel(path).look(never));
    assert.ok(found.is === 'unknown', JSON.stringify(found));
    assert.match(reasonSentence(found.reason), /EACCES/);
  }
});

test('packages that may not be read take nothing from their file', { skip: notRoot }, async (t) => {
  const folder = ownFolder(t);
  chmodSync(folder, 0o711);
  const path = join(folder, 'reboot-required');
  writeFileSync(path, '', { mode: 0o644 });
  writeFileSync(`${path}.pkgs`, 'linux\n', { mode: 0o600 });
  const found = await asNobody(() => need(path));
  assert.match(found.reasons.join(), /\.pkgs cannot be read \(EACCES\)/);
});

test('a name that is too long for the file system answers unknown, never no', async () => {
  const found = await sentinel(`/tmp/${'x'.repeat(300)}`).look(never);
  assert.equal(found.is, 'unknown');
});

test('looking twice at the same file gives the same need', async (t) => {
  const path = join(ownFolder(t), 'reboot-required');
  writeFileSync(path, '');
  writeFileSync(`${path}.pkgs`, 'linux\n');
  assert.deepEqual(await need(path), await need(path));
});

const renaming: readonly { readonly name: string; readonly change: (path: string) => void }[] = [
  { name: 'another mtime', change: (path) => utimesSync(path, 5, 5) },
  { name: 'a new file in its place', change: replaced },
  { name: 'one more package', change: (path) => appendFileSync(`${path}.pkgs`, 'dbus\n') },
  { name: 'no packages any more', change: (path) => rmSync(`${path}.pkgs`) },
  { name: 'packages that cannot be read', change: unreadable },
];

function replaced(path: string): void {
  writeFileSync(`${path}.new`, '');
  utimesSync(`${path}.new`, 1000, 1000);
  renameSync(`${path}.new`, path);
}

function unreadable(path: string): void {
  rmSync(`${path}.pkgs`);
  mkdirSync(`${path}.pkgs`);
}

for (const { name, change } of renaming) {
  test(`${name} makes another need`, async (t) => {
    const path = withPackages(t);
    const before = await need(path);
    change(path);
    assert.notEqual((await need(path)).fingerprint, before.fingerprint);
  });
}

function withPackages(t: TestContext): string {
  const path = join(ownFolder(t), 'reboot-required');
  writeFileSync(path, '');
  utimesSync(path, 1000, 1000);
  writeFileSync(`${path}.pkgs`, 'linux\n');
  return path;
}

test('what the file itself says does not matter, only its mtime', async (t) => {
  const path = withPackages(t);
  const before = await need(path);
  writeFileSync(path, '*** System restart required ***');
  utimesSync(path, 1000, 1000);
  assert.deepEqual(await need(path), before);
});

test('two paths to one file give one name', async (t) => {
  const folder = ownFolder(t);
  mkdirSync(join(folder, 'run'));
  symlinkSync(join(folder, 'run'), join(folder, 'var-run'));
  writeFileSync(join(folder, 'run', 'reboot-required'), '');
  const one = await need(join(folder, 'run', 'reboot-required'));
  const other = await need(join(folder, 'var-run', 'reboot-required'));
  assert.equal(one.fingerprint, other.fingerprint);
});

test('a file on a disk is older when it was written before this boot, and only then', { skip: noDisk }, async (t) => {
  const folder = ownFolder(t, disk);
  const path = join(folder, 'reboot-required');
  writeFileSync(path, '');
  utimesSync(path, 1000, 1000);
  assert.equal((await need(path, yes(1_000_001))).older, true);
  assert.equal((await need(path, yes(1_000_000))).older, false);
  assert.equal((await need(path, yes(999_999))).older, false);
});

test('a file on a disk answers unknown while the time of this boot is unknown', { skip: noDisk }, async (t) => {
  const folder = ownFolder(t, disk);
  const path = join(folder, 'reboot-required');
  writeFileSync(path, '');
  const found = await sentinel(path, unknown(reason('need-unknown', { source: '/proc/uptime', why: 'gone' }))).look(
    never,
  );
  assert.equal(found.is, 'unknown');
});

test('a file in memory is of this boot whatever its mtime says', { skip: noMemory }, async (t) => {
  const path = join(ownFolder(t, '/dev/shm'), 'reboot-required');
  writeFileSync(path, '');
  utimesSync(path, 1000, 1000);
  assert.equal((await need(path, yes(2_000_000))).older, false);
});

test('an aborted look answers unknown with the cause', async (t) => {
  const path = join(ownFolder(t), 'reboot-required');
  const found = await sentinel(path).look(AbortSignal.abort(new Error('no answer within 5000 ms')));
  assert.equal(found.is === 'unknown' && found.reason.details['why'], 'no answer within 5000 ms');
});
