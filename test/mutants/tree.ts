import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Mutant, mutated } from './mutant.ts';

/**
 * A copy of the working tree (what git knows and what it would add), in which mutants come and go; the checkout is only read.
 * node_modules is a link to that of the checkout.
 */
export class Tree {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  static copyOf(checkout: string): Tree {
    const root = mkdtempSync(join(tmpdir(), 'kured-host-mutant-'));
    for (const file of filesOf(checkout)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      copyFileSync(join(checkout, file), join(root, file));
    }
    symlinkSync(join(checkout, 'node_modules'), join(root, 'node_modules'));
    return new Tree(root);
  }

  /** The tree has the breach in it while the work is done, and never after it. */
  async with<T>(mutant: Mutant, work: (root: string) => Promise<T>): Promise<T> {
    const after = mutated(mutant, this.root);
    const before = new Map([...after.keys()].map((file) => [file, readFileSync(join(this.root, file), 'utf8')]));
    try {
      this.#write(after);
      return await work(this.root);
    } finally {
      this.#write(before);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #write(files: ReadonlyMap<string, string>): void {
    for (const [file, text] of files) writeFileSync(join(this.root, file), text);
  }
}

/** The files of a checkout as they are now, those that are not committed yet among them. */
export function filesOf(checkout: string): readonly string[] {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', list, { cwd: checkout, encoding: 'utf8', maxBuffer: 1 << 26 }).split('\0');
  return files.filter((file) => file !== '' && existsSync(join(checkout, file)));
}
