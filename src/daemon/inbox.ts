import type { Event } from '../core/phases/event.ts';

/** Events in the order in which they came, for one reader. Progress that was overtaken by newer progress is dropped. */
export interface Inbox {
  put(event: Event): void;
  /** The next event; waits for one. Null once the inbox is closed and empty. */
  next(): Promise<Event | null>;
  close(): void;
}

export function openInbox(): Inbox {
  const waiting: Event[] = [];
  let wake: (() => void) | null = null;
  let closed = false;

  const arouse = () => {
    wake?.();
    wake = null;
  };
  return {
    put(event) {
      if (closed) return;
      if (event.on === 'drain-progress' && waiting.at(-1)?.on === 'drain-progress') waiting.pop();
      waiting.push(event);
      arouse();
    },
    async next() {
      while (waiting.length === 0) {
        if (closed) return null;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return waiting.shift() ?? null;
    },
    close() {
      closed = true;
      arouse();
    },
  };
}
