import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { testsOf } from './collected.ts';
import { type Declared, groupId, loadAll, testId } from './files.ts';

/**
 * Runs the tests of core/ for StrykerJS within one process: its own runners start a process for each test file of each mutant,
 * which takes a hundred times as long. The test files are loaded once; a mutant is switched on by a global that the
 * instrumented code asks, and only tests that reach it are run, until one fails.
 */

type Hits = Readonly<Record<string, number>>;

/** What instrumented code reads and writes: which mutant is on, and which were reached, how often, by what. */
interface Instrumented {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: { readonly static: Hits; readonly perTest: Record<string, Hits> };
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
  /** By the tests' ids; empty until the files are loaded. */
  #declared: ReadonlyMap<string, Declared> = new Map();
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
    const declared = await this.#loaded();
    const tests = await this.#run([...declared.keys()], false);
    return { status: 'complete', tests, mutantCoverage: this.#coverage() };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail }: MutantRun) {
    const instrumented = this.#instrumented;
    const declared = await this.#loaded();
    Object.assign(instrumented, { activeMutant: activeMutant.id, hitLimit, hitCount: hitLimit && 0 });
    try {
      const answers = await this.#run(this.#quickFirst(testFilter ?? [...declared.keys()]), !disableBail);
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

  async #loaded(): Promise<ReadonlyMap<string, Declared>> {
    if (this.#declared.size > 0) return this.#declared;
    const declared = new Map<string, Declared>();
    for (const one of await loadAll()) {
      this.#instrumented.currentTestId = groupId(one);
      for (const { name } of testsOf(one.what)) {
        const id = testId(one, name);
        if (declared.has(id)) throw new Error(`two tests have one name: ${id}`);
        declared.set(id, one);
      }
    }
    this.#instrumented.currentTestId = undefined;
    this.#declared = declared;
    return declared;
  }

  #quickFirst(ids: readonly string[]): readonly string[] {
    return ids.toSorted((a, b) => (this.#took.get(a) ?? 0) - (this.#took.get(b) ?? 0));
  }

  async #run(ids: readonly string[], bail: boolean): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    const bodies = new Map<string, () => unknown>();
    for (const id of ids) {
      const one = this.#declared.get(id);
      if (one === undefined) throw new Error(`there is no test ${id}`);
      const began = performance.now();
      const failureMessage = await failureOf(() => {
        if (!bodies.has(id)) this.#make(one, bodies);
        this.#instrumented.currentTestId = id;
        return bodies.get(id)?.() ?? assertThere(bodies, id);
      });
      this.#instrumented.currentTestId = undefined;
      const answer = { id, name: id, fileName: resolve(one.file), timeSpentMs: performance.now() - began };
      if (failureMessage === null) {
        answers.push({ ...answer, status: passed });
        this.#took.set(id, answer.timeSpentMs);
      } else answers.push({ ...answer, status: failed, failureMessage });
      if (bail && failureMessage !== null) break;
    }
    return answers;
  }

  /** The tests of a group, made by its body now, so under the mutant that is on. */
  #make(one: Declared, bodies: Map<string, () => unknown>): void {
    this.#instrumented.currentTestId = groupId(one);
    for (const { name, body } of testsOf(one.what)) bodies.set(testId(one, name), body);
  }

  /**
   * What a group's body reached each of its tests reached. How often is said once, by the first of them: the sum is what a mutant
   * that loops is measured by.
   */
  #coverage() {
    const { mutantCoverage } = this.#instrumented;
    if (mutantCoverage === undefined) return undefined;
    const perTest: Record<string, Hits> = {};
    let before: Declared | null = null;
    for (const [id, one] of this.#declared) {
      const hits: Record<string, number> = { ...mutantCoverage.perTest[id] };
      for (const [mutant, times] of Object.entries(mutantCoverage.perTest[groupId(one)] ?? {})) {
        hits[mutant] = (hits[mutant] ?? 0) + (one === before ? 1 : times);
      }
      perTest[id] = hits;
      before = one;
    }
    return { static: mutantCoverage.static, perTest };
  }
}

/** A mutant that changes the names of tests, or leaves some out, is seen. */
function assertThere(bodies: ReadonlyMap<string, unknown>, id: string): void {
  if (!bodies.has(id)) throw new Error(`the test ${id} is not there any more`);
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
