/**
 * Lets one piece of work in at a time, in the order of asking. A caller whose signal is aborted stops waiting and gets the
 * signal's reason; work that has begun is not ended by that and keeps the gate shut until it is done.
 *
 * A file system that hangs takes a thread of Node's pool for each call that waits on it, and the pool has four: behind a
 * gate a source never takes more than one, however often it is asked.
 */
export interface Gate {
  enter<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export function openGate(): Gate {
  const waiting = new Set<() => void>();
  let busy = false;

  const leave = (): void => {
    busy = false;
    const [next] = waiting;
    next?.();
  };

  return {
    enter: (work, signal) =>
      new Promise((resolve, reject) => {
        const start = (): void => {
          waiting.delete(start);
          busy = true;
          void work()
            .then(resolve, reject)
            .finally(() => {
              signal.removeEventListener('abort', giveUp);
              leave();
            });
        };
        const giveUp = (): void => {
          waiting.delete(start);
          reject(signal.reason);
        };
        if (signal.aborted) return reject(signal.reason);
        signal.addEventListener('abort', giveUp, { once: true });
        if (busy) waiting.add(start);
        else start();
      }),
  };
}
