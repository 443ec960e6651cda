import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { skipUnless } from '../cluster/available.ts';
import { whyNotReal } from './real.ts';

const demo = join(import.meta.dirname, 'demo.ts');

test('the demo on a real control plane ends with a good verdict, in plain lines where there is no terminal', {
  skip: skipUnless(whyNotReal()),
  timeout: 200_000,
}, () => {
  const env = { ...process.env, CLUSTER: 'real' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [demo], { env, encoding: 'utf8', timeout: 180_000 });
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /✓ every node was rebooted exactly once\n.*✓ never were two nodes away at a time/);
  assert.match(stdout, /a disruption budget \(db\) allows no eviction now/);
  assert.match(stdout, /node-4 {2}rebooting .*a backup is running/);
  assert.equal(stdout.includes('\x1b'), false);
});

test('a cluster that there is not is refused with one line', () => {
  const env = { ...process.env, CLUSTER: 'cloud' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [demo], { env, encoding: 'utf8' });
  assert.deepEqual([status, stdout, stderr], [2, '', 'demo: CLUSTER is "real" or "fake"\n']);
});
