import type { PodView } from '../core/drain/pod.ts';
import type { Clock } from '../ports/clock.ts';
import type { OwnPods, WatchEvent } from '../ports/cluster.ts';

/** Longer than the minute after which permission is asked for again while a reboot waits or drains. */
const followFor = 180_000;

/** The pods of this node as a watch tells them, as long as somebody wants to know. */
export class PodsSeen {
  readonly #source: Pick<OwnPods, 'watch'>;
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #pods = new Map<string, PodView>();
  #running: AbortController | null = null;
  #listed = false;
  #cancel = (): void => {};

  constructor(source: Pick<OwnPods, 'watch'>, clock: Clock, changed: () => void) {
    this.#source = source;
    this.#clock = clock;
    this.#changed = changed;
  }

  /** As the watch told them last; null while it does not run. */
  get pods(): readonly PodView[] | null {
    return this.#listed ? [...this.#pods.values()] : null;
  }

  /** Watches for three minutes from now. */
  follow(): void {
    this.#cancel();
    this.#cancel = this.#clock.timer(followFor, () => this.end());
    if (this.#running !== null) return;
    this.#running = new AbortController();
    void this.#run(this.#running.signal);
  }

  end(): void {
    this.#cancel();
    this.#running?.abort();
    this.#running = null;
    this.#listed = false;
  }

  async #run(signal: AbortSignal): Promise<void> {
    for await (const event of this.#source.watch(signal)) {
      if (signal.aborted) return;
      this.#take(event);
      this.#changed();
    }
  }

  #take(event: WatchEvent<PodView>): void {
    switch (event.is) {
      case 'listed':
        this.#pods.clear();
        for (const pod of event.objects) this.#pods.set(pod.uid, pod);
        this.#listed = true;
        return;
      case 'changed':
        this.#pods.set(event.object.uid, event.object);
        return;
      case 'deleted':
        this.#pods.delete(event.object.uid);
        return;
      case 'broken':
        this.#listed = false;
        return;
      case 'resumed':
        this.#listed = true;
        return;
    }
  }
}
