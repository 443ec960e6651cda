import type { FaultName } from './faults.ts';
import type { Plan } from './plan.ts';

/**
 * Decides where faults strike. Each decision has a name and depends on the seed and that name alone, so that taking one strike
 * out of a run leaves the chances of all others as they were.
 */
export class Strikes {
  readonly #plan: Pick<Plan, 'seed' | 'rates' | 'only'>;
  readonly #only: ReadonlySet<string> | null;
  readonly #happened: string[] = [];
  readonly #standing = new Map<string, boolean>();
  /** From here on nothing strikes: the world heals. */
  #over = false;

  constructor(plan: Pick<Plan, 'seed' | 'rates' | 'only'>) {
    this.#plan = plan;
    this.#only = plan.only === null ? null : new Set(plan.only);
  }

  /** The names of those that happened, in order. */
  get happened(): readonly string[] {
    return this.#happened;
  }

  end(): void {
    this.#over = true;
  }

  /**
   * Whether the fault strikes at that place; `place` is unique in the run, such as "node-2/call-311". `times`: how many times as likely
   * as elsewhere it is there.
   */
  at(fault: FaultName, place: string, times = 1): boolean {
    const rate = (this.#plan.rates[fault] ?? 0) * times;
    if (rate === 0 || this.#over || this.chance(`${fault}/${place}`) >= rate) return false;
    return this.take(fault, place);
  }

  /** For faults that come by the clock: milliseconds to the next one; null: it never comes. */
  wait(fault: FaultName, place: string): number | null {
    const rate = this.#plan.rates[fault] ?? 0;
    if (rate === 0) return null;
    return (-Math.log(1 - this.chance(`${fault}/${place}/wait`)) / rate) * 3_600_000;
  }

  /** Whether one whose moment has come may happen; then it counts as one that did. */
  take(fault: FaultName, place: string): boolean {
    const name = `${fault}/${place}`;
    if (this.#over || (this.#only !== null && !this.#only.has(name))) return false;
    this.#happened.push(name);
    return true;
  }

  /** Whether something that lasts is so at that place: asked again and again, it is the same, and happened once. */
  standing(fault: FaultName, place: string): boolean {
    const known = this.#standing.get(`${fault}/${place}`);
    if (known !== undefined) return known;
    const strikes = this.at(fault, place);
    this.#standing.set(`${fault}/${place}`, strikes);
    return strikes;
  }

  /** A number from 0 up to but not 1 that belongs to the seed and this name. */
  chance(name: string): number {
    return hash(`${this.#plan.seed}/${name}`) / 2 ** 32;
  }
}

/** FNV-1a over the UTF-16 units, then the mixing steps of MurmurHash3, so that names which differ in one sign are far apart. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
