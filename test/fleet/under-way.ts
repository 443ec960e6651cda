import type { HttpClient } from '../../src/http/client.ts';
import type { ManualClock } from '../fakes/clock.ts';

/** How many requests wait for the head of their answer. */
export class UnderWay {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  over(http: HttpClient): HttpClient {
    return {
      target: http.target,
      send: (request, signal) => this.#during(http.send(request, signal)),
      stream: (request, signal) => this.#during(http.stream(request, signal)),
      retire: () => http.retire(),
    };
  }

  async #during<T>(answer: Promise<T>): Promise<T> {
    this.#count += 1;
    try {
      return await answer;
    } finally {
      this.#count -= 1;
    }
  }
}

/**
 * Moves time on to the next timer as often as it takes; not while a request is under way whose answer comes, so that no
 * deadline passes because this machine is slow.
 */
export async function advance(
  clock: ManualClock,
  underWay: UnderWay,
  until: () => boolean,
  frozen = () => false,
): Promise<void> {
  while (!until()) {
    await turns(1);
    while (underWay.count > 0 && !frozen()) await turns(1);
    await turns(1);
    if (!until()) await clock.step();
  }
}

/** Turns of the event loop that have looked at sockets. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
}
