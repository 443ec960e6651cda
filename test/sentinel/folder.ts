import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A folder of this test's own, removed with it. */
export function ownFolder(t: TestContext, below = tmpdir()): string {
  const folder = mkdtempSync(join(below, 'kured-host-sentinel-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const tmpfs = 0x0102_1994;

/** Whether files there are gone with a reboot. */
export function inMemory(folder: string): boolean {
  return statfsSync(folder).type === tmpfs;
}
