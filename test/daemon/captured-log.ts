import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { TestContext } from 'node:test';

/** The lines of the log since now, which go to stderr. */
export function capturedLog(t: TestContext): () => readonly Record<string, unknown>[] {
  let text = '';
  const taken = (_stderr: number, data: Buffer, done: (error: null, count: number) => void): void => {
    text += data.toString();
    done(null, data.length);
  };
  t.mock.method(fs, 'write', taken as typeof fs.write);
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  return () => text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}
