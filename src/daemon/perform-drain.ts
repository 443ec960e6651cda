import { type EvictionMeaning, evictionMeaning } from '../core/drain/eviction-answer.ts';
import { type PodVerdict, planDrain } from '../core/drain/plan.ts';
import type { PodView } from '../core/drain/pod.ts';
import { remaining, remainingText } from '../core/drain/remaining.ts';
import { type Postponed, retryDistance } from '../core/drain/retry-distance.ts';
import type { DrainEnd } from '../core/phases/state.ts';
import { type Reason, reason } from '../core/reasons.ts';
import type { DrainSettings } from '../core/settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { OwnPods, WatchEvent } from '../ports/cluster.ts';
import type { Log } from '../ports/outlets.ts';

export interface DrainParts {
  readonly pods: OwnPods;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: DrainSettings;
  readonly progress: (of: Reason) => void;
}

/** Evictions under way at once. */
const parallel = 5;
const relook = 5_000;

/**
 * Evicts what the plan says and waits until it is gone, by one watch of the own pods. Pods that appear meanwhile are part of
 * it. Ends as `done` only when a complete view of the pods shows none left; as `stopped` when the signal is aborted, after
 * every eviction under way has its answer.
 */
export async function drain(parts: DrainParts, signal: AbortSignal): Promise<DrainEnd> {
  const run = new DrainRun(parts, signal);
  try {
    return await run.end();
  } finally {
    await run.close();
  }
}

class DrainRun {
  readonly #parts: DrainParts;
  readonly #signal: AbortSignal;
  readonly #stop = new AbortController();
  readonly #pods = new Map<string, PodView>();
  readonly #seen = new Set<string>();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #accepted = new Set<string>();
  readonly #waits = new Map<string, string>();
  readonly #refusals = new Map<string, { count: number; until: number }>();
  /** By UID, the budget that refused the pod's eviction last. */
  readonly #budgets = new Map<string, string>();
  #complete = false;
  #failed: Reason | null = null;
  #changed = Promise.withResolvers<void>();

  constructor(parts: DrainParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#notify(), { once: true });
  }

