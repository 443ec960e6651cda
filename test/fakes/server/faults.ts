import { ApiError, expired } from '../api/errors.ts';
import type { Json } from '../api/object.ts';
import type { Watch } from '../api/watch.ts';
import type { Snapshot, Store } from '../store.ts';
import { Hold } from './hold.ts';
import { fits, type Seen, type Which } from './which.ts';

/** What is to become of a request instead of the usual. */
export type Fate =
  /** Carried out, and the connection cut before the answer. */
  | { readonly is: 'answer lost' }
  /** The connection cut, nothing carried out. */
  | { readonly is: 'never arrives' }
  /** This answer, nothing carried out. */
  | { readonly is: 'answered'; readonly error: ApiError; readonly headers: Readonly<Record<string, string>> }
  | { readonly is: 'held'; readonly hold: Hold };

export interface FalseAnswer {
  readonly code: number;
  readonly reason?: string;
  readonly message?: string;
  /** Seconds for the Retry-After header. */
  readonly retryAfter?: number;
  readonly details?: { readonly [key: string]: Json };
}

interface Rule {
  readonly which: Which;
  readonly fate: Fate;
  left: number;
}

/** What goes wrong between the clients and the state. Rules are tried in order; the first that fits is taken. */
export class Faults {
  readonly #rules: Rule[] = [];
  readonly #watches = new Set<Watch>();
  readonly #silent = new Set<Which>();
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Holds the next `times` such requests, before or after they take effect. */
  hold(which: Which, at: 'before' | 'after' = 'before', times = 1): Hold {
    const hold = new Hold(at);
    this.#add(which, { is: 'held', hold }, times);
    return hold;
  }

  /** Such requests take effect and nobody hears of it. */
  loseAnswers(which: Which, times = 1): () => void {
    return this.#add(which, { is: 'answer lost' }, times);
  }

  /** Such requests are lost on their way. */
  loseRequests(which: Which, times = 1): () => void {
    return this.#add(which, { is: 'never arrives' }, times);
  }

  /** Such requests get this answer (500, 503, 429 of an overload) and are not carried out. */
  answer(which: Which, answer: FalseAnswer, times = 1): () => void {
    const { code, retryAfter, details, reason = reasons[code] ?? 'InternalError' } = answer;
    const message = answer.message ?? messages[code] ?? `the fake API server answers ${code}`;
    const error = new ApiError({ code, reason, message, ...(details === undefined ? {} : { details }) });
    const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    return this.#add(which, { is: 'answered', error, headers }, times);
  }

  /** Cuts the connections of such open watches. */
  resetWatches(which: Which = {}): void {
    for (const watch of this.watches(which)) watch.cut();
  }

  /** Ends such open watches in good order, as a server does when their time is up. */
  endWatches(which: Which = {}): void {
    for (const watch of this.watches(which)) watch.end();
  }

  /** One ERROR event 410 into such open watches, and their end. */
  expireWatches(which: Which = {}): void {
    for (const watch of this.watches(which)) watch.fail(expired('too old resource version: 1 (2)'));
  }

  /** Such watches, open ones and new ones, say nothing until the answer is called; then all that was missed. */
  silenceWatches(which: Which = {}): () => void {
    this.#silent.add(which);
    for (const watch of this.watches(which)) watch.silence();
    return () => {
      this.#silent.delete(which);
      for (const watch of this.watches(which)) watch.speak();
    };
  }

  /** Forgets the history: a watch or list that resumes from before gets 410. */
  compact(): void {
    this.#store.compact();
  }

  snapshot(): Snapshot {
    return this.#store.snapshot();
  }

  /** An older state comes back, resourceVersions and all; every watch ends. */
  restore(snapshot: Snapshot): void {
    this.#store.restore(snapshot);
  }

  /** The watches that are open now. */
  watches(which: Which = {}): readonly Watch[] {
    return [...this.#watches].filter((watch) => fits(which, watchSeen(watch)));
  }

  /** No more faults; what is held stays held. */
  clear(): void {
    this.#rules.length = 0;
    this.#silent.clear();
    for (const watch of this.#watches) watch.speak();
  }

  /** What is to become of a request; null: the usual. */
  fateOf(seen: Seen): Fate | null {
    const rule = this.#rules.find((each) => each.left > 0 && fits(each.which, seen));
    if (rule === undefined) return null;
    rule.left -= 1;
    return rule.fate;
  }

  opened(watch: Watch): void {
    this.#watches.add(watch);
    if ([...this.#silent].some((which) => fits(which, watchSeen(watch)))) watch.silence();
  }

  closed(watch: Watch): void {
    this.#watches.delete(watch);
  }

  #add(which: Which, fate: Fate, times: number): () => void {
    const rule = { which, fate, left: times };
    this.#rules.push(rule);
    return () => {
      rule.left = 0;
    };
  }
}

const reasons: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

const messages: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  410: 'The provided resource version is too old.',
  429: 'Too many requests, please try again later.',
  500: 'Internal error occurred: etcdserver: request timed out',
  503: 'the server is currently unable to handle the request',
  504: 'Timeout: request did not complete within the allotted timeout',
};

function watchSeen(watch: Watch): Seen {
  return { info: watch.info, user: watch.requester, impersonate: watch.impersonated ?? '', body: '' };
}
