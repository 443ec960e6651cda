import type { FaultName } from './faults.ts';
import type { Strikes } from './strikes.ts';
import type { Time } from './time.ts';

/** What a process calls outside itself. Around the moments that decide most a strike is so many times as likely as elsewhere. */
const weights = {
  'tell-event': 1,
  'evict-pod': 4,
  'get-lease': 2,
  'get-node': 2,
  'list-pods': 1,
  hooks: 2,
  'look-at-need': 1,
  'look-at-shutdown': 2,
  'open-watch': 1,
  'ask-permission': 2,
  'patch-node': 8,
  'publish-status': 1,
  'read-memory': 1,
  reboot: 30,
  request: 1,
  'stop-meaning': 1,
  timer: 0.2,
  'watch-line': 0.5,
  'write-lease': 8,
  'write-memory': 2,
} as const;

export type CallName = keyof typeof weights;

/** The faults that end a process at a call. */
const deadly = ['kill', 'power'] as const satisfies readonly FaultName[];

/** What strikes at a call: after a `stall` the process lives, and stands still. */
export type Blow = (typeof deadly)[number] | 'stall';

/**
 * What stands between one process and everything else. Once it is closed the process is dead: no call of it has an effect, none is
 * answered, no timer of it fires; what it had sent before is on its way.
 */
export class Gate {
  readonly process: string;
  readonly #strikes: Strikes;
  readonly #struck: (blow: Blow, at: string) => void;
  readonly #timers = new Set<() => void>();
  readonly #closing = new Set<() => void>();
  #open = true;
  /** What reaches a process that stands still, in its order; null: it runs. */
  #waiting: (() => void)[] | null = null;
  #calls = 0;

  /** `struck` has to close the gate, or after a stall to let it stand. */
  constructor(process: string, strikes: Strikes, struck: (blow: Blow, at: string) => void) {
    this.process = process;
    this.#strikes = strikes;
    this.#struck = struck;
  }

  get open(): boolean {
    return this.#open;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    for (const then of this.#closing) then();
    this.#closing.clear();
  }

  /** From here on nothing reaches the process, as after SIGSTOP or in a machine that is frozen. */
  stand(): void {
    this.#waiting ??= [];
  }

  /** Hands the process the first of what waits for it; false: nothing does, and it runs again. */
  handOn(): boolean {
    const next = this.#waiting?.shift();
    if (next === undefined) this.#waiting = null;
    else next();
    return next !== undefined;
  }

  /** Does what reaches the process, at once or when it runs again. */
  reach(work: () => void): void {
    if (this.#waiting === null) work();
    else this.#waiting.push(work);
  }

  /** Calls `then` when the process dies; the answer takes that back. */
  onClose(then: () => void): () => void {
    this.#closing.add(then);
    return () => void this.#closing.delete(then);
  }

  /** One call of a port that takes time. It can be the process's last one: before it, or after its effect and before its answer. */
  call<T>(name: CallName, effect: () => Promise<T>): Promise<T> {
    if (!this.#open) return never();
    const place = this.#place();
    if (this.#strikesAt(name, place, 'before')) return never();
    return new Promise((resolve, reject) => {
      const pass = (then: () => void): void => {
        if (!this.#open || this.#strikesAt(name, place, 'after')) return;
        this.#mayStall(name, place);
        this.reach(() => this.#open && then());
      };
      effect().then(
        (value) => pass(() => resolve(value)),
        (error: unknown) => pass(() => reject(error)),
      );
    });
  }

  /** Whether the process lives to see something that reaches it, such as a timer. */
  passes(name: CallName): boolean {
    return this.#open && !this.#strikesAt(name, this.#place(), 'before');
  }

  /** Resolves when the process sees it, a line of a watch: at once, when it runs again, or never. */
  arrives(name: CallName): Promise<void> {
    return new Promise((resolve) => this.reach(() => this.passes(name) && resolve()));
  }

  timer(time: Time, ms: number, then: () => void): () => void {
    if (!this.#open) return () => {};
    const cancel = time.timer(ms, () => this.reach(() => this.#timers.delete(cancel) && then()));
    this.#timers.add(cancel);
    return () => {
      if (this.#timers.delete(cancel)) cancel();
    };
  }

  #place(): string {
    this.#calls += 1;
    return `${this.process}/call-${this.#calls}`;
  }

  /** Before an answer is seen, and not at its call: nobody can help what was decided and is done too late. */
  #mayStall(name: CallName, place: string): void {
    if (this.#waiting === null && this.#strikes.at('stall', `${place}/after`, weights[name]))
      this.#struck('stall', `at ${place}, before the answer to ${name}`);
  }

  #strikesAt(name: CallName, place: string, when: 'before' | 'after'): boolean {
    for (const blow of deadly) {
      if (!this.#strikes.at(blow, `${place}/${when}`, weights[name])) continue;
      this.#struck(blow, `${when} ${name}`);
      return true;
    }
    return false;
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => {});
}
