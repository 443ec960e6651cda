import type { Answer } from '../core/answer.ts';
import type { Need } from '../core/need.ts';
import { sumNeeds } from '../core/need-sum.ts';
import { reason } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';
import type { NeedSource } from '../ports/source.ts';

/** How long a look at a sentinel may take that does not say so itself. */
const longestLook = 30_000;

interface Seen {
  /** Which look it was; a later one is not overwritten by an earlier one that took longer. */
  readonly count: number;
  readonly answer: Answer<Need>;
}

/** What each sentinel said last. */
export class NeedAnswers {
  readonly #sources: readonly NeedSource[];
  readonly #clock: Clock;
  readonly #seen = new Map<NeedSource, Seen>();
  #count = 0;

  constructor(sources: readonly NeedSource[], clock: Clock) {
    this.#sources = sources;
    this.#clock = clock;
  }

  /** Looks at one sentinel, and answers what all of them say together. */
  async look(source: NeedSource, signal: AbortSignal): Promise<Answer<Need> | null> {
    await this.#look(source, signal);
    return this.last();
  }

  /** Looks at every sentinel, and answers what all of them say together once the slowest has answered. */
  async lookAtAll(signal: AbortSignal): Promise<Answer<Need>> {
    await Promise.all(this.#sources.map((source) => this.#look(source, signal)));
    return this.#sum();
  }

  /** All last answers together; null while one that was never looked at might change it. */
  last(): Answer<Need> | null {
    const sum = this.#sum();
    return sum.is === 'yes' || this.#seen.size === this.#sources.length ? sum : null;
  }

  #sum(): Answer<Need> {
    return sumNeeds(this.#sources.flatMap((source) => this.#seen.get(source)?.answer ?? []));
  }

  async #look(source: NeedSource, signal: AbortSignal): Promise<void> {
    this.#count += 1;
    const count = this.#count;
    const answer = await this.#answer(source, signal);
    if ((this.#seen.get(source)?.count ?? 0) < count) this.#seen.set(source, { count, answer });
  }

  async #answer(source: NeedSource, signal: AbortSignal): Promise<Answer<Need>> {
    using deadline = this.#clock.deadline(source.longest ?? longestLook, signal);
    try {
      return await source.look(deadline.signal);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { is: 'unknown', reason: reason('need-unknown', { source: source.name, why }) };
    }
  }
}
