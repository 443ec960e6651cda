import type { Clock } from '../ports/clock.ts';
import type { RoundMemory } from '../ports/host.ts';

/**
 * Tells one need of a command from the next one with the same output: each "no" begins a new round. A round counts from
 * the moment it is kept on the disk: one that a power cut would take back would make a met need look new.
 */
export class Rounds {
  readonly #memory: RoundMemory;
  readonly #clock: Clock;
  #round: number | null = null;
  #read = false;
  /** No "yes" was seen in this round yet. */
  #fresh = false;

  constructor(memory: RoundMemory, clock: Clock) {
    this.#memory = memory;
    this.#clock = clock;
  }

  /** The command said no. A further no begins nothing. */
  async end(): Promise<void> {
    if (this.#fresh) return;
    const next = Math.max(((await this.#known()) ?? 0) + 1, Math.floor(this.#clock.now().wall));
    if (!(await this.#memory.keep(next))) return;
    this.#round = next;
    this.#fresh = true;
  }

  /** The name of a need that the command asks for in this round. */
  async name(base: string): Promise<string> {
    this.#fresh = false;
    const round = await this.#known();
    return round === null ? base : `${base}@${round}`;
  }

  async #known(): Promise<number | null> {
    if (!this.#read) this.#round = await this.#memory.read();
    this.#read = true;
    return this.#round;
  }
}
