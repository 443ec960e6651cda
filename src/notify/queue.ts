import type { Notice, NoticeOutcome } from '../core/notice.ts';
import { fraction } from '../core/now.ts';
import type { Reason } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/outlets.ts';
import type { TargetsReading } from './files.ts';
import type { Delivery, Message } from './message.ts';
import type { Target } from './targets.ts';

/** What is kept on the disk: what is still to be sent, to whom, and which needs were told. */
export interface Outbox {
  readonly unsent: readonly { readonly target: string; readonly message: Message }[];
  readonly told: readonly string[];
}

export interface OutboxStore {
  /** Null: nothing was kept, or it cannot be read. */
  read(): Promise<Outbox | null>;
  keep(outbox: Outbox): Promise<Reason | null>;
}

export interface QueueParts {
  readonly targets: () => Promise<TargetsReading>;
  readonly deliver: (target: Target, message: Message, signal: AbortSignal) => Promise<Delivery>;
  readonly store: OutboxStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of each try's outcome, and of each message that is given up. */
  readonly count: (outcome: NoticeOutcome) => void;
  readonly signal: AbortSignal;
}

interface Item {
  readonly target: string;
  readonly message: Message;
}

/** Above this the oldest goes: nobody reads of a reboot that is ten reboots ago. */
export const mostUnsent = 24;
/** Bytes of what is kept: the memory's file has room for this beside all else. */
export const mostKept = 48 * 1024;
const mostTold = 16;
/** A message that could not be sent for so long is no news any more. */
export const longestAge = 86_400_000;
const firstPause = 5_000;
const longestPause = 600_000;

/**
 * Messages on their way, a line for each receiver: one that hangs delays no other, and nobody waits for any. What is in
 * the queue is on the disk before it is sent, so that it is sent after a reboot: a message can come twice, and is never lost by one.
 */
export class NoticeQueue {
  readonly #parts: QueueParts;
  readonly #busy = new Map<string, PromiseWithResolvers<void>>();
  readonly #lines = new Set<string>();
  #items: readonly Item[] = [];
  #told: readonly string[] = [];
  #adding: Promise<void>;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.#adding = this.#restore();
  }

  /** Puts a message in; `once` names what is told a single time, over restarts as well. */
  tell(notice: Notice & { readonly text: string }, once: string | null): void {
    const id = this.#parts.clock.now().chance;
    this.#adding = this.#adding.then(() => this.#add({ ...notice, id }, once));
  }

  /** Resolves when each message was tried, and those that could not be sent wait for their next try. */
  async flush(): Promise<void> {
    await this.#adding;
    while (this.#busy.size > 0) await Promise.all([...this.#busy.values()].map(({ promise }) => promise));
  }

  async #restore(): Promise<void> {
    const kept = await this.#parts.store.read();
    if (kept === null) return;
    this.#told = kept.told;
    this.#items = kept.unsent;
    for (const { target } of kept.unsent) this.#begin(target);
  }

  async #add(message: Message, once: string | null): Promise<void> {
    if (once !== null && this.#told.includes(once)) return;
    // Whatever becomes of it: what is told once is not complained about at every decision either.
    if (once !== null) this.#told = [...this.#told, once].slice(-mostTold);
    const { targets, problems } = await this.#parts.targets();
    for (const { file, message: why } of problems) this.#lost({ file, why });
    if (targets.length === 0) return;
    const all = [...this.#items, ...targets.map(({ key }) => ({ target: key, message }))];
    const kept = bounded(all);
    const over = all.length - kept.length;
    if (over > 0) this.#lost({ why: 'too many messages wait', count: over });
    this.#items = kept;
    await this.#keep();
    for (const { key } of targets) this.#begin(key);
  }

  #begin(target: string): void {
    if (this.#lines.has(target)) return;
    this.#lines.add(target);
    this.#busy.set(target, Promise.withResolvers());
    void this.#line(target).finally(() => {
      this.#lines.delete(target);
      this.#rest(target);
    });
  }

  #rest(target: string): void {
    this.#busy.get(target)?.resolve();
    this.#busy.delete(target);
  }

  /** Sends what is there for one receiver, one after the other, in the order it was told. */
  async #line(key: string): Promise<void> {
    const { signal, clock } = this.#parts;
    for (let tries = 0; !signal.aborted; ) {
      const item = this.#items.find(({ target }) => target === key);
      if (item === undefined) return;
      if (!this.#busy.has(key)) this.#busy.set(key, Promise.withResolvers());
      const pause = await this.#try(item, tries);
      if (signal.aborted) return;
      tries = pause === null ? 0 : tries + 1;
      if (pause === null) continue;
      this.#rest(key);
      await clock.sleep(pause, signal).catch(() => {});
    }
  }

  /** Null: it is done with; else the milliseconds until the next try. */
  async #try(item: Item, tries: number): Promise<number | null> {
    const { log, clock, signal } = this.#parts;
    const { targets, problems } = await this.#parts.targets();
    const target = targets.find(({ key }) => key === item.target);
    const [problem] = problems;
    if (target === undefined && problem === undefined) {
      return await this.#done(item, { why: 'its receiver is not configured any more' });
    }
    // A file that cannot be read now may be there again soon.
    const delivery: Delivery =
      target === undefined
        ? { is: 'failed', why: problem?.message ?? '', after: null }
        : await this.#parts.deliver(target, item.message, signal);
    if (signal.aborted) return 0;
    const receiver = target?.name ?? problem?.file ?? '';
    if (delivery.is === 'sent') return await this.#done(item, null, receiver);
    const now = clock.now();
    const old = now.wall - Date.parse(item.message.at) > longestAge;
    if (delivery.is === 'refused' || old) return await this.#done(item, { why: delivery.why, receiver });
    this.#parts.count('failed');
    if (tries === 0) log.event('notification-delayed', { why: delivery.why, receiver });
    const usual = Math.min(firstPause * 2 ** Math.min(tries, 10), longestPause);
    return Math.max(delivery.after ?? 0, usual) * (1 + fraction(now) / 4);
  }

  async #done(item: Item, lost: { why: string; receiver?: string } | null, receiver = ''): Promise<null> {
    const { log, count } = this.#parts;
    if (lost !== null) this.#lost(lost);
    else {
      log.event('notification-sent', { receiver, why: item.message.moment });
      count('sent');
    }
    this.#items = this.#items.filter((other) => other !== item);
    await this.#keep();
    return null;
  }

  #lost(fields: {
    readonly why: string;
    readonly receiver?: string;
    readonly file?: string;
    readonly count?: number;
  }): void {
    this.#parts.log.event('notification-lost', fields);
    for (let n = fields.count ?? 1; n > 0; n -= 1) this.#parts.count('lost');
  }

  async #keep(): Promise<void> {
    const problem = await this.#parts.store.keep({ unsent: this.#items, told: this.#told });
    if (problem !== null) this.#parts.log.event('memory-unusable', { reason: problem });
  }
}

/** The newest of them, so many as may be kept. */
function bounded(items: readonly Item[]): readonly Item[] {
  let kept = items.slice(-mostUnsent);
  while (Buffer.byteLength(JSON.stringify(kept)) > mostKept) kept = kept.slice(1);
  return kept;
}
