/** A value that changes; who follows it sees the one there is, then the newest after each change, never the ones between. */
export class Latest<T> {
  #value: T | null = null;
  #next = Promise.withResolvers<void>();

  /** Null until the first was set. */
  get value(): T | null {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    const next = this.#next;
    this.#next = Promise.withResolvers<void>();
    next.resolve();
  }

  /** Ends with the signal; never throws. */
  async *follow(signal: AbortSignal): AsyncGenerator<T, void, undefined> {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const onAbort = (): void => end();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      let shown: T | null = null;
      while (!signal.aborted) {
        const changed = this.#next.promise;
        if (this.#value !== null && this.#value !== shown) {
          shown = this.#value;
          yield shown;
        } else {
          await Promise.race([changed, ended]);
        }
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}
