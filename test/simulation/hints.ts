/** Who wants to be told that something may have changed. */
export class Hints {
  readonly #watching = new Set<() => void>();

  add(hint: () => void, signal: AbortSignal): void {
    this.#watching.add(hint);
    signal.addEventListener('abort', () => this.#watching.delete(hint), { once: true });
  }

  give(): void {
    for (const hint of [...this.#watching]) hint();
  }

  clear(): void {
    this.#watching.clear();
  }
}
