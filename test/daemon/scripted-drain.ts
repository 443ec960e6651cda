import type { EvictionAnswer } from '../../src/core/drain/eviction-answer.ts';
import type { PodView } from '../../src/core/drain/pod.ts';
import type { DrainEnd } from '../../src/core/phases/facts.ts';
import { type Reason, reasonSentence } from '../../src/core/reasons.ts';
import { drain } from '../../src/daemon/perform-drain.ts';
import type { OwnPods, WatchEvent } from '../../src/ports/cluster.ts';
import { ManualClock } from '../fakes/clock.ts';
import { settings } from '../fleet/fleet.ts';
import { quietLog } from '../sentinel/quiet-log.ts';

type Watched = WatchEvent<PodView> | 'end' | Error;

/** Pods whose watch and whose evictions' answers are given by hand. */
class ScriptedPods implements OwnPods {
  readonly asked: { readonly pod: string; answer(answer: EvictionAnswer | Error): void }[] = [];
  readonly #events: Watched[] = [];
  #wake = () => {};

  tell(...events: readonly Watched[]): void {
    this.#events.push(...events);
    this.#wake();
  }

  async *watch(signal: AbortSignal): AsyncGenerator<WatchEvent<PodView>, void, undefined> {
    signal.addEventListener('abort', () => this.tell('end'), { once: true });
    for (;;) {
      const next = this.#events.shift();
      if (next === 'end') return;
      if (next instanceof Error) throw next;
      if (next !== undefined) yield next;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }

  list(): ReturnType<OwnPods['list']> {
    throw new Error('a drain never lists by itself');
  }

  evict(of: PodView, _how: unknown, signal: AbortSignal): Promise<EvictionAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<EvictionAnswer>();
    const answer = (given: EvictionAnswer | Error) => (given instanceof Error ? reject(given) : resolve(given));
    signal.addEventListener('abort', () => answer(status(0, 'the request was given up')), { once: true });
    this.asked.push({ pod: of.name, answer });
    return promise;
  }
}

export const status = (code: number, message = ''): EvictionAnswer => ({
  status: code,
  message,
  causes: [],
  retryAfter: null,
});

export const blockedBy = (budget: string): EvictionAnswer => ({
  ...status(429, 'Cannot evict pod as it would violate the pod’s disruption budget.'),
  causes: [{ reason: 'DisruptionBudget', message: `The disruption budget ${budget} needs 1 healthy pods` }],
});

/** A drain that has begun, and what it says. */
export function startDrain(timeoutOfDeletes: number | null = null) {
  const clock = new ManualClock();
  const pods = new ScriptedPods();
  const told: Reason[] = [];
  const log = quietLog();
  const stop = new AbortController();
  let end: DrainEnd | null = null;
  const parts = {
    pods,
    clock,
    log,
    spared: [],
    settings: { ...settings.drain, skipWaitForDeleteTimeout: timeoutOfDeletes },
    progress: (of: Reason) => void told.push(of),
  };
  const ended = drain(parts, stop.signal).then((how) => {
    end = how;
    return how;
  });
  return { clock, pods, told, log, stop, ended, end: () => end, last: () => sentenceOf(told.at(-1)) };
}

export function sentenceOf(of: Reason | undefined): string {
  return of === undefined ? '' : reasonSentence(of);
}

export const listed = (...objects: readonly PodView[]): Watched => ({ is: 'listed', objects });
