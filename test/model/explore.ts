import { Joint, type NumberedStep } from './joint.ts';
import { neverRests } from './liveness.ts';
import { type Fault, faults, type Model } from './parts.ts';
import { Numbers, Rows } from './rows.ts';

/** What a run found. */
export interface Explored {
  readonly states: number;
  readonly steps: number;
  /** How many steps the longest of the shortest ways to a state has; all states up to here were visited. */
  readonly depth: number;
  /** Every reachable state was visited. */
  readonly exhausted: boolean;
  readonly spaces: string;
  /** The first broken law, with the shortest way to it; null: none. */
  readonly broken: Broken | null;
}

export interface Broken {
  readonly law: string;
  readonly story: readonly string[];
}

/** Breadth-first through every joint state that can be reached; liveness is judged when all were. */
export function explore(model: Model, mostStates: number): Explored {
  return new Exploration(model).run(mostStates);
}

class Exploration {
  readonly #model: Model;
  readonly #joint: Joint;
  readonly #rows: Rows;
  readonly #budgets: string[] = [];
  readonly #budgetNumbers = new Map<string, number>();
  readonly #parents = new Numbers();
  readonly #ways = new Numbers();
  readonly #words: string[] = [];
  readonly #wordNumbers = new Map<string, number>();
  /** The steps without a fault, as pairs from and to: by these alone every state has to come to rest. */
  readonly #from = new Numbers();
  readonly #to = new Numbers();
  #steps = 0;

  constructor(model: Model) {
    this.#model = model;
    this.#joint = new Joint(model);
    this.#rows = new Rows(model.nodes + 2);
  }

  run(mostStates: number): Explored {
    const { lease, machines } = this.#joint.first();
    const budget = faults.map((fault) => this.#model.faults[fault] ?? 0).join(' ');
    this.#visit(Int32Array.from([lease, ...machines, this.#budgetNumber(budget)]), -1, 'the first state');
    let levelEnds = 1;
    let depth = 0;
    for (let at = 0; at < this.#rows.size; at += 1) {
      if (at === levelEnds) {
        depth += 1;
        levelEnds = this.#rows.size;
      }
      const broken = this.#expand(at);
      if (broken !== null) return this.#found(depth, false, broken);
      if (this.#rows.size >= mostStates) return this.#found(depth, false, null);
    }
    return this.#found(depth, true, this.#neverRests());
  }

  #expand(at: number): Broken | null {
    const row = this.#rows.row(at).slice();
    for (const place of this.#joint.places(row)) {
      for (const step of this.#joint.steps(row, place)) {
        const next = this.#after(row, place, step);
        if (next === null) continue;
        this.#steps += 1;
        const number = this.#visit(next, at, step.what);
        if (step.fault === null) {
          this.#from.push(at);
          this.#to.push(number);
        }
        const law = step.breach ?? this.#tooManyOut(next);
        if (law !== null) return { law, story: [...this.#story(at), step.what] };
      }
    }
    return null;
  }

  /** The row after a step; null: its fault is used up. */
  #after(row: Int32Array, place: number, step: NumberedStep): Int32Array | null {
    const last = row.length - 1;
    const budget = step.fault === null ? row[last] : this.#spend(row[last] ?? 0, step.fault);
    if (budget === null || budget === undefined) return null;
    const next = row.slice();
    if (step.lease !== -1) {
      for (let other = 1; other < last; other += 1) next[other] = this.#joint.overtaken(next[other] ?? 0);
      next[0] = step.lease;
    }
    next[place] = step.machine;
    next[last] = budget;
    return next;
  }

  #spend(budget: number, fault: Fault): number | null {
    const left = (this.#budgets[budget] ?? '').split(' ').map(Number);
    const index = faults.indexOf(fault);
    if ((left[index] ?? 0) === 0) return null;
    left[index] = (left[index] ?? 0) - 1;
    return this.#budgetNumber(left.join(' '));
  }

  #budgetNumber(text: string): number {
    const known = this.#budgetNumbers.get(text);
    if (known !== undefined) return known;
    this.#budgetNumbers.set(text, this.#budgets.length);
    return this.#budgets.push(text) - 1;
  }

  #visit(row: Int32Array, parent: number, what: string): number {
    const { number, isNew } = this.#rows.add(row);
    if (!isNew) return number;
    this.#parents.push(parent);
    let word = this.#wordNumbers.get(what);
    if (word === undefined) {
      word = this.#words.push(what) - 1;
      this.#wordNumbers.set(what, word);
    }
    this.#ways.push(word);
    return number;
  }

  #tooManyOut(row: Int32Array): string | null {
    let out = 0;
    for (let place = 1; place <= this.#model.nodes; place += 1) if (this.#joint.isOut(row[place] ?? 0)) out += 1;
    return out > this.#model.settings.concurrency ? `${out} nodes are out at once` : null;
  }

  #story(at: number): readonly string[] {
    const ways: string[] = [];
    for (let state = at; state > 0; state = this.#parents.at(state))
      ways.unshift(this.#words[this.#ways.at(state)] ?? '');
    return ways;
  }

  /** From every state rest can be reached without another fault; the nearest state from which it cannot. */
  #neverRests(): Broken | null {
    const resting = new Numbers();
    for (let at = 0; at < this.#rows.size; at += 1) if (this.#rests(at)) resting.push(at);
    const lost = neverRests(this.#rows.size, resting, this.#from, this.#to);
    return lost === null ? null : { law: 'from here nothing leads to rest', story: this.#story(lost) };
  }

  #rests(at: number): boolean {
    const row = this.#rows.row(at);
    const all = Array.from({ length: this.#model.nodes }, (_, index) =>
      this.#joint.rest(row[index + 1] ?? 0, row[0] ?? 0),
    );
    if (all.includes('busy')) return false;
    return !all.includes('waits') || all.includes('stuck');
  }

  #found(depth: number, exhausted: boolean, broken: Broken | null): Explored {
    return { states: this.#rows.size, steps: this.#steps, depth, exhausted, spaces: this.#joint.sizes, broken };
  }
}
