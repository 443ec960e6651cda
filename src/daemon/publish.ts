import type { NodeCondition } from '../core/node-view.ts';
import type { Moment } from '../core/phases/effect.ts';
import type { State } from '../core/phases/state.ts';
import { sentence } from '../core/sentence.ts';
import { conditionOf, type Status, statusOf } from '../core/status.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Log, ServiceManager } from '../ports/outlets.ts';
import { telling } from './moments.ts';

export interface PublishParts {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly manager: ServiceManager;
  readonly signal: AbortSignal;
}

/** Tells the world: log, systemd, the Node's condition and annotation, Events. Nothing here ever delays a decision. */
export interface Publisher {
  state(before: State, after: State): void;
  tell(moment: Moment): void;
  /** The last words before a reboot; ends when they were heard or could not be within ten seconds. */
  announce(method: string): Promise<void>;
  /** Everything told so far was heard or given up. */
  flush(): Promise<void>;
  readonly status: () => Status | null;
}

const announceLimit = 10_000;
/**
 * The condition follows another reason at least this long after the last write. Progress within one reason is told as soon
 * at first, then ever more seldom: a drain that waits does not show its first step for long, and costs few writes.
 */
const reasonEvery = 5_000;
const progressEvery = 60_000;
/**
 * What is over sooner than this is not worth a write: a node without pods goes from its claim to the fence in a tenth of a
 * second, and each write of the Node makes the guarded PATCH that is under way (cordon, restore) a conflict.
 */
const settle = 1_000;
const reasonLogEvery = 3_600_000;

export function createPublisher(parts: PublishParts): Publisher {
  const node = new ConditionWriter(parts);
  let last: State | null = null;
  let logged = { code: '', at: 0 };
  let events: Promise<void> = Promise.resolve();

  const log = (before: State, after: State) => {
    const now = parts.clock.mono();
    if (before.phase.name !== after.phase.name) {
      parts.log.always({ phase: after.phase.name });
      parts.log.event('phase-changed', { from: before.phase.name, to: after.phase.name, reason: after.waits });
      logged = { code: after.waits.code, at: now };
    } else if (after.waits.code !== logged.code) {
      parts.log.event('reason-changed', { reason: after.waits });
      logged = { code: after.waits.code, at: now };
    } else if (now - logged.at > reasonLogEvery && after.phase.name !== 'idle') {
      parts.log.event('still-waiting', { reason: after.waits });
      logged = { code: after.waits.code, at: now };
    }
  };
  const tell = (moment: Moment) => {
    const { code, fields, event } = telling(moment);
    parts.log.event(code, fields);
    const uid = last?.facts.me.uid ?? '';
    if (event === null || uid === '') return;
    events = events.then(async () => {
      const told = await parts.cluster.tell({ ...event, nodeUid: uid }, parts.signal);
      if (told.is === 'failed') parts.log.event('told-failed', { reason: told.reason });
    });
  };
  return {
    state(before, after) {
      last = after;
      log(before, after);
      parts.manager.status(sentence(after));
      node.want(after, { phase: before.phase.name !== after.phase.name, stuck: isStuck(before) !== isStuck(after) });
    },
    tell,
    async announce(method) {
      using deadline = parts.clock.deadline(announceLimit, parts.signal);
      const message = `Drained; asks for the reboot by ${method}`;
      const uid = last?.facts.me.uid ?? '';
      const said = parts.cluster.tell({ type: 'Normal', reason: 'Rebooting', message, nodeUid: uid }, deadline.signal);
      await Promise.race([Promise.all([said, node.flush()]), aborted(deadline.signal)]);
    },
    async flush() {
      await Promise.all([events, node.flush()]);
    },
    status: () => (last === null ? null : statusOf(last, parts.clock.now())),
  };
}

