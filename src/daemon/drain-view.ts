import type { PodView } from '../core/drain/pod.ts';
import type { Reason } from '../core/reasons.ts';
import type { WatchEvent } from '../ports/cluster.ts';

/** The own pods as the watch shows them. Only a complete view can say that no pod is left. */
export class DrainView {
  readonly #pods = new Map<string, PodView>();
  #complete = false;
  #broken: Reason | null = null;

  /** Everything there is was listed, and the watch has run without a break since. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Why the view is not complete; null before the first list. */
  get broken(): Reason | null {
    return this.#broken;
  }

  get pods(): readonly PodView[] {
    return [...this.#pods.values()];
  }

  observe(told: WatchEvent<PodView>): void {
    switch (told.is) {
      case 'listed':
        this.#pods.clear();
        for (const pod of told.objects) this.#pods.set(pod.uid, pod);
        this.#runs();
        return;
      case 'changed':
        this.#pods.set(told.object.uid, told.object);
        return;
      case 'deleted':
        this.#pods.delete(told.object.uid);
        return;
      case 'broken':
        this.#complete = false;
        this.#broken = told.reason;
        return;
      case 'resumed':
        this.#runs();
    }
  }

  #runs(): void {
    this.#complete = true;
    this.#broken = null;
  }
}
