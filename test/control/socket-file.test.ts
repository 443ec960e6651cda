import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { bindSocketFile } from '../../src/control/socket-file.ts';

function place(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'socket-file-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const server = createServer();
  t.after(() => void server.close());
  return { folder, server, file: { path: join(folder, 'x.sock'), mode: 0o600, group: null } };
}

test('what somebody else puts beside the socket while it is made does not count', async (t) => {
  const { folder, server, file } = place(t);
  server.once('listening', () => writeFileSync(join(folder, '.x.sock.new', 'other'), ''));
  const bound = await bindSocketFile(server, file);
  assert.equal(statSync(file.path).mode & 0o777, 0o600);
  assert.equal(existsSync(join(folder, '.x.sock.new')), false);
  await bound.remove();
  assert.equal(existsSync(file.path), false);
});

test('a folder that goes away meanwhile leaves nothing listening', async (t) => {
  const { folder, server, file } = place(t);
  server.once('listening', () => rmSync(folder, { recursive: true }));
  await assert.rejects(bindSocketFile(server, file), /ENOENT/);
  assert.equal(server.listening, false);
});
