import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

/** Who runs the tests stands in for root. */
export const owner = process.getuid?.() ?? 0;

/** A machine's file system from its uppermost folder down, gone after the test. */
export interface MachineFiles {
  readonly from: string;
  /** Where the folders of hooks are. */
  readonly hooks: string;
  /** Writes a file, executable unless it says otherwise; its path. */
  put(path: string, mode?: number, text?: string): string;
}

export function machineFiles(t: TestContext): MachineFiles {
  const from = mkdtempSync(join(tmpdir(), 'hooks-'));
  t.after(() => rmSync(from, { recursive: true, force: true }));
  chmodSync(from, 0o755);
  return {
    from,
    hooks: join(from, 'etc/kured-host/hooks'),
    put(path, mode = 0o755, text = '#!/bin/sh\n') {
      const file = join(from, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      chmodSync(file, mode);
      return file;
    },
  };
}
