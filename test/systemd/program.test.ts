import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../src/daemon/clock.ts';
import { findProgram, type ProgramRun, runProgram } from '../../src/systemd/program.ts';
import { ManualClock } from '../fakes/clock.ts';
import { env, waiting } from './fake-programs.ts';
import { ownFolder } from './folder.ts';

function shell(script: string, more: Partial<ProgramRun> = {}): ProgramRun {
  return { file: '/bin/sh', args: ['-c', script], env, timeout: 10_000, mostOutput: 1000, ...more };
}

test('a program that ends gives its code and both outputs', async () => {
  const end = await runProgram(shell('echo out; echo err >&2; exit 3'), new ManualClock(), waiting);
  assert.deepEqual(end, { is: 'exited', code: 3, stdout: 'out\n', stderr: 'err\n', cut: false });
});

test('it gets the environment that was given and nothing else, and an empty stdin', async () => {
  const end = await runProgram(
    shell('cat; env', { env: { PATH: '/usr/bin:/bin', A: 'b' } }),
    new ManualClock(),
    waiting,
  );
  assert.ok(end.is === 'exited');
  assert.deepEqual(
    end.stdout
      .trim()
      .split('\n')
      .filter((line) => !/^(PWD|SHLVL|_|OLDPWD)=/.test(line))
      .sort(),
    ['A=b', 'PATH=/usr/bin:/bin'],
  );
});

test('what the kernel does not start is not started, whichever way Node tells it', async () => {
  const tooLong = { file: '/bin/true', args: ['x'.repeat(200_000)] };
  const rows: readonly (readonly [Partial<ProgramRun>, RegExp])[] = [
    [{ file: '/no/such/program' }, /ENOENT$/],
    [{ file: '/etc/passwd/program' }, /^\/etc\/passwd\/program: spawn ENOTDIR$/],
    [tooLong, /^\/bin\/true: spawn E2BIG$/],
  ];
  for (const [run, why] of rows) {
    const end = await runProgram(shell('', run), new ManualClock(), waiting);
    assert.ok(end.is === 'not-started');
    assert.match(end.why, why);
  }
});

test('output beyond the bound is read and thrown away', async () => {
  const end = await runProgram(shell('head -c 1000000 /dev/zero | tr "\\0" x'), new ManualClock(), waiting);
  assert.deepEqual(end, { is: 'exited', code: 0, stdout: 'x'.repeat(1000), stderr: '', cut: true });
});

test('it is started up to its moment, and not after it', async () => {
  const clock = new ManualClock();
  const run = shell('exit 0', { before: 1_000 });
  await clock.advance(1_000);
  assert.equal((await runProgram(run, clock, waiting)).is, 'exited');
  await clock.advance(1);
  const late = await runProgram(run, clock, waiting);
  assert.deepEqual(late, { is: 'not-started', why: 'what permits it has grown too old' });
});

test('a signal that ended it is named', async () => {
  const end = await runProgram(shell('kill -TERM $$'), new ManualClock(), waiting);
  assert.deepEqual(end, { is: 'killed', signal: 'SIGTERM', stdout: '', stderr: '', cut: false });
});

test('after its time it is killed, also when that time is longer than one timer', async () => {
  const clock = new ManualClock();
  let ended = false;
  const run = runProgram(shell('exec sleep 1000', { timeout: 1_500_000 }), clock, waiting).finally(() => {
    ended = true;
  });
  await clock.advance(1_499_000);
  assert.equal(ended, false);
  await clock.advance(1000);
  assert.equal((await run).is, 'timeout');
});

test('what it wrote before its time ran out is kept', async (t) => {
  const clock = new ManualClock();
  const written = join(ownFolder(t), 'written');
  const run = runProgram(shell(`echo so far; : >${written}; exec sleep 1000`), clock, waiting);
  while (!existsSync(written)) await clock.settle();
  await clock.advance(10_000);
  assert.deepEqual(await run, { is: 'timeout', stdout: 'so far\n', stderr: '', cut: false });
});

test('an abort ends the waiting and the program', async (t) => {
  const clock = new ManualClock();
  const stop = new AbortController();
  const folder = ownFolder(t);
  const run = runProgram(
    shell(`echo $$ >${folder}/new; mv ${folder}/new ${folder}/pid; exec sleep 1000`),
    clock,
    stop.signal,
  );
  while (!existsSync(join(folder, 'pid'))) await clock.settle();
  stop.abort();
  assert.deepEqual(await run, { is: 'aborted' });
  const pid = readFileSync(join(folder, 'pid'), 'utf8').trim();
  while (existsSync(`/proc/${pid}`)) await clock.settle();
  assert.deepEqual(await runProgram(shell('exit 0'), new ManualClock(), stop.signal), { is: 'aborted' });
});

test('a grandchild that keeps the output open holds nobody', async () => {
  const end = await runProgram(shell('echo done; sleep 2 & exit 0'), systemClock, waiting);
  assert.deepEqual(end, { is: 'exited', code: 0, stdout: 'done\n', stderr: '', cut: false });
});

test('a program that cannot be executed was never started', async (t) => {
  const folder = ownFolder(t);
  writeFileSync(join(folder, 'plain'), 'x');
  for (const [file, why] of [
    [join(folder, 'missing'), /ENOENT/],
    [join(folder, 'plain'), /EACCES/],
  ] as const) {
    const end = await runProgram(shell('', { file, args: [] }), new ManualClock(), waiting);
    assert.equal(end.is, 'not-started');
    assert.match(end.is === 'not-started' ? end.why : '', why);
  }
});

test('the first executable of that name is found, in the order of the folders', (t) => {
  const folders = [ownFolder(t), ownFolder(t), ownFolder(t)];
  const [first = '', second = '', third = ''] = folders.map((folder) => join(folder, 'busctl'));
  assert.equal(findProgram('busctl', folders), first, 'none there: the first place is named');
  for (const file of [second, third]) {
    writeFileSync(file, '#!/bin/sh\n');
    chmodSync(file, 0o755);
  }
  writeFileSync(first, 'not executable');
  assert.equal(findProgram('busctl', folders), second);
  assert.equal(findProgram('busctl', []), '/usr/bin/busctl');
});
