import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openNotify, silentManager, watchdogPeriod } from '../../src/systemd/notify.ts';
import { ManualClock } from '../fakes/clock.ts';
import { ownFolder } from './folder.ts';
import { fill, ownLibc, receiveAt } from './native.ts';

function started(t: TestContext) {
  const socket = join(ownFolder(t), 'notify');
  const libc = ownLibc(t);
  const clock = new ManualClock();
  const receiver = receiveAt(t, socket);
  const manager = openNotify({ socket, libc, clock });
  t.after(() => manager.close());
  return { socket, libc, clock, receiver, manager };
}

test('each thing that is told is one datagram in the words of sd_notify', (t) => {
  const { receiver, manager } = started(t);
  manager.status('idle: no reboot is needed');
  manager.ready();
  manager.alive();
  manager.extend(1500);
  manager.stopping();
  assert.deepEqual(receiver.takeAll(), [
    'STATUS=idle: no reboot is needed',
    'READY=1',
    'WATCHDOG=1',
    'EXTEND_TIMEOUT_USEC=1500000',
    'STOPPING=1',
  ]);
});

test('a reload carries the monotonic stamp', (t) => {
  const { receiver, manager } = started(t);
  manager.reloading();
  assert.match(receiver.takeAll()[0] ?? '', /^RELOADING=1\nMONOTONIC_USEC=[1-9]\d+$/);
});

test('a status cannot smuggle in another assignment and is bounded', (t) => {
  const { receiver, manager } = started(t);
  manager.status(`waiting\nREADY=1 ${'x'.repeat(5000)}`);
  const [text = ''] = receiver.takeAll();
  assert.match(text, /^STATUS=waiting\\nREADY=1 x+…$/);
  assert.ok(text.length <= 'STATUS='.length + 1024);
});

test('a full receiver is not waited for: what matters comes later, in order, with the newest status only', async (t) => {
  const { socket, libc, clock, receiver, manager } = started(t);
  fill(libc, socket);
  manager.status('first');
  manager.ready();
  manager.status('second');
  manager.alive();
  manager.alive();
  receiver.takeAll();
  await clock.advance(200);
  assert.deepEqual(receiver.takeAll(), ['READY=1', 'STATUS=second', 'WATCHDOG=1']);
  assert.equal(manager.dropped, 0);
});

test('a receiver that stays full costs a few tries a minute, and waiting messages stay few', async (t) => {
  const { socket, libc, clock, manager } = started(t);
  fill(libc, socket);
  let tries = 0;
  const send: typeof libc.send = (...args) => {
    tries += 1;
    return libc.send(...args);
  };
  const counting = openNotify({ socket, clock, libc: { ...libc, send } });
  t.after(() => counting.close());
  for (let i = 0; i < 30; i += 1) counting.ready();
  assert.equal(counting.dropped, 14);
  tries = 0;
  await clock.advance(60_000);
  assert.ok(tries > 5 && tries < 25, `${tries}`);
  assert.equal(manager.dropped, 0);
});

test('what nobody can take is counted and given up', (t) => {
  const { socket, manager } = started(t);
  rmSync(socket);
  manager.ready();
  manager.status('idle');
  assert.equal(manager.dropped, 2);
});

test('nothing is tried any more after close', async (t) => {
  const { socket, libc, clock, receiver, manager } = started(t);
  fill(libc, socket);
  manager.ready();
  manager.close();
  receiver.takeAll();
  await clock.advance(60_000);
  assert.deepEqual(receiver.takeAll(), []);
  assert.equal(manager.dropped, 1);
});

test('without a service manager everything may be told to nobody', () => {
  silentManager.ready();
  silentManager.status('x');
  silentManager.close();
  assert.equal(silentManager.dropped, 0);
});

const watchdogs: readonly (readonly [usec: string | undefined, pid: string | undefined, period: number | null])[] = [
  ['60000000', '42', 30_000],
  ['60000000', undefined, 30_000],
  ['60000000', '', 30_000],
  ['60000000', '43', null],
  ['1', '42', 1],
  ['0', '42', null],
  ['-5', '42', null],
  ['60s', '42', null],
  ['', '42', null],
  [undefined, undefined, null],
];

for (const [usec, pid, period] of watchdogs) {
  test(`WATCHDOG_USEC=${usec} WATCHDOG_PID=${pid} for process 42 asks for a sign of life every ${period} ms`, () => {
    assert.equal(watchdogPeriod(usec, pid, 42), period);
  });
}
