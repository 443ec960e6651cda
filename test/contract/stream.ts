import type { KubernetesObject, RestClient, WatchEvent } from '../cluster/rest.ts';
import { within } from '../cluster/waiting.ts';

/** An open watch of a case, with what it told so far. */
export class Stream {
  readonly #events: WatchEvent<unknown>[] = [];
  readonly #controller = new AbortController();
  readonly #done: Promise<void>;
  #ended = false;
  #error: unknown = null;
  #wake: () => void = () => undefined;

  constructor(client: RestClient, path: string) {
    this.#done = this.#read(client, path);
  }

  /** The next event, whenever it comes. */
  async next(): Promise<WatchEvent<unknown>> {
    return await within(10_000, 'an event of the watch', async () => {
      for (;;) {
        const event = this.#events.shift();
        if (event !== undefined) return event;
        if (this.#ended) throw this.#error ?? new Error('the watch ended');
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    });
  }

  /** Events that came and were not asked for; bookmarks do not count. */
  unexpected(): readonly WatchEvent<unknown>[] {
    return this.#events.filter((event) => event.type !== 'BOOKMARK');
  }

  /** Resolves when the server ended it. */
  async ended(): Promise<void> {
    await within(10_000, 'the end of the watch', () => this.#done);
    if (this.#error !== null) throw this.#error;
  }

  /** Resolves when it is over, however. */
  async broken(): Promise<void> {
    await within(20_000, 'the watch to break', () => this.#done);
  }

  async close(): Promise<void> {
    this.#controller.abort();
    await this.#done;
  }

  async #read(client: RestClient, path: string): Promise<void> {
    try {
      for await (const event of client.watch<KubernetesObject>(path, {}, this.#controller.signal)) {
        this.#events.push(event);
        this.#wake();
      }
    } catch (error) {
      this.#error = this.#controller.signal.aborted ? null : error;
    }
    this.#ended = true;
    this.#wake();
  }
}
