import type { NodeCondition, NodeSnapshot } from '../core/node-view.ts';
import type { PhaseName, State } from '../core/phases/state.ts';
import type { Reason } from '../core/reasons.ts';
import { conditionOf } from '../core/status.ts';
import type { Clock } from '../ports/clock.ts';
import type { OwnNode } from '../ports/cluster.ts';
import type { Log } from '../ports/outlets.ts';
import { isPassing } from './passing.ts';

export interface ConditionParts {
  readonly node: Pick<OwnNode, 'publish'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * What is over sooner than this is not worth a write: a node without pods goes from its claim to the fence in a tenth of a
 * second, and each write of the Node makes the guarded PATCH that is under way (cordon, restore) a conflict.
 */
const settle = 1_000;
/** Between a write and the next for another reason. */
const reasonEvery = 5_000;
/** How long a reason that is over in a moment as a rule has to last to be written. */
const passingFor = 10_000;
/**
 * Between a write and the next for the same reason in other words: soon at first, so that a drain does not show its first
 * step for long, then doubling up to this: progress of the few, the waiting of the many.
 */
const wordsEvery = { busy: 60_000, queued: 600_000, quiet: 3_600_000 } as const;
/** A node that holds nothing writes at most so often in an hour, whatever happens: thousands of them share one etcd. */
const mostAnHour = 12;
const hour = 3_600_000;
const afterFailure = 60_000;

/**
 * Keeps the Node's condition and its status annotation as wanted, one request at a time; what the watch shows differently is
 * put right. Another status (True, False, Unknown), a reboot, and that a person is needed are written at once; another phase
 * when it has lasted a second; everything else with distance. What is to stand after a stop waits for `flush`, the last words.
 */
export class ConditionWriter {
  readonly #parts: ConditionParts;
  #state: State | null = null;
  #wanted: NodeCondition | null = null;
  /** What is wanted may not wait. */
  #urgent = false;
  #otherPhase = false;
  /** Since when (monotonic) something else is wanted than the Node shows. */
  #differsSince: number | null = null;
  #passingSince: number | null = null;
  #sent: NodeCondition | null = null;
  /** The Node's resourceVersion after the last write. */
  #written = 0;
  /** The newest resourceVersion that the Node was seen with. */
  #seen = 0;
  /** When (monotonic) the last writes were begun. */
  #begun: readonly number[] = [];
  /** Writes in a row that changed nothing but the words of one reason. */
  #worded = 0;
  #notBefore = 0;
  #failure = { why: '', at: 0 };
  #running: Promise<void> | null = null;
  #cancel = () => {};

