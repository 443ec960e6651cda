import { after, type Clock } from '../../../src/ports/clock.ts';
import type { Api, ApiAnswer } from '../api/api.ts';
import type { ApiError } from '../api/errors.ts';
import { type JsonMap, mapAt } from '../api/object.ts';
import { type ApiRequest, header, type RequestInfo, requestInfo } from '../api/request.ts';
import type { Watch } from '../api/watch.ts';
import type { Audit } from './audit.ts';
import type { Faults } from './faults.ts';
import type { Hold } from './hold.ts';
import type { Seen } from './which.ts';

/** The way back to one client, whatever carries it. All calls are harmless once the client is gone. */
export interface Exchange {
  answer(code: number, headers: Readonly<Record<string, string>>, body: string): void;
  /** Begins an answer of lines. */
  stream(): LineStream;
  /** Cuts the connection. */
  cut(): void;
}

export interface LineStream {
  line(text: string): void;
  end(): void;
  /** Calls `then` when the client is gone. */
  onGone(then: () => void): void;
}

export interface FrontOptions {
  readonly api: Api;
  readonly audit: Audit;
  readonly faults: Faults;
  readonly clock: Clock;
  /** Milliseconds between two bookmarks of a watch. */
  readonly bookmarkEvery: number;
}

/** A last bookmark is sent so long before the server ends a watch. */
const bookmarkBeforeEnd = 2000;

/** Between a carrier and the API: faults, the audit log, and what a watch needs of time. Knows nothing of HTTP or TLS. */
export class Front {
  readonly #options: FrontOptions;
  /** Of what is stored, and so never changed: an object is told as it was answered. */
  readonly #texts = new WeakMap<JsonMap, string>();

  constructor(options: FrontOptions) {
    this.#options = options;
  }

  receive(request: ApiRequest, exchange: Exchange): void {
    const received = this.#options.clock.now().wall;
    const info = requestInfo(request.method, request.target);
    const seen = seenOf(request, info);
    const fate = this.#options.faults.fateOf(seen);
    switch (fate?.is) {
      case undefined:
        this.#answer(this.#carryOut(request, info, received), request, exchange, received);
        return;
      case 'answer lost':
        this.#carryOut(request, info, received);
        exchange.cut();
        return;
      case 'never arrives':
        exchange.cut();
        return;
      case 'answered':
        this.#refuse(fate.error, fate.headers, request, exchange, received);
        return;
      case 'held':
        this.#hold(fate.hold, seen, request, exchange, received);
        return;
    }
  }

  #carryOut(request: ApiRequest, info: RequestInfo, received: number): ApiAnswer {
    const { api, audit } = this.#options;
    const answer = api.handle(request, info);
    audit.write(request, answer, received, answer.is === 'watch' ? 'ResponseStarted' : 'ResponseComplete');
    return answer;
  }

  #refuse(
    error: ApiError,
    headers: Readonly<Record<string, string>>,
    request: ApiRequest,
    exchange: Exchange,
    received: number,
  ): void {
    const info = requestInfo(request.method, request.target);
    const answer: ApiAnswer = { is: 'body', info, impersonated: null, code: error.code, body: error.status };
    this.#options.audit.write(request, answer, received, 'ResponseComplete');
    exchange.answer(error.code, { ...json, ...headers }, JSON.stringify(error.status));
  }

  #hold(hold: Hold, seen: Seen, request: ApiRequest, exchange: Exchange, received: number): void {
    let answer = hold.at === 'after' ? this.#carryOut(request, seen.info, received) : null;
    let over = false;
    hold.take({
      seen,
      land: () => {
        if (over) return;
        over = true;
        answer ??= this.#carryOut(request, seen.info, received);
        this.#answer(answer, request, exchange, received);
      },
      cut: () => exchange.cut(),
      drop: () => {
        over = true;
        exchange.cut();
      },
    });
  }

  #answer(answer: ApiAnswer, request: ApiRequest, exchange: Exchange, received: number): void {
    switch (answer.is) {
      case 'body':
        exchange.answer(answer.code, { ...json, ...retryAfter(answer.body) }, this.#text(answer.body));
        return;
      case 'text':
        exchange.answer(answer.code, { 'content-type': 'text/plain; charset=utf-8' }, answer.text);
        return;
      case 'watch':
        this.#watch(answer, answer.watch, request, exchange, received);
        return;
    }
  }

  #watch(answer: ApiAnswer, watch: Watch, request: ApiRequest, exchange: Exchange, received: number): void {
    const { faults, audit, clock, bookmarkEvery } = this.#options;
    const lines = exchange.stream();
    const timers: (() => void)[] = [];
    const close = (): void => {
      for (const cancel of timers.splice(0)) cancel();
      faults.closed(watch);
      audit.write(request, answer, received, 'ResponseComplete');
    };
    const remind = (): void => {
      watch.bookmark();
      timers.push(clock.timer(bookmarkEvery, remind));
    };
    const whole = watch.timeoutSeconds * 1000;
    timers.push(after(clock, whole, () => watch.end()));
    timers.push(after(clock, Math.max(0, whole - bookmarkBeforeEnd), () => watch.bookmark()));
    timers.push(clock.timer(bookmarkEvery, remind));
    faults.opened(watch);
    lines.onGone(() => watch.end());
    watch.open({
      event: ({ type, object }) => lines.line(`{"type":"${type}","object":${this.#text(object)}}`),
      end: () => {
        close();
        lines.end();
      },
      cut: () => {
        close();
        exchange.cut();
      },
    });
  }

  #text(object: JsonMap): string {
    const known = this.#texts.get(object);
    if (known !== undefined) return known;
    const text = JSON.stringify(object);
    if (Object.isFrozen(object)) this.#texts.set(object, text);
    return text;
  }
}

const json = { 'content-type': 'application/json' };

/** As the API server does: a Status that says when to come back says it in the header as well. */
function retryAfter(body: JsonMap): Readonly<Record<string, string>> {
  const seconds = body.kind === 'Status' ? mapAt(body, 'details').retryAfterSeconds : undefined;
  return typeof seconds === 'number' && seconds > 0 ? { 'retry-after': String(seconds) } : {};
}

function seenOf(request: ApiRequest, info: RequestInfo): Seen {
  return {
    info,
    user: request.user.name,
    impersonate: header(request, 'impersonate-user'),
    body: request.body,
  };
}
