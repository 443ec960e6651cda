import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openControl } from '../../src/control/server.ts';
import type { Log } from '../../src/ports/outlets.ts';
import { skipUnless } from '../cluster/available.ts';
import { ManualClock } from '../fakes/clock.ts';
import { ask5, opened, ownFolder, routes, timeout } from './opened.ts';

test('the sockets have their modes, and the folder is made so that the group can reach them', {
  timeout,
}, async (t) => {
  const { folder, control, status } = await opened(t);
  assert.equal(statSync(control).mode & 0o777, 0o600);
  assert.equal(statSync(status).mode & 0o777, 0o660);
  assert.equal(statSync(folder).mode & 0o755, 0o755);
  assert.deepEqual(readdirSync(folder).sort(), ['control.sock', 'status.sock']);
});

test('the files are gone after closing, and the next one can open', { timeout }, async (t) => {
  const { folder, clock, control, close } = await opened(t);
  await close();
  assert.deepEqual(readdirSync(folder), []);
  assert.deepEqual(await ask5(clock, control, { method: 'GET', path: '/status' }), { is: 'nobody' });
});

test('files that a killed process left are nobody, and are replaced', { timeout }, async (t) => {
  const folder = ownFolder(t);
  const socket = join(folder, 'control.sock');
  const child = spawn(
    'python3',
    [
      '-c',
      `import socket\ns = socket.socket(socket.AF_UNIX)\ns.bind(${JSON.stringify(socket)})\ns.listen()\nprint("bound", flush=True)\nimport time\ntime.sleep(60)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  mkdirSync(join(folder, '.control.sock.new'));
  writeFileSync(join(folder, '.control.sock.new', 's'), '');
  const clock = new ManualClock();
  assert.deepEqual(await ask5(clock, socket, { method: 'GET', path: '/status' }), { is: 'nobody' });
  const server = await openControl(folder, routes, {
    clock,
    log: { event: () => undefined, always: () => undefined, setLevel: () => undefined },
  });
  assert.equal((await ask5(clock, socket, { method: 'GET', path: '/status' })).is, 'answer');
  await server.close();
  assert.deepEqual(readdirSync(folder), []);
});

test('a file there that is no socket is left alone, and nothing stays open', { timeout }, async (t) => {
  const folder = ownFolder(t);
  writeFileSync(join(folder, 'status.sock'), 'precious');
  const log: Log = { event: () => undefined, always: () => undefined, setLevel: () => undefined };
  await assert.rejects(openControl(folder, routes, { clock: new ManualClock(), log }), /EEXIST.*not a socket/);
  assert.deepEqual(readdirSync(folder), ['status.sock']);
  assert.equal(statSync(join(folder, 'status.sock')).size, 'precious'.length);
});

const noRoot = skipUnless(process.getuid?.() === 0 ? null : 'only root may give a file away');

test('the group that exists gets the socket', { timeout, skip: noRoot }, async (t) => {
  const { bindSocketFile } = await import('../../src/control/socket-file.ts');
  const { createServer } = await import('node:net');
  const server = createServer();
  const path = join(ownFolder(t), 's.sock');
  const bound = await bindSocketFile(server, { path, mode: 0o660, group: 'daemon' });
  assert.equal(bound.group, true);
  assert.equal(statSync(path).gid, Number(execFileSync('getent', ['group', 'daemon']).toString().split(':')[2]));
  server.close();
  await bound.remove();
  assert.equal(existsSync(path), false);
});
