import { randomBytes } from 'node:crypto';
import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';
import { after, type Clock, type Deadline, DeadlineError, longestTimer } from '../ports/clock.ts';
import { clockThatSleepsNot } from './asleep.ts';

const mono = clockThatSleepsNot(
  () => performance.now(),
  () => uptime() * 1000,
);

/** The machine's own time and chance: the one file that asks for either. */
export const systemClock: Clock = {
  now: () => ({ mono: mono(), wall: Date.now(), chance: randomBytes(16).toString('hex') }),
  mono,
  sleep,
  timer,
  deadline,
};

function timer(ms: number, then: () => void): () => void {
  const handle = setTimeout(then, Math.min(Math.max(ms, 0), longestTimer));
  return () => clearTimeout(handle);
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = timer(ms, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    signal.addEventListener('abort', abort, { once: true });
  });
}

function deadline(ms: number, signal: AbortSignal): Deadline {
  const controller = new AbortController();
  const follow = () => controller.abort(signal.reason);
  const cancel = after({ mono, timer }, ms, () => controller.abort(new DeadlineError(ms)));
  const dispose = () => {
    cancel();
    signal.removeEventListener('abort', follow);
  };
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  return { signal: controller.signal, [Symbol.dispose]: dispose };
}
