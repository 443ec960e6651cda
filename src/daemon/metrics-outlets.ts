import { isDeepStrictEqual } from 'node:util';
import { serve } from '../control/serve.ts';
import type { MetricsSettings } from '../core/settings.ts';
import { offerMetrics } from '../metrics/listen.ts';
import { keepTextfile } from '../metrics/textfile.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/outlets.ts';

interface Parts {
  readonly clock: Clock;
  readonly log: Log;
  readonly page: () => string;
  readonly signal: AbortSignal;
}

/** The metrics where the configuration wants them: on an address or socket, and in a file. */
export class MetricsOutlets {
  readonly #parts: Parts;
  #settings: MetricsSettings | null = null;
  #end = new AbortController();
  #closed: Promise<unknown> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** In place of what was offered before; that is given up first, as the new address may be part of it. */
  offer(settings: MetricsSettings): void {
    if (isDeepStrictEqual(settings, this.#settings)) return;
    this.#settings = settings;
    this.#end.abort();
    this.#end = new AbortController();
    const signal = AbortSignal.any([this.#parts.signal, this.#end.signal]);
    this.#closed = this.#closed.then(() => this.#offer(settings, signal));
  }

  /** Everything that was offered is closed. */
  async closed(): Promise<void> {
    await this.#closed;
  }

  async #offer({ listen, textfile }: MetricsSettings, signal: AbortSignal): Promise<void> {
    const { clock, log, page } = this.#parts;
    const failed = (error: unknown): void => log.event('internal-error', { why: String(error) });
    const served: Parameters<typeof offerMetrics>[2]['serve'] = (address, handle) =>
      serve(address, handle, { clock, failed });
    await Promise.all([
      listen === null ? undefined : offerMetrics(listen, page, { clock, log, serve: served }, signal),
      textfile === null ? undefined : keepTextfile(textfile, page, { clock, log }, signal),
    ]);
  }
}
