interface Timer {
  readonly due: number;
  /** Among timers of one moment the older goes first. */
  readonly order: number;
  /** Null: cancelled. */
  work: (() => void) | null;
}

/** Timers by the moment at which they are due: a binary heap, in which cancelled ones stay until they are in the way. */
export class TimerHeap {
  #heap: Timer[] = [];
  #count = 0;
  #cancelled = 0;

  /** The answer cancels it. */
  add(due: number, work: () => void): () => void {
    const timer: Timer = { due, order: this.#count++, work };
    this.#heap.push(timer);
    this.#up(this.#heap.length - 1);
    return () => {
      if (timer.work === null) return;
      timer.work = null;
      this.#cancelled += 1;
      if (this.#cancelled > 1000 && this.#cancelled * 2 > this.#heap.length) this.#sweep();
    };
  }

  /** When the first one is due; null when there is none. */
  due(): number | null {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.work !== null) return first.due;
      this.#cancelled -= 1;
      this.#drop();
    }
    return null;
  }

  /** Takes the first one out; null when there is none. */
  take(): (() => void) | null {
    if (this.due() === null) return null;
    const first = this.#heap[0];
    const work = first?.work ?? null;
    // Cancelling it from now on is harmless.
    if (first !== undefined) first.work = null;
    this.#drop();
    return work;
  }

  #drop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#down(0);
  }

  #sweep(): void {
    const kept = this.#heap.filter((timer) => timer.work !== null);
    this.#heap = kept.sort((one, other) => (isBefore(one, other) ? -1 : 1));
    this.#cancelled = 0;
  }

  #up(from: number): void {
    const heap = this.#heap;
    const timer = heap[from];
    if (timer === undefined) return;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(timer, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = timer;
  }

  #down(from: number): void {
    const heap = this.#heap;
    const timer = heap[from];
    if (timer === undefined) return;
    let at = from;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      if (left === undefined) break;
      const lower = right !== undefined && isBefore(right, left) ? right : left;
      if (!isBefore(lower, timer)) break;
      heap[at] = lower;
      at = lower === left ? 2 * at + 1 : 2 * at + 2;
    }
    heap[at] = timer;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.due < other.due || (one.due === other.due && one.order < other.order);
}
