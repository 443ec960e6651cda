/**
 * Takes the place of `node:test` while mutants are tried (runner.ts): a test is not run where it stands but kept, so that one
 * process runs it for each mutant anew. What is not exported here a test file cannot import: it fails to load, and says so.
 */

/** A test with the names of what it stands in. */
export interface Collected {
  readonly file: string;
  readonly name: string;
  readonly body: () => unknown;
}

type Body = () => unknown;
type Declared = (name: string, ...rest: readonly (Body | object)[]) => void;

const collection: { readonly tests: Collected[]; readonly within: string[]; file: string } = {
  tests: [],
  within: [],
  file: '',
};

/** Loads a test file and gives its tests, in their order. */
export async function collect(file: string, load: () => Promise<unknown>): Promise<readonly Collected[]> {
  collection.file = file;
  const before = collection.tests.length;
  await load();
  return collection.tests.slice(before);
}

export const describe: Declared = (name, ...rest) => {
  collection.within.push(name);
  bodyOf(rest)();
  collection.within.pop();
};

export const it: Declared = (name, ...rest) => {
  const { file, within } = collection;
  collection.tests.push({ file, name: [...within, name].join(' › '), body: bodyOf(rest) });
};

export const suite = describe;
export const test = it;

function bodyOf(rest: readonly (Body | object)[]): Body {
  const body = rest.at(-1);
  if (typeof body !== 'function') throw new Error(`a test of ${collection.file} has no body`);
  return body as Body;
}
