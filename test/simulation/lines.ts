import { classify, HttpFailure } from '../../src/http/failure.ts';
import type { LineStream } from '../fakes/server/front.ts';
import type { Network, OnItsWay, OpenStream } from './network.ts';

/** The lines of one watch on their way: they arrive in order, each `back` milliseconds after it was written. */
export class Lines implements OpenStream {
  readonly of: OnItsWay;
  readonly server: LineStream;
  saidAt: number;
  readonly #network: Network;
  readonly #back: number;
  readonly #arrived: string[] = [];
  /** What a silent network holds back; null: it is not silent. */
  #held: (() => void)[] | null = null;
  #end: { readonly error: HttpFailure | null } | null = null;
  #wake: (() => void) | null = null;
  #gone: (() => void) | null = null;

  constructor(network: Network, of: OnItsWay, back: number) {
    this.#network = network;
    this.#back = back;
    this.of = of;
    this.saidAt = network.time.mono();
    this.server = {
      line: (text) => {
        this.saidAt = network.time.mono();
        for (const one of network.linesOf(of, text)) this.#later(() => this.#arrive(one));
      },
      end: () => {
        network.streams.delete(this);
        this.#later(() => this.#over(null));
      },
      onGone: (then) => {
        this.#gone = then;
      },
    };
    network.streams.add(this);
  }

  cut(): void {
    this.#leave();
    this.#over(new HttpFailure('lost', 'the connection was lost'));
  }

  silence(): void {
    this.#held ??= [];
  }

  speak(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const work of held) work();
  }

  /** Until it ends, or the signal is aborted; each line is handed out when `seen` resolves. */
  read(signal: AbortSignal, seen: () => Promise<void>): AsyncIterable<string> {
    const leave = (): void => {
      this.#leave();
      this.#over(classify(signal.reason, signal));
      this.#arrived.length = 0;
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    return this.#read(signal, seen);
  }

  async *#read(signal: AbortSignal, seen: () => Promise<void>): AsyncGenerator<string> {
    try {
      for (;;) {
        const line = this.#arrived.shift();
        if (line !== undefined) {
          await seen();
          if (!signal.aborted) yield line;
        } else if (this.#end === null) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        } else if (this.#end.error === null) return;
        else throw this.#end.error;
      }
    } finally {
      this.#leave();
    }
  }

  #later(work: () => void): void {
    this.#network.time.timer(this.#back, () => {
      if (this.#held === null) work();
      else this.#held.push(work);
    });
  }

  #arrive(line: string): void {
    this.#arrived.push(line);
    this.#wake?.();
  }

  #over(error: HttpFailure | null): void {
    this.#end ??= { error };
    this.#wake?.();
  }

  /** The server notices that its client is gone. */
  #leave(): void {
    if (!this.#network.streams.delete(this)) return;
    this.#gone?.();
  }
}
