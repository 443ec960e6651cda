import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Outcome, Plan } from './plan.ts';
import type { Answer, Order } from './worker.ts';

/** How a worker is made. */
export interface Making {
  /** The URL of a module that exports `simulate`. */
  readonly module: string;
  /** Real seconds that a plan may take: virtual time that no longer moves is a finding, not a wait. */
  readonly patience: number;
}

/**
 * Simulates one plan at a time in a process of its own. A process that dies or does not answer is an outcome like any other: a
 * broken law, and the next plan gets a new process.
 */
export class Simulator implements AsyncDisposable {
  readonly #making: Making;
  #worker: Worker | null = null;

  constructor(making: Making) {
    this.#making = making;
  }

  async run(plan: Plan, timeline = true): Promise<Outcome> {
    this.#worker ??= new Worker(this.#making.module);
    const answer = await this.#worker.answer({ plan, timeline }, this.#making.patience);
    if ('outcome' in answer) return answer.outcome;
    await this[Symbol.asyncDispose]();
    return lost(plan, answer.threw);
  }

  /** Ends the process, also in the middle of a plan: its outcome says so then. */
  async [Symbol.asyncDispose](): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.end();
  }
}

class Worker {
  readonly #process: ChildProcess;
  /** How it ended, once its last words are there. */
  readonly #ended: Promise<string>;
  #said = '';

  constructor(module: string) {
    const path = fileURLToPath(new URL('./worker.ts', import.meta.url));
    // Most of what a run makes lives for one request, and most of its code is run too seldom to be worth optimizing: with room
    // for the one and all of the other compiled at once, a run takes about a fifth less time.
    const faster = ['--max-semi-space-size=64', '--always-sparkplug'];
    const execArgv = ['--disable-warning=ExperimentalWarning', ...faster];
    this.#process = fork(path, [module], { execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#process.stderr?.on('data', (text) => {
      this.#said = (this.#said + text).slice(-2_000);
    });
    this.#ended = new Promise((resolve) => {
      this.#process.once('close', (code, signal) => resolve(signal ?? `status ${code}`));
    });
  }

  async answer(order: Order, patience: number): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const threw = (why: string): void => resolve({ threw: why });
    void this.#ended.then((how) => threw(`the process ended (${how}): ${this.#said.trim() || 'it said nothing'}`));
    const hung = setTimeout(() => threw(`no outcome within ${patience} s of real time`), patience * 1_000);
    this.#process.on('message', resolve);
    // What cannot be sent finds a process that has ended.
    this.#process.send(order, () => {});
    try {
      return await promise;
    } finally {
      clearTimeout(hung);
      this.#process.off('message', resolve);
    }
  }

  async end(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }
}

/** Of what happened before, nothing is known. */
function lost(plan: Plan, why: string): Outcome {
  const broken = { law: `the rig gives an outcome: ${why}`, at: plan.duration };
  return { broken, reboots: 0, strikes: [], requests: 0, lasted: 0, timeline: [] };
}
