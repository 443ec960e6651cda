import type { PodBlocker } from '../core/blockers/settings.ts';
import { type EvictionMeaning, evictionMeaning } from '../core/drain/eviction-answer.ts';
import { type PodVerdict, planDrain } from '../core/drain/plan.ts';
import type { PodView } from '../core/drain/pod.ts';
import { isFinal } from '../core/drain/refusal.ts';
import { podText, remaining, remainingText } from '../core/drain/remaining.ts';
import type { DrainEnd } from '../core/phases/facts.ts';
import { type Reason, reason, reasonSentence } from '../core/reasons.ts';
import type { DrainSettings } from '../core/settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { OwnPods } from '../ports/cluster.ts';
import type { EventCode, Log } from '../ports/outlets.ts';
import { DrainView } from './drain-view.ts';
import { DrainWaits, words } from './drain-waits.ts';

export interface DrainParts {
  readonly pods: OwnPods;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: DrainSettings;
  /** Pods that are against the reboot are not evicted for it; that one of them came ends the drain (kubernetes/pod-blockers.ts). */
  readonly spared: readonly PodBlocker[];
  readonly progress: (of: Reason) => void;
}

/**
 * Evictions under way at once. Each may take the API server ten seconds of its own, and a client has four requests under way
 * at most (http/client.ts): one stays free for the Lease, which is renewed meanwhile.
 */
