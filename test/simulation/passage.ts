import type { Answered } from '../../src/http/client.ts';
import { HttpFailure, type Unanswered, unanswered } from '../../src/http/failure.ts';
import type { User } from '../fakes/api/user.ts';
import type { FalseAnswer } from '../fakes/server/faults.ts';
import type { Exchange, LineStream } from '../fakes/server/front.ts';
import { Lines } from './lines.ts';
import type { Fate, Network, OnItsWay } from './network.ts';

/** What comes of a request that was answered by a stream. */
export interface OpenedLines {
  readonly is: 'lines';
  /** A reader gets each line when `seen` resolves. */
  readonly lines: (seen: () => Promise<void>) => AsyncIterable<string>;
  cut(): void;
}

type Opened = Answered | Unanswered | OpenedLines;

/** One request, from its client to the API server and back. */
export class Passage {
  readonly #network: Network;
  readonly #user: User;
  readonly #of: OnItsWay;
  readonly #fate: Fate;
  /** Null once the client has its answer, or gave up. */
  #tell: ((opened: Opened) => void) | null = null;
  #signal: AbortSignal | null = null;
  #lines: Lines | null = null;
  readonly #giveUp = (): void => this.#fail(this.#signal?.reason);

  constructor(network: Network, user: User, of: OnItsWay) {
    this.#network = network;
    this.#user = user;
    this.#of = of;
    this.#fate = network.fate(of);
  }

  /** Sends it; what has left the machine goes on when the client gives up. */
  open(signal: AbortSignal): Promise<Opened> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(unanswered(signal.reason, signal, 'no'));
      this.#signal = signal;
      this.#tell = resolve;
      signal.addEventListener('abort', this.#giveUp, { once: true });
      this.#send(this.#fate);
    });
  }

  #send(fate: Fate): void {
    const { time } = this.#network;
    switch (fate.is) {
      case 'usual':
        time.timer(fate.there, () => this.#land(fate.back));
        return;
      case 'refused':
        time.timer(fate.after, () => this.#fail(new HttpFailure('unreachable', 'the connection is refused')));
        return;
      case 'broken':
        time.timer(fate.broken, () => this.#fail(new HttpFailure('lost', 'the connection was lost')));
        if (fate.there !== null) time.timer(fate.there, () => this.#land(null));
        return;
      case 'silent':
        if (fate.there !== null) time.timer(fate.there, () => this.#land(null));
        return;
      case 'answered':
        time.timer(fate.there + fate.back, () => this.#answer(fate.answer));
        return;
    }
  }

  /** It takes effect; `back`: milliseconds until its answer is there, null: it never is. */
  #land(back: number | null): void {
    const network = this.#network;
    const lost = (): void => this.#fail(new HttpFailure('lost', 'the connection was lost'));
    if (!network.serving) {
      if (back !== null) lost();
      return;
    }
    network.requests += 1;
    const { method, path, headers } = this.#of.request;
    const request = { user: this.#user, method, target: path, headers, body: network.bodyOf(this.#of) };
    const exchange: Exchange = {
      answer: (status, answered, text) => {
        if (back === null) return;
        network.time.timer(back, () => this.#done({ is: 'answered', status, headers: answered, body: text }));
      },
      stream: () => this.#stream(back),
      cut: () => {
        if (this.#lines === null) lost();
        else this.#lines.cut();
      },
    };
    network.carries = this.#of;
    network.cluster.front.receive(request, exchange);
    network.carries = null;
  }

  #stream(back: number | null): LineStream {
    const lines = new Lines(this.#network, this.#of, back ?? 0);
    this.#lines = lines;
    // Whoever asked is gone or cannot be reached: the server notices it, but not before it has begun.
    if (back === null || this.#tell === null) this.#network.time.timer(0, () => lines.cut());
    else this.#network.time.timer(back, () => this.#opened(lines));
    return lines.server;
  }

  #opened(lines: Lines): void {
    const signal = this.#signal;
    if (this.#tell === null || signal === null) lines.cut();
    else this.#done({ is: 'lines', lines: (seen) => lines.read(signal, seen), cut: () => lines.cut() });
  }

  #answer({ code, message = '', reason = '', retryAfter, details }: FalseAnswer): void {
    const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details };
    const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    this.#done({ is: 'answered', status: code, headers, body: JSON.stringify(status) });
  }

  #fail(error: unknown): void {
    if (this.#signal !== null)
      this.#done(unanswered(error, this.#signal, this.#fate.is === 'refused' ? 'no' : 'maybe'));
  }

  #done(opened: Opened): void {
    const tell = this.#tell;
    if (tell === null) return;
    this.#tell = null;
    this.#signal?.removeEventListener('abort', this.#giveUp);
    tell(opened);
  }
}
