import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { skipUnless } from '../cluster/available.ts';
import { page, repository } from './pages.ts';

const unit = /```ini\n(.*?)```/s.exec(page('docs/install.md'))?.[1] ?? '';
const analyze = spawnSync('systemd-analyze', ['--version']).status === 0;

test('the unit file of the installation page is one that systemd accepts without a warning', {
  skip: skipUnless(analyze ? null : 'no systemd-analyze here to judge the unit file'),
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'unit-'));
  try {
    mkdirSync(join(folder, 'bin'));
    symlinkSync(join(repository, 'bin/kured-host'), join(folder, 'bin/kured-host'));
    const file = join(folder, 'kured-host.service');
    writeFileSync(file, unit.replaceAll('/opt/kured-host', folder));
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    assert.deepEqual([status, stdout + stderr], [0, '']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('that unit gives a stop the time that a back-out may take, and does not restart what a restart cannot mend', () => {
  assert.match(unit, /^Type=notify$/m);
  // A back-out may take 15 s (stopLimit in src/daemon/service.ts).
  assert.ok(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]) > 15);
  assert.match(unit, /^RestartPreventExitStatus=2 78$/m);
});
