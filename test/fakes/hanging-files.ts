import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import type { TestContext } from 'node:test';

export interface Hanging {
  /** How many calls have hung: each would keep one of the threads that all file accesses share. */
  readonly calls: () => number;
  /** The file system answers again; what hung fails, as where a server forgot what it was asked. */
  recover(): void;
}

/** Lets a call of node:fs/promises hang, as it does where a server of files is gone. */
export function hangingFiles(t: TestContext, call: 'lstat' | 'open' | 'readdir'): Hanging {
  const recovered = Promise.withResolvers<never>();
  const hung = t.mock.method(files, call, () => recovered.promise);
  syncBuiltinESMExports();
  const recover = (): void => {
    hung.mock.restore();
    syncBuiltinESMExports();
    recovered.reject(Object.assign(new Error('ESTALE: stale file handle'), { code: 'ESTALE' }));
  };
  t.after(recover);
  return { calls: () => hung.mock.callCount(), recover };
}
