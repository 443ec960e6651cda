/** Silences that differ by less are the same one. */
const alike = 1_000;
/** So often in a row a watch has to be cut after the same silence, so that servers that restart do not look like a balancer. */
const inARow = 3;
/** What is cut sooner cannot be kept from it: a watch has to live longer than one that ended at once. */
const leastSilence = 10_000;
/** How much of the silence that was found out a watch may last. */
const share = 0.75;

/**
 * After how much silence something on the way to the API server closes a connection, as the watches that were cut have shown.
 *
 * A balancer that does so (HAProxy as kubeadm's guide sets it up: after 35 s) cuts every quiet watch, since bookmarks come about
 * once a minute; a watch that the API server ends before is none that broke. Known for all watches as soon as one has found it
 * out, and for as long as this process lives.
 */
export class Cuts {
  readonly #last = new Map<string, { readonly silence: number; readonly count: number }>();
  #silence: number | null = null;

  /** This watch was cut after so many milliseconds of silence. */
  note(watch: string, silence: number): void {
    const last = this.#last.get(watch);
    const again = last !== undefined && Math.abs(last.silence - silence) < alike;
    const count = again ? last.count + 1 : 1;
    this.#last.set(watch, { silence, count });
    if (count >= inARow && silence >= leastSilence) this.#silence = Math.min(silence, this.#silence ?? silence);
  }

  /** The longest life of a watch that nothing cuts for its silence, in whole seconds; null: there is no such bound. */
  get life(): number | null {
    return this.#silence === null ? null : Math.floor((this.#silence * share) / 1000);
  }
}
