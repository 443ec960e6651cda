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

/** The faults that strike at a call. */
const strikingHere = ['kill', 'power'] as const satisfies readonly FaultName[];

export type Blow = (typeof strikingHere)[number];

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
  #calls = 0;

  /** `struck` has to close the gate. */
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
        if (this.#open && !this.#strikesAt(name, place, 'after')) then();
      };
      effect().then(
        (value) => pass(() => resolve(value)),
        (error: unknown) => pass(() => reject(error)),
      );
    });
  }

  /** Whether the process lives to see something that reaches it: a timer, a line of a watch. */
  passes(name: CallName): boolean {
    return this.#open && !this.#strikesAt(name, this.#place(), 'before');
  }

  timer(time: Time, ms: number, then: () => void): () => void {
    if (!this.#open) return () => {};
    const cancel = time.timer(ms, () => {
      this.#timers.delete(cancel);
      then();
    });
    this.#timers.add(cancel);
    return () => {
      if (this.#timers.delete(cancel)) cancel();
    };
  }

  #place(): string {
    this.#calls += 1;
    return `${this.process}/call-${this.#calls}`;
  }

  #strikesAt(name: CallName, place: string, when: 'before' | 'after'): boolean {
    for (const blow of strikingHere) {
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