const parallel = 3;
const relook = 5_000;
/** An eviction that was sent is waited for at most this long; its request's own deadline is 30 s, and it may be sent twice. */
const evictionTime = 75_000;

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
  readonly #view = new DrainView();
  readonly #waits: DrainWaits;
  /** Every pod the plan has named for eviction. */
  readonly #seen = new Set<string>();
  readonly #underWay = new Map<string, Promise<void>>();
  /** Pods whose eviction needs no asking any more; gone they are when the watch says so. */
  readonly #settled = new Set<string>();
  readonly #logged = new Map<string, string>();
  #failed: Reason | null = null;
  #changed = Promise.withResolvers<void>();

  constructor(parts: DrainParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
    this.#waits = new DrainWaits(parts.clock);
    signal.addEventListener('abort', this.#notify, { once: true });
  }

  async end(): Promise<DrainEnd> {
    void this.#follow();
    for (;;) {
      // What notifies from here on is seen by the next round: state is read after the promise was made.
      this.#changed = Promise.withResolvers();
      if (this.#signal.aborted) return { is: 'stopped' };
      if (this.#failed !== null) return { is: 'failed', reason: this.#failed };
      const verdicts = this.#view.complete ? this.#plan() : [];
      const evictions = verdicts.flatMap((verdict) => (verdict.is === 'evict' ? [verdict.pod] : []));
      if (this.#view.complete && evictions.length === 0 && this.#underWay.size === 0) return { is: 'done' };
      this.#begin(evictions);
      this.#tell(verdicts);
      await this.#wait(evictions);
    }
  }

  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#notify);
    await Promise.allSettled(this.#underWay.values());
    this.#stop.abort();
  }

  /** The watch goes on for as long as the drain; one that ends shows nothing any more, so the drain cannot go on. */
  async #follow(): Promise<void> {
    let why = 'the watch of the pods ended';
    try {
      for await (const told of this.#parts.pods.watch(this.#stop.signal)) {
        // All was read anew: an acceptance that the list does not show was undone (a restored etcd), and is asked for again.
        if (told.is === 'listed')
          for (const pod of told.objects) if (pod.deletionTime === null) this.#settled.delete(pod.uid);
        this.#view.observe(told);
        this.#notify();
      }
    } catch (error) {
      why = `the watch of the pods failed: ${error instanceof Error ? error.message : String(error)}`;
    }
    this.#failed ??= reason('drain-failed', { why });
    this.#notify();
  }

  #plan(): readonly PodVerdict[] {
    const { clock, settings, spared } = this.#parts;
    const verdicts = planDrain(this.#view.pods, settings, clock.now().wall, spared);
    for (const verdict of verdicts) if (verdict.is === 'evict') this.#seen.add(verdict.pod.uid);
    return verdicts;
  }

  #begin(pods: readonly PodView[]): void {
    for (const pod of this.#open(pods)) {
      if (this.#underWay.size >= parallel) return;
      if (this.#waits.dueAt(pod.uid) <= this.#parts.clock.mono()) this.#underWay.set(pod.uid, this.#evict(pod));
    }
  }

  /** Pods whose eviction is still to be asked for. */
  #open(pods: readonly PodView[]): readonly PodView[] {
    return pods.filter(({ uid }) => !this.#underWay.has(uid) && !this.#settled.has(uid));
  }

  async #evict(pod: PodView): Promise<void> {
    const { pods, settings, clock } = this.#parts;
    const how = { gracePeriodSeconds: settings.gracePeriodSeconds, dryRun: false };
    // An eviction that was sent is waited for even when the drain is told to stop: then nothing of it lands later.
    using deadline = clock.deadline(evictionTime, new AbortController().signal);
    try {
      this.#note(pod, evictionMeaning(await pods.evict(pod, how, deadline.signal)));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#note(pod, { is: 'retry', why, retryAfter: null });
    }
    this.#underWay.delete(pod.uid);
    this.#notify();
  }

  #note(pod: PodView, meaning: EvictionMeaning): void {
    this.#log(pod, meaning);
    switch (meaning.is) {
      case 'accepted':
        this.#settled.add(pod.uid);
        this.#waits.clear(pod.uid);
        return;
      case 'final':
        this.#fail(pod, meaning);
        return;
      default: {
        const refusal = this.#waits.postpone(pod.uid, meaning);
        if (isFinal(refusal, this.#parts.clock.mono())) this.#fail(pod, meaning);
      }
    }
  }

  #fail(pod: PodView, meaning: EvictionMeaning): void {
    this.#failed ??= reason('drain-failed', { why: `${podText(pod)} cannot be evicted: ${words(meaning)}` });
  }

  /** An answer that only repeats the last one of this pod is no news. */
  #log(pod: PodView, meaning: EvictionMeaning): void {
    const why = words(meaning);
    if (this.#logged.get(pod.uid) === why) return;
    this.#logged.set(pod.uid, why);
    this.#parts.log.event(eventOf[meaning.is], { pod: podText(pod), why });
  }

  #tell(verdicts: readonly PodVerdict[]): void {
    const { broken, complete } = this.#view;
    if (complete) {
      const rest = remaining(this.#seen, verdicts);
      const left = rest.left.map(({ uid }) => uid);
      this.#parts.progress(this.#waits.progress(left, (notes) => remainingText(rest, notes)));
    } else if (broken !== null) {
      const progress = `the pods of this node cannot be seen now: ${reasonSentence(broken)}`;
      this.#parts.progress(reason('draining', { progress }));
    }
  }

  /** Until something changes, or the next eviction is due. */
  async #wait(pods: readonly PodView[]): Promise<void> {
    const { clock, settings } = this.#parts;
    // With no place free only the end of an eviction lets the next begin, and that is a change.
    const due = this.#underWay.size < parallel ? this.#open(pods).map(({ uid }) => this.#waits.dueAt(uid)) : [];
    // A pod that has been ending for too long leaves the plan by time alone.
    if (settings.skipWaitForDeleteTimeout !== null) due.push(clock.mono() + relook);
    const cancel = due.length === 0 ? () => {} : clock.timer(Math.min(...due) - clock.mono(), this.#notify);
    await this.#changed.promise;
    cancel();
  }

  readonly #notify = (): void => this.#changed.resolve();
}

const eventOf: Readonly<Record<EvictionMeaning['is'], EventCode>> = {
  accepted: 'pod-evicted',
  gone: 'pod-gone',
  budget: 'eviction-blocked',
  overload: 'eviction-failed',
  'not-now': 'eviction-failed',
  'terminating-namespace': 'eviction-failed',
  forbidden: 'eviction-failed',
  retry: 'eviction-failed',
  final: 'eviction-failed',
};
