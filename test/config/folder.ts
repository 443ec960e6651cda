import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

/** A folder of the test's own that stands for `/`; it goes away with the test. */
export function rootFolder(t: TestContext): RootFolder {
  const path = mkdtempSync(join(tmpdir(), 'kured-host-config-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write: (name, text) => writeFileSync(ready(path, name), text),
    link: (name, target) => symlinkSync(target, ready(path, name)),
    folder: (name) => mkdirSync(join(path, name), { recursive: true }),
  };
}

export interface RootFolder {
  readonly path: string;
  /** Writes a file, with the folders above it; `name` is absolute within the root. */
  write(name: string, text: string | Uint8Array): void;
  link(name: string, target: string): void;
  folder(name: string): void;
}

function ready(root: string, name: string): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  return path;
}