/** Keeps the Node's condition as wanted, one request at a time; what the watch shows differently is put right. */
class ConditionWriter {
  readonly #parts: PublishParts;
  #wanted: { readonly condition: NodeCondition; readonly status: string } | null = null;
  #sent: NodeCondition | null = null;
  /** The Node's resourceVersion after the last write. */
  #written = 0;
  /** When the last write was begun. */
  #sentAt = 0;
  /** Writes in a row that changed nothing but the words of one reason. */
  #progressed = 0;
  #running: Promise<void> | null = null;
  /** When the write that waits is due, by the monotonic clock; null: none waits. */
  #due: number | null = null;
  #cancel = () => {};

  constructor(parts: PublishParts) {
    this.#parts = parts;
  }

  /** `changed`: whether this state is another phase, or stuck where the last one was not, or the other way round. */
  want(state: State, changed: { readonly phase: boolean; readonly stuck: boolean }): void {
    const { seen, current } = state.facts.node;
    if (seen.is !== 'node' || !current || state.phase.name === 'stopped') return;
    const condition = conditionOf(state, this.#parts.clock.now());
    this.#wanted = { condition, status: sentence(state) };
    // What a later version of the Node shows differently is somebody else's doing.
    if (Number(seen.node.resourceVersion) > this.#written && !same(seen.node.condition, condition)) this.#sent = null;
    const shown = this.#sent ?? seen.node.condition;
    if (same(shown, condition) && same(seen.node.condition, condition)) {
      this.#rest();
      return;
    }
    if (state.phase.name === 'recovering') return;
    // The machine goes down next: what is not told now is not told for minutes.
    const leaving = changed.phase && state.phase.name === 'rebooting';
    const atOnce = leaving || changed.stuck || shown?.status !== condition.status;
    this.#dueIn(atOnce ? 0 : this.#distance(shown, condition, changed.phase));
  }

  #distance(shown: NodeCondition, wanted: NodeCondition, otherPhase: boolean): number {
    const progress = Math.min(progressEvery, reasonEvery * 2 ** this.#progressed);
    const distance = shown.reason === wanted.reason ? progress : reasonEvery;
    return otherPhase ? settle : Math.max(settle, this.#sentAt + distance - this.#parts.clock.mono());
  }

  /** The earliest moment counts: what changes all the time is told all the same. */
  #dueIn(wait: number): void {
    const at = this.#parts.clock.mono() + wait;
    if (this.#due !== null && this.#due <= at) return;
    this.#rest();
    if (wait <= 0) {
      void this.#begin(false);
      return;
    }
    this.#due = at;
    this.#cancel = this.#parts.clock.timer(wait, () => void this.#begin(false));
  }

  #rest(): void {
    this.#cancel();
    this.#due = null;
  }

  /** Resolves when what is wanted now was written or could not be. */
  async flush(): Promise<void> {
    await this.#running;
    await this.#begin(true);
  }

  async #begin(all: boolean): Promise<void> {
    this.#rest();
    this.#running ??= this.#send(all).finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  /** `all`: what came to be wanted during a write is written at once, too; else only another status is. */
  async #send(all: boolean): Promise<void> {
    while (this.#wanted !== null && !same(this.#sent, this.#wanted.condition)) {
      const { condition, status } = this.#wanted;
      this.#sentAt = this.#parts.clock.mono();
      const written = await this.#parts.cluster.node.publish(condition, status, this.#parts.signal);
      if (written.is !== 'written') {
        if ('reason' in written) this.#parts.log.event('told-failed', { reason: written.reason });
        this.#sent = null;
        return;
      }
      this.#progressed = this.#sent?.reason === condition.reason ? this.#progressed + 1 : 0;
      this.#sent = condition;
      this.#written = Number(written.object.resourceVersion);
      if (all || this.#wanted.condition.status !== condition.status) continue;
      if (!same(condition, this.#wanted.condition))
        this.#dueIn(this.#distance(condition, this.#wanted.condition, false));
      return;
    }
  }
}

function isStuck({ phase }: State): boolean {
  return 'stuck' in phase && phase.stuck !== null;
}

function same(one: NodeCondition | null, other: NodeCondition): boolean {
  return one !== null && one.status === other.status && one.reason === other.reason && one.message === other.message;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
