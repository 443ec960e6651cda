import { ApiError, expired } from '../api/errors.ts';
import type { Json } from '../api/object.ts';
import type { RequestInfo } from '../api/request.ts';
import type { Watch } from '../api/watch.ts';
import type { Snapshot, Store } from '../store.ts';

/** A request as faults see it, before it is carried out. */
export interface Seen {
  readonly info: RequestInfo;
  readonly user: string;
  /** The user it wants to act as; "" for none. */
  readonly impersonate: string;
  readonly body: string;
}

/** Which requests; what is absent fits all. */
export interface Which {
  /** get, list, watch, create, update, patch, delete. */
  readonly verb?: string;
  readonly resource?: string;
  /** "" means: the object itself. */
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** "system:node:n1" */
  readonly user?: string;
  /** Whether it acts as somebody else. */
  readonly impersonated?: boolean;
  readonly when?: (seen: Seen) => boolean;
}

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

/** A request that is held back. Its client may give up meanwhile; `land` carries it out all the same. */
export interface HeldRequest {
  readonly seen: Seen;
  /** Carries it out (if it was held before that), and answers whoever still listens. */
  land(): void;
  /** Cuts the connection now. Held before its effect it can still land. */
  cut(): void;
  /** Cuts the connection; it will never take effect. */
  drop(): void;
}

/** Holds back requests until they are let go, one by one. */
export class Hold {
  readonly at: 'before' | 'after';
  readonly held: HeldRequest[] = [];
  readonly #waiting: ((request: HeldRequest) => void)[] = [];
  #taken = 0;

  constructor(at: 'before' | 'after') {
    this.at = at;
  }

  /** The next request that was or will be held, in order of arrival. */
  next(): Promise<HeldRequest> {
    const already = this.held[this.#taken];
    this.#taken += 1;
    return already === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(already);
  }

  take(request: HeldRequest): void {
    this.held.push(request);
    this.#waiting.shift()?.(request);
  }
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

function fits(which: Which, seen: Seen): boolean {
  const { info } = seen;
  return (
    (which.verb === undefined || which.verb === info.verb) &&
    (which.resource === undefined || which.resource === info.resource) &&
    (which.subresource === undefined || which.subresource === info.subresource) &&
    (which.namespace === undefined || which.namespace === info.namespace) &&
    (which.name === undefined || which.name === info.name) &&
    (which.user === undefined || which.user === seen.user) &&
    (which.impersonated === undefined || which.impersonated === (seen.impersonate !== '')) &&
    (which.when === undefined || which.when(seen))
  );
}
