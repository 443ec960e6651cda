import type { Answer } from '../../src/core/answer.ts';
import type { Need } from '../../src/core/need.ts';
import type { NeedSource } from '../../src/ports/source.ts';
import { Hints } from './hints.ts';

/** What a machine needs a reboot for: a sentinel file on a tmpfs, which is gone after each boot. */
export class Sentinel {
  readonly #node: string;
  readonly #hints = new Hints();
  readonly #turned: (fingerprint: string | null) => void;
  #need: Need | null = null;
  #count = 0;

  /** `turned` is told of each change. */
  constructor(node: string, turned: (fingerprint: string | null) => void) {
    this.#node = node;
    this.#turned = turned;
  }

  get fingerprint(): string | null {
    return this.#need?.fingerprint ?? null;
  }

  /** The file is written, or written anew: another need than any before. */
  appear(): void {
    this.#count += 1;
    const name = `${this.#node}-update-${this.#count}`;
    this.#set({ fingerprint: name, source: '/run/reboot-required', reasons: [`package-${name}`], older: false });
  }

  vanish(): void {
    this.#set(null);
  }

  look(): Answer<Need> {
    return this.#need === null ? { is: 'no' } : { is: 'yes', value: this.#need };
  }

  readonly watch: NeedSource['watch'] = (hint, signal) => this.#hints.add(hint, signal);

  /** The machine went down: nobody watches any more. */
  forget(): void {
    this.#hints.clear();
  }

  #set(need: Need | null): void {
    if (need === this.#need) return;
    this.#need = need;
    this.#turned(need?.fingerprint ?? null);
    this.#hints.give();
  }
}
