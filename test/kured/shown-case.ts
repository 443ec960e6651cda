import type { TestContext } from 'node:test';

/** What is seen of one flag: in words, and how. */
export type Shown = Readonly<Record<string, (t: TestContext) => void | Promise<void>>>;
