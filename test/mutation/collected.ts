/**
 * Takes the place of `node:test` while mutants are tried (runner.ts): a test is not run where it stands but kept, so that one
 * process runs it for each mutant anew. What is not exported here a test file cannot import: it fails to load, and says so.
 */

type Body = () => unknown;
type Declared = (name: string, ...rest: readonly (Body | object)[]) => void;

/** What stands at the top of a test file: a test, or a group, whose body makes its tests. */
export interface Declaration {
  readonly name: string;
  readonly body: Body;
  readonly groups: boolean;
}

export interface Test {
  readonly name: string;
  readonly body: Body;
}

/** `outer`: the names of the groups whose body runs now; null while a file is loaded. */
const state: { declared: Declaration[]; tests: Test[]; outer: readonly string[] | null } = {
  declared: [],
  tests: [],
  outer: null,
};

/** Loads a test file and gives what it declares, in its order. No group's body has run. */
export async function declarations(load: () => Promise<unknown>): Promise<readonly Declaration[]> {
  state.declared = [];
  await load();
  return state.declared;
}

/** The tests of a declaration. A group's body runs for it, so what it makes of core/ is made anew. */
export function testsOf({ name, body, groups }: Declaration): readonly Test[] {
  if (!groups) return [{ name, body }];
  state.tests = [];
  inGroup([name], body);
  return state.tests;
}

export const describe: Declared = (name, ...rest) => {
  const body = bodyOf(name, rest);
  if (state.outer === null) state.declared.push({ name, body, groups: true });
  else inGroup([...state.outer, name], body);
};

export const it: Declared = (name, ...rest) => {
  const body = bodyOf(name, rest);
  if (state.outer === null) state.declared.push({ name, body, groups: false });
  else state.tests.push({ name: [...state.outer, name].join(' › '), body });
};

export const suite = describe;
export const test = it;

function inGroup(names: readonly string[], body: Body): void {
  const { outer } = state;
  state.outer = names;
  try {
    body();
  } finally {
    state.outer = outer;
  }
}

function bodyOf(name: string, rest: readonly (Body | object)[]): Body {
  const body = rest.at(-1);
  if (typeof body !== 'function') throw new Error(`the test "${name}" has no body`);
  return body as Body;
}
