import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { JournalWriter } from '../../src/ports/outlets.ts';

/** A journal that keeps its entries, and loses them while `full`. */
export function fakeJournal() {
  const entries: Map<string, string>[] = [];
  const state = { full: false };
  const journal: JournalWriter = {
    write(fields) {
      if (state.full) return 'lost';
      entries.push(new Map(fields));
      return 'sent';
    },
  };
  return { journal, entries, state };
}

/** An open file in the place of stdout. */
export function outputFile(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'kured-host-log-'));
  const file = join(folder, 'out');
  const fd = openSync(file, 'w');
  t.after(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });
  return { fd, text: () => readFileSync(file, 'utf8') };
}