  async end(): Promise<DrainEnd> {
    const following = this.#follow();
    following.catch(() => {});
    for (;;) {
      if (this.#signal.aborted) return { is: 'stopped' };
      if (this.#failed !== null) return { is: 'failed', reason: this.#failed };
      const verdicts = this.#complete ? this.#plan() : [];
      const evictions = verdicts.flatMap((verdict) => (verdict.is === 'evict' ? [verdict.pod] : []));
      if (this.#complete && evictions.length === 0 && this.#underWay.size === 0) return { is: 'done' };
      this.#begin(evictions);
      this.#tell(verdicts);
      await this.#wait(evictions);
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay.values());
    this.#stop.abort();
  }

  async #follow(): Promise<void> {
    for await (const told of this.#parts.pods.watch(this.#stop.signal)) {
      this.#observe(told);
      this.#notify();
    }
  }

  #observe(told: WatchEvent<PodView>): void {
    switch (told.is) {
      case 'listed':
        this.#pods.clear();
        for (const pod of told.objects) this.#pods.set(pod.uid, pod);
        this.#complete = true;
        return;
      case 'changed':
        this.#pods.set(told.object.uid, told.object);
        return;
      case 'deleted':
        this.#pods.delete(told.object.uid);
        return;
      case 'broken':
        this.#complete = false;
        return;
      case 'resumed':
        this.#complete = true;
    }
  }

  #plan(): readonly PodVerdict[] {
    const { clock, settings } = this.#parts;
    const verdicts = planDrain([...this.#pods.values()], settings, clock.now().wall);
    for (const verdict of verdicts) if (verdict.is === 'evict') this.#seen.add(verdict.pod.uid);
    return verdicts;
  }

  #begin(pods: readonly PodView[]): void {
    const { clock } = this.#parts;
    for (const pod of pods) {
      if (this.#underWay.size >= parallel) return;
      const waits = this.#refusals.get(pod.uid);
      const due = waits === undefined || clock.mono() >= waits.until;
      if (this.#underWay.has(pod.uid) || this.#accepted.has(pod.uid) || !due) continue;
      this.#underWay.set(pod.uid, this.#evict(pod));
    }
  }

  async #evict(pod: PodView): Promise<void> {
    const { pods, settings, log } = this.#parts;
    // An eviction that was sent is waited for even when the drain is told to stop: then nothing of it lands later.
    const signal = new AbortController().signal;
    const how = { gracePeriodSeconds: settings.gracePeriodSeconds, dryRun: false };
    const meaning = evictionMeaning(await pods.evict(pod, how, signal));
    this.#underWay.delete(pod.uid);
    this.#note(pod, meaning);
    log.event(meaning.is === 'accepted' ? 'pod-evicted' : 'eviction-blocked', {
      pod: `${pod.namespace}/${pod.name}`,
      why: words(meaning),
    });
    this.#notify();
  }

  #note(pod: PodView, meaning: EvictionMeaning): void {
    this.#waits.delete(pod.uid);
    this.#budgets.delete(pod.uid);
    switch (meaning.is) {
      case 'accepted':
        this.#accepted.add(pod.uid);
        return;
      case 'gone':
        this.#pods.delete(pod.uid);
        return;
      case 'final':
        this.#failed = reason('drain-failed', {
          why: `${pod.namespace}/${pod.name} cannot be evicted: ${meaning.why}`,
        });
        return;
      default:
        this.#distance(pod, meaning);
    }
  }

  #distance(pod: PodView, meaning: Postponed): void {
    const { clock } = this.#parts;
    const count = (this.#refusals.get(pod.uid)?.count ?? 0) + 1;
    this.#refusals.set(pod.uid, { count, until: clock.mono() + retryDistance(meaning, count, clock.now()) });
    this.#waits.set(pod.uid, words(meaning));
    if (meaning.is === 'budget') this.#budgets.set(pod.uid, meaning.name ?? 'of an unknown name');
  }

  #tell(verdicts: readonly PodVerdict[]): void {
    if (!this.#complete) return;
    const rest = remaining(this.#seen, verdicts);
    const progress = remainingText(rest, this.#waits);
    const [budget] = rest.left.flatMap(({ uid }) => this.#budgets.get(uid) ?? []);
    this.#parts.progress(
      budget === undefined ? reason('draining', { progress }) : reason('drain-blocked', { pods: progress, budget }),
    );
  }

  /** Until something changes, or the next eviction is due. */
  async #wait(pods: readonly PodView[]): Promise<void> {
    const { clock, settings } = this.#parts;
    const due = pods.flatMap((pod) => {
      const refusal = this.#refusals.get(pod.uid);
      return refusal === undefined || this.#accepted.has(pod.uid) || this.#underWay.has(pod.uid) ? [] : [refusal.until];
    });
    // A pod that has been ending for too long leaves the plan by time alone.
    if (settings.skipWaitForDeleteTimeout !== null) due.push(clock.mono() + relook);
    const cancel = due.length === 0 ? () => {} : clock.timer(Math.min(...due) - clock.mono(), () => this.#notify());
    await this.#changed.promise;
    cancel();
    this.#changed = Promise.withResolvers();
  }

  #notify(): void {
    this.#changed.resolve();
  }
}

function words(meaning: EvictionMeaning): string {
  switch (meaning.is) {
    case 'accepted':
      return 'accepted';
    case 'gone':
      return 'gone';
    case 'budget':
      return meaning.name === null ? 'a disruption budget' : `budget ${meaning.name}`;
    case 'overload':
      return 'the API server is overloaded';
    case 'terminating-namespace':
      return 'its namespace is being deleted';
    case 'retry':
    case 'final':
      return meaning.why;
  }
}
