import { globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { type Collected, collect } from './collected.ts';

/**
 * Runs the tests of core/ for StrykerJS within one process: its own runners start a process for each test file of each mutant,
 * which takes a hundred times as long. The tests are loaded once; a mutant is switched on by a global that the instrumented code
 * asks, and only tests that reach it are run, until one fails.
 */

/** These take many seconds each: against what all others let pass, and only those that `LAWS` names by a part of their path. */
const laws = [
  'test/core/phases/distance.test.ts',
  'test/core/lease/format-laws.test.ts',
  'test/core/lease/laws.test.ts',
  'test/core/phases/laws.test.ts',
];

/** What instrumented code reads and writes: which mutant is on, and which were reached, how often, by which test. */
interface Instrumented {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: object;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
}

interface MutantRun {
  readonly activeMutant: { readonly id: string };
  readonly testFilter?: readonly string[];
  readonly hitLimit?: number;
  readonly disableBail: boolean;
}

const passed = 0;
const failed = 1;

/** A test's answer in the words of StrykerJS. Without a position it counts as changed when anything in its file did. */
interface Answer {
  readonly id: string;
  readonly name: string;
  readonly fileName: string;
  readonly timeSpentMs: number;
  readonly status: typeof passed | typeof failed;
  readonly failureMessage?: string;
}

class InProcess {
  readonly #instrumented: Instrumented;
  #tests: ReadonlyMap<string, Collected> | null = null;
  /** How long each test took when it last passed, in milliseconds: the quick ones are tried first. */
  readonly #took = new Map<string, number>();

  constructor() {
    const place = globalThis as { __stryker__?: Instrumented };
    this.#instrumented = place.__stryker__ ??= {};
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === 'node:test'
          ? { url: new URL('./collected.ts', import.meta.url).href, shortCircuit: true }
          : next(specifier, context),
    });
    // The same run twice says the same; and what is broken need not be shrunk.
    fc.configureGlobal({ seed: 1, endOnFailure: true });
  }

  /**
   * Or each mutant that a sample reaches while its file is loaded would be given a new process. Nothing has to be loaded anew: no
   * module of core/ or of its tests keeps anything, and mutants that only loading reaches are not tried (`ignoreStatic`).
   */
  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun() {
    const tests = await this.#loaded();
    return {
      status: 'complete',
      tests: await this.#run([...tests], false),
      mutantCoverage: this.#instrumented.mutantCoverage,
    };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail }: MutantRun) {
    const instrumented = this.#instrumented;
    const wanted = testFilter && new Set(testFilter);
    const tests = [...(await this.#loaded())].filter(([id]) => wanted?.has(id) ?? true);
    Object.assign(instrumented, { activeMutant: activeMutant.id, hitLimit, hitCount: hitLimit && 0 });
    try {
      const answers = await this.#run(this.#quickFirst(tests), !disableBail);
      const { hitCount = 0 } = instrumented;
      if (hitLimit !== undefined && hitCount > hitLimit) return { status: 'timeout', reason: 'reached without an end' };
      const killers = answers.filter(({ status }) => status === failed);
      const [first] = killers;
      if (first === undefined) return { status: 'survived', nrOfTests: answers.length };
      const killedBy = killers.map(({ id }) => id);
      return { status: 'killed', killedBy, failureMessage: first.failureMessage, nrOfTests: answers.length };
    } finally {
      instrumented.activeMutant = undefined;
    }
  }

  async #loaded(): Promise<ReadonlyMap<string, Collected>> {
    this.#tests ??= await load();
    return this.#tests;
  }

  #quickFirst<One extends readonly [string, unknown]>(tests: readonly One[]): readonly One[] {
    return tests.toSorted(([a], [b]) => (this.#took.get(a) ?? 0) - (this.#took.get(b) ?? 0));
  }

  async #run(tests: readonly (readonly [string, Collected])[], bail: boolean): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    for (const [id, { file, body }] of tests) {
      this.#instrumented.currentTestId = id;
      const began = performance.now();
      const failureMessage = await failureOf(body);
      const answer = { id, name: id, fileName: resolve(file), timeSpentMs: performance.now() - began };
      if (failureMessage === null) {
        answers.push({ ...answer, status: passed });
        this.#took.set(id, answer.timeSpentMs);
      } else answers.push({ ...answer, status: failed, failureMessage });
      if (bail && failureMessage !== null) break;
    }
    this.#instrumented.currentTestId = undefined;
    return answers;
  }
}

async function load(): Promise<ReadonlyMap<string, Collected>> {
  const { LAWS = '' } = process.env;
  const quick = globSync('test/core/**/*.test.ts').filter((file) => !laws.includes(file));
  const files = [...quick.sort(), ...laws.filter((file) => LAWS !== '' && file.includes(LAWS))];
  const tests = new Map<string, Collected>();
  for (const file of files) {
    for (const one of await collect(file, () => import(pathToFileURL(resolve(file)).href))) {
      const id = `${file}: ${one.name}`;
      if (tests.has(id)) throw new Error(`two tests have one name: ${id}`);
      tests.set(id, one);
    }
  }
  return tests;
}

async function failureOf(body: () => unknown): Promise<string | null> {
  try {
    await body();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'in-process', factory: () => new InProcess() }];
