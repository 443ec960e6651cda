import { write } from 'node:fs';
import type { Clock } from '../ports/clock.ts';

/** Lines to a descriptor that never stop the work: a reader that stalls delays nothing, a reader that is gone throws nothing. */
export interface LineStream {
  /** Takes the text for writing; `lost` when too much waits already, or the reader is gone. */
  write(text: string): 'sent' | 'lost';
  /** Resolves when all was written, or after a second; nothing is written afterwards. */
  close(): Promise<void>;
}

/** Characters that may wait for a slow reader. */
const mostWaiting = 1 << 20;
/** Between tries of a pipe that is full and does not block. */
const retryAfter = 100;
const closeWithin = 1000;

/**
 * Writes one chunk at a time, in order, from the main thread (no worker). pino's own destination is not used: its flush at
 * the end of the process never returns once the reader is gone.
 */
export function openLineStream(fd: number, clock: Clock): LineStream {
  let waiting = '';
  let chunk: Buffer = Buffer.alloc(0);
  let broken = false;
  let closed = false;
  let givenUp = false;
  let idle: () => void = () => {};

  const next = (): void => {
    if (chunk.length === 0) {
      chunk = Buffer.from(waiting);
      waiting = '';
    }
    if (chunk.length === 0) idle();
    else write(fd, chunk, written);
  };

  const written = (error: NodeJS.ErrnoException | null, count: number): void => {
    if (error === null) {
      chunk = chunk.subarray(count);
      broken = false;
      next();
    } else if (error.code === 'EAGAIN' && !givenUp) {
      clock.timer(retryAfter, next);
    } else {
      // What could not be written is gone; the next text is a new try.
      chunk = Buffer.alloc(0);
      waiting = '';
      broken = true;
      idle();
    }
  };

  return {
    write(text) {
      if (closed || waiting.length + text.length > mostWaiting) return 'lost';
      const wasBroken = broken;
      const busy = chunk.length > 0;
      waiting += text;
      if (!busy) next();
      return wasBroken ? 'lost' : 'sent';
    },
    async close() {
      closed = true;
      if (chunk.length === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      idle = resolve;
      const cancel = clock.timer(closeWithin, resolve);
      await promise;
      givenUp = true;
      cancel();
    },
  };
}
