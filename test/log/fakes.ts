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

/** A folder of the test's own, gone after it. */
export function ownFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'kured-host-log-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An open file in the place of stdout. */
export function outputFile(t: TestContext) {
  const file = join(ownFolder(t), 'out');
  const fd = openSync(file, 'w');
  t.after(() => closeSync(fd));
  return { fd, text: () => readFileSync(file, 'utf8') };
}
