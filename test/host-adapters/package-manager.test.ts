import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { reasonSentence } from '../../src/core/reasons.ts';
import { type PackageManagerParts, packageManagerSource } from '../../src/host/package-manager.ts';
import { ManualClock } from '../fakes/clock.ts';
import { hangingFiles } from '../fakes/hanging-files.ts';
import { ownLibc } from '../systemd/native.ts';
import { ownFolder } from './folder.ts';

const holder = fileURLToPath(new URL('lock-holder.ts', import.meta.url));
const frontend = '/var/lib/dpkg/lock-frontend';

/** Takes a lock by fcntl(2) as dpkg and rpm do, in a process of its own, until the answer is called. */
async function lock(t: TestContext, path: string): Promise<() => Promise<void>> {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  const child = spawn(process.execPath, [holder, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  await once(child.stdout, 'data');
  return async () => {
    child.stdin.end();
    await once(child, 'exit');
  };
}

function open(t: TestContext, own: Partial<PackageManagerParts> = {}) {
  const root = ownFolder(t);
  const clock = new ManualClock();
  const stop = new AbortController();
  t.after(() => stop.abort());
  const { isLocked } = ownLibc(t);
  const source = packageManagerSource({ root, clock, isLocked, wanted: () => true, ...own });
  let hints = 0;
  source.watch(() => {
    hints += 1;
  }, stop.signal);
  const said = async (): Promise<string> => {
    const answer = await source.ask(stop.signal);
    if (answer.is === 'allowed') return answer.is;
    const passing = answer.passing === true ? ' in passing' : '';
    return `${answer.is}${passing}: ${answer.reasons.map(reasonSentence).join('; ')}`;
  };
  return { root, clock, source, said, hints: () => hints, stop };
}

test('a machine without either package manager, and one at rest, may be rebooted', async (t) => {
  const { root, said } = open(t);
  assert.equal(await said(), 'allowed');
  const letGo = await lock(t, join(root, frontend));
  await letGo();
  assert.equal(await said(), 'allowed');
});

for (const path of [frontend, '/var/lib/dpkg/lock', '/usr/lib/sysimage/rpm/.rpm.lock', '/var/lib/rpm/.rpm.lock']) {
  test(`packages that are being changed keep it from that: ${path}`, async (t) => {
    const { root, said } = open(t);
    const letGo = await lock(t, join(root, path));
    assert.equal(await said(), `refused in passing: packages are being changed: ${path} is locked`);
    assert.equal(
      await said(),
      `refused in passing: packages are being changed: ${path} is locked`,
      'looking gives no lock up',
    );
    await letGo();
    assert.equal(await said(), 'allowed');
  });
}

test('that they are changed no more is noticed within seconds', { timeout: 30_000 }, async (t) => {
  const { root, clock, said, hints } = open(t);
  const letGo = await lock(t, join(root, frontend));
  await said();
  await clock.advance(5_000);
  await untilTimer(clock);
  assert.equal(hints(), 0);
  await letGo();
  await clock.advance(5_000);
  while (hints() === 0) await clock.settle();
  assert.equal(hints(), 1);
  assert.equal(clock.untilNext(), null, 'nothing is looked at any more');
});

test('nobody is listened for once nobody listens', async (t) => {
  const { root, clock, said, stop } = open(t);
  await lock(t, join(root, frontend));
  await said();
  stop.abort();
  assert.equal(clock.untilNext(), null);
});

test('a lock that cannot be looked at is unknown, and names the file', async (t) => {
  const { root, said } = open(t);
  mkdirSync(dirname(join(root, frontend)), { recursive: true });
  symlinkSync(frontend, join(root, frontend.replace('frontend', 'loop')));
  symlinkSync('lock-frontend', join(root, frontend));
  assert.match(
    await said(),
    /^unknown: cannot tell whether a reboot is permitted: \/var\/lib\/dpkg\/lock-frontend: .*ELOOP/,
  );
});

test('without the native library it is unknown where there is a lock to look at, and only there', async (t) => {
  const { root, said } = open(t, { isLocked: null });
  assert.equal(await said(), 'allowed');
  mkdirSync(dirname(join(root, frontend)), { recursive: true });
  writeFileSync(join(root, frontend), '');
  assert.match(await said(), /^unknown: .*lock-frontend: the native library is missing$/);
});

test('it is not asked where it is not wanted', async (t) => {
  const { root, said } = open(t, { wanted: () => false });
  await lock(t, join(root, frontend));
  assert.equal(await said(), 'allowed');
});

/** The look at the files, which takes turns of the event loop, is over. */
async function untilTimer(clock: ManualClock): Promise<void> {
  for (let turns = 0; clock.untilNext() === null && turns < 1000; turns += 1) await clock.settle();
}

test('a file system that hangs is not waited for, and is asked only once', async (t) => {
  const { source, said } = open(t);
  const { calls, recover } = hangingFiles(t, 'open');
  for (let time = 0; time < 2; time += 1) {
    const end = new AbortController();
    const asked = source.ask(end.signal);
    end.abort(new Error('no answer within 8000 ms'));
    await assert.rejects(asked, /no answer within 8000 ms/);
  }
  assert.equal(calls(), 1);
  recover();
  assert.equal(await said(), 'allowed');
});