  constructor(parts: ConditionParts) {
    this.#parts = parts;
    parts.signal.addEventListener('abort', () => this.#cancel(), { once: true });
  }

  /** `changed`: whether this state is another phase, or stuck where the last one was not, or the other way round. */
  want(state: State, changed: { readonly phase: boolean; readonly stuck: boolean }): void {
    const { seen, current } = state.facts.node;
    const { clock, signal } = this.#parts;
    if (signal.aborted || state.phase.name === 'stopped') {
      this.#cancel();
      this.#state = null;
      // The next start puts the rest right; after a stop none need come, and what stands here stands for ever.
      if (state.waits.code === 'service-ended' && seen.is === 'node') this.#wanted = conditionOf(state, clock.now());
      return;
    }
    if (seen.is !== 'node' || !current) return;
    // Recovery is over in a moment as a rule; what it has to wait for is told.
    if (state.phase.name === 'recovering' && isPassing(state.waits)) return;
    const condition = conditionOf(state, clock.now());
    this.#state = state;
    this.#wanted = condition;
    // The machine goes down next: what is not told now is not told for minutes.
    this.#urgent ||= changed.stuck || (changed.phase && state.phase.name === 'rebooting');
    this.#otherPhase ||= changed.phase;
    this.#passingSince = isPassing(state.waits) ? (this.#passingSince ?? clock.mono()) : null;
    this.#look(seen.node, condition);
    const shown = this.#sent ?? seen.node.condition;
    this.#cancel();
    if (same(shown, condition) && same(seen.node.condition, condition)) {
      this.#nothingNew();
      return;
    }
    this.#differsSince ??= clock.mono();
    const wait = this.#due(state.phase.name, shown, condition) - clock.mono();
    if (wait > 0) this.#cancel = clock.timer(wait, this.#again);
    else void this.flush();
  }

  /** What a later version of the Node shows differently is somebody else's doing; a restored etcd counts from an older one on. */
  #look({ resourceVersion, condition }: NodeSnapshot, wanted: NodeCondition): void {
    const version = Number(resourceVersion);
    if (version < this.#seen) this.#written = 0;
    this.#seen = version;
    if (version > this.#written && !same(condition, wanted)) this.#sent = null;
  }

  /** What is wanted now was written, or could not be. */
  async flush(): Promise<void> {
    // The write under way may be that of an older wish.
    if (this.#running !== null) await this.#running;
    if (this.#wanted === null || same(this.#sent, this.#wanted)) return;
    this.#running ??= this.#send(this.#wanted).finally(() => {
      this.#running = null;
      this.#again();
    });
    await this.#running;
  }

  readonly #again = (): void => {
    if (this.#state !== null && this.#wanted !== null && !same(this.#sent, this.#wanted))
      this.want(this.#state, { phase: false, stuck: false });
  };

  /** The moment (monotonic) at which the condition is to be written. */
  #due(phase: PhaseName, shown: NodeCondition | null, condition: NodeCondition): number {
    const last = this.#begun.at(-1);
    if (last === undefined) return this.#notBefore;
    const bound = Math.max(this.#notBefore, phase in quiet ? this.#nextOfHour() : 0);
    if (this.#urgent || shown?.status !== condition.status) return bound;
    if (this.#passingSince !== null) return Math.max(bound, this.#passingSince + passingFor);
    const settled = Math.max(bound, (this.#differsSince ?? 0) + settle);
    if (this.#otherPhase) return settled;
    const words = Math.min(reasonEvery * 2 ** this.#worded, wordsEvery[quiet[phase] ?? 'busy']);
    const distance = shown.reason === condition.reason ? words : reasonEvery;
    return Math.max(settled, last + distance);
  }

  #nothingNew(): void {
    this.#urgent = false;
    this.#otherPhase = false;
    this.#differsSince = null;
  }

  #nextOfHour(): number {
    const oldest = this.#begun.at(-mostAnHour);
    return oldest === undefined ? 0 : oldest + hour;
  }

  async #send(condition: NodeCondition): Promise<void> {
    const { clock, node, signal } = this.#parts;
    this.#begun = [...this.#begun, clock.mono()].slice(-mostAnHour);
    this.#nothingNew();
    const written = await node.publish(condition, condition.message, signal);
    if (written.is === 'written') {
      this.#worded = this.#sent?.reason === condition.reason ? this.#worded + 1 : 0;
      this.#sent = condition;
      this.#written = Number(written.object.resourceVersion);
      this.#failure = { why: '', at: 0 };
      return;
    }
    this.#sent = null;
    this.#notBefore = clock.mono() + afterFailure;
    if ('reason' in written) this.#failed(written.reason);
  }

  /** A failure is told once for each cause, and once an hour. */
  #failed(reason: Reason): void {
    const { clock, log } = this.#parts;
    const why = JSON.stringify(reason);
    if (this.#failure.why === why && clock.mono() - this.#failure.at < hour) return;
    this.#failure = { why, at: clock.mono() };
    log.event('told-failed', { reason });
  }
}

/** Phases in which nothing is held, as thousands of nodes may be at once; in the queue there are 32 at most. */
const quiet: Readonly<Partial<Record<PhaseName, 'queued' | 'quiet'>>> = {
  idle: 'quiet',
  waiting: 'quiet',
  queued: 'queued',
};

function same(one: NodeCondition | null, other: NodeCondition): boolean {
  return one !== null && one.status === other.status && one.reason === other.reason && one.message === other.message;
}
