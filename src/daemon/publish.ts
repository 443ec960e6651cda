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
/** The condition follows progress at most this often, so that a drain costs few writes; phases are told at once. */
const progressEvery = 60_000;
const reasonEvery = 5_000;
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
      node.want(after, before.phase.name !== after.phase.name || isStuck(before) !== isStuck(after));
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
  #sentAt = 0;
  #running: Promise<void> | null = null;
  #cancel = () => {};

  constructor(parts: PublishParts) {
    this.#parts = parts;
  }

  want(state: State, atOnce: boolean): void {
    const { seen, current } = state.facts.node;
    if (seen.is !== 'node' || !current || state.phase.name === 'stopped') return;
    const condition = conditionOf(state, this.#parts.clock.now());
    this.#wanted = { condition, status: sentence(state) };
    // What a later version of the Node shows differently is somebody else's doing.
    if (Number(seen.node.resourceVersion) > this.#written && !same(seen.node.condition, condition)) this.#sent = null;
    const shown = this.#sent ?? seen.node.condition;
    if (same(shown, condition) && same(seen.node.condition, condition)) {
      this.#cancel();
      return;
    }
    if (state.phase.name === 'recovering') return;
    const first = atOnce || this.#sentAt === 0 || shown?.status !== condition.status;
    const distance = shown?.reason === condition.reason ? progressEvery : reasonEvery;
    const wait = first ? 0 : this.#sentAt + distance - this.#parts.clock.mono();
    this.#cancel();
    if (wait > 0) this.#cancel = this.#parts.clock.timer(wait, () => void this.flush());
    else void this.flush();
  }

  async flush(): Promise<void> {
    this.#running ??= this.#send().finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  async #send(): Promise<void> {
    while (this.#wanted !== null && !same(this.#sent, this.#wanted.condition)) {
      const { condition, status } = this.#wanted;
      this.#sentAt = this.#parts.clock.mono();
      const written = await this.#parts.cluster.node.publish(condition, status, this.#parts.signal);
      if (written.is !== 'written') {
        if ('reason' in written) this.#parts.log.event('told-failed', { reason: written.reason });
        this.#sent = null;
        return;
      }
      this.#sent = condition;
      this.#written = Number(written.object.resourceVersion);
      // Only the wish of now is worth another request.
      if (same(this.#wanted.condition, condition)) return;
      if (this.#wanted.condition.status === condition.status && this.#wanted.condition.reason === condition.reason)
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
