import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { reasonSentence } from '../../src/core/reasons.ts';
import { findProgram, systemFolders } from '../../src/systemd/program.ts';
import { rebootBySignal } from '../../src/systemd/reboot-signal.ts';
import { ManualClock } from '../fakes/clock.ts';
import { dies, env, fakeProgram, hangs, waiting } from './fake-programs.ts';
import { ownFolder } from './folder.ts';

const young = 60_000;
const sh = findProgram('sh', systemFolders);

/** What stands for PID 1: it says which signal it got by its exit code. */
async function listener(number: number): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(sh, ['-c', `trap 'exit ${number}' ${number}; echo ready; while :; do sleep 0.05; done`]);
  await once(child.stdout, 'data');
  assert.ok(child.pid !== undefined);
  return Object.assign(child, { pid: child.pid });
}

test('the signal of the configuration is sent to that process, by its number', async () => {
  const child = await listener(39);
  const exit = once(child, 'exit');
  const parts = { sh, env, clock: new ManualClock(), timeout: 10_000 };
  assert.deepEqual(await rebootBySignal(child.pid, 39, young, parts, waiting), { is: 'accepted' });
  assert.deepEqual(await exit, [39, null]);
});

test('a signal that cannot be sent is refused with the cause: nothing was asked', async () => {
  const child = spawn(sh, ['-c', 'exit 0']);
  await once(child, 'exit');
  const parts = { sh, env, clock: new ManualClock(), timeout: 10_000 };
  const answer = await rebootBySignal(child.pid ?? 0, 39, young, parts, waiting);
  const why = answer.is === 'refused' ? reasonSentence(answer.reason) : answer.is;
  assert.match(why, /signal 39 to PID \d+ was not sent: .*No such process/);
});

test('a sh that is not there, or a service that stops before, sends nothing', async () => {
  const parts = { sh: '/nowhere/sh', env, clock: new ManualClock(), timeout: 10_000 };
  assert.equal((await rebootBySignal(1, 39, young, parts, waiting)).is, 'refused');
  const stopped = AbortSignal.abort();
  assert.equal((await rebootBySignal(1, 39, young, { ...parts, sh }, stopped)).is, 'refused');
});

test('a signal that permission is too old for is not sent', async () => {
  const clock = new ManualClock();
  await clock.advance(young + 1);
  const answer = await rebootBySignal(process.pid, 0, young, { sh, env, clock, timeout: 10_000 }, waiting);
  const why = answer.is === 'refused' ? reasonSentence(answer.reason) : answer.is;
  assert.match(why, /was not sent: what permits it has grown too old$/);
});

for (const [name, act] of [
  ['ends by a signal', dies],
  ['hangs', hangs],
] as const)
  test(`a sh that ${name} leaves open whether it was sent`, async (t) => {
    const clock = new ManualClock();
    const program = fakeProgram(ownFolder(t), 'sh', { kill: act });
    const answer = rebootBySignal(1, 39, young, { sh: program.file, env, clock, timeout: 10_000 }, waiting);
    while (program.calls().length < 1) await clock.settle();
    await clock.advance(10_001);
    assert.equal((await answer).is, 'unknown');
  });
