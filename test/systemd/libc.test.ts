import assert from 'node:assert/strict';
import { closeSync, copyFileSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { longestDatagram, openLibc } from '../../src/systemd/libc.ts';
import { ownFolder } from './folder.ts';
import { fill, ownLibc, receiveAt } from './native.ts';

test('a datagram arrives whole at a path and at an abstract address', (t) => {
  const libc = ownLibc(t);
  const folder = ownFolder(t);
  for (const address of [join(folder, 'notify'), `@${folder}/abstract`]) {
    const receiver = receiveAt(t, address);
    assert.equal(libc.send(address, Buffer.from('READY=1\nSTATUS=ä')), 'sent');
    assert.equal(receiver.take()?.toString('utf8'), 'READY=1\nSTATUS=ä');
  }
});

test('the longest datagram that is allowed fits the socket; a longer one is not tried', (t) => {
  const libc = ownLibc(t);
  const address = `@${ownFolder(t)}`;
  const receiver = receiveAt(t, address);
  assert.equal(libc.send(address, Buffer.alloc(longestDatagram, 'x')), 'sent');
  assert.equal(receiver.take()?.length, longestDatagram);
  assert.equal(libc.send(address, Buffer.alloc(longestDatagram + 1)), 'failed');
});

test('a receiver that never reads is told as full, at once, and takes again when it has read', (t) => {
  const libc = ownLibc(t);
  const address = `@${ownFolder(t)}`;
  const receiver = receiveAt(t, address);
  const taken = fill(libc, address);
  assert.equal(libc.send(address, Buffer.from('x')), 'full');
  assert.equal(receiver.takeAll().length, taken);
  assert.equal(libc.send(address, Buffer.from('x')), 'sent');
});

test('nobody there is absent', (t) => {
  const libc = ownLibc(t);
  const folder = ownFolder(t);
  assert.equal(libc.send(join(folder, 'nobody'), Buffer.from('x')), 'absent');
  assert.equal(libc.send(`@${folder}/nobody`, Buffer.from('x')), 'absent');
});

for (const address of ['', '@', 'relative', 'vsock:2:1234', `/${'x'.repeat(107)}`, `@${'x'.repeat(108)}`]) {
  test(`an address that no unix socket can have is failed: ${address.slice(0, 20)}`, (t) => {
    assert.equal(ownLibc(t).send(address, Buffer.from('x')), 'failed');
  });
}

test('nothing is sent after close', (t) => {
  const libc = ownLibc(t);
  const address = `@${ownFolder(t)}`;
  receiveAt(t, address);
  libc.close();
  assert.equal(libc.send(address, Buffer.from('x')), 'failed');
});

test('a lock is held by one open file at a time and goes with it', (t) => {
  const libc = ownLibc(t);
  const file = join(ownFolder(t), 'lock');
  const first = openSync(file, 'a');
  const second = openSync(file, 'a');
  t.after(() => closeSync(second));
  assert.equal(libc.tryLock(first), 'locked');
  assert.equal(libc.tryLock(second), 'held');
  closeSync(first);
  assert.equal(libc.tryLock(second), 'locked');
});

test('a descriptor that is not open cannot be locked, and the error is named', (t) => {
  assert.deepEqual(ownLibc(t).tryLock(-1), { error: 'EBADF' });
});

test('the monotonic stamp is the clock of the kernel that process.hrtime reads too', (t) => {
  const libc = ownLibc(t);
  const before = process.hrtime.bigint() / 1000n;
  const stamp = libc.monotonicUsec();
  const after = process.hrtime.bigint() / 1000n;
  assert.ok(before <= stamp && stamp <= after, `${before} ${stamp} ${after}`);
});

test('koffi beside the program is taken, as it lies beside the bundle', (t) => {
  const folder = ownFolder(t);
  const require = createRequire(import.meta.url);
  copyFileSync(
    require.resolve(`@koromix/koffi-linux-${arch()}/linux_${arch()}/koffi.node`),
    join(folder, 'koffi.node'),
  );
  const opened = openLibc(join(folder, 'app.cjs'));
  assert.equal(opened.is, 'open');
  if (opened.is === 'open') opened.libc.close();
});

test('where koffi is not there the answer says so in one line and nothing is thrown', (t) => {
  const opened = openLibc(join(ownFolder(t), 'app.cjs'));
  assert.equal(opened.is, 'missing');
  assert.match(opened.is === 'missing' ? opened.why : '', /^Cannot find module .*koffi\.node/);
});
