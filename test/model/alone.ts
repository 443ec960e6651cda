import { createHash } from 'node:crypto';
import type { LeaseObject } from '../../src/core/lease/object.ts';
import type { Broken, Explored } from './explore.ts';
import { firstLease, machineAt } from './first.ts';
import { neverRests } from './liveness.ts';
import type { Machine, Model, Outcome } from './parts.ts';
import { restOf } from './rest.ts';
import { Numbers, Rows } from './rows.ts';
import { steps } from './steps.ts';
import { bothOf, freshIn, textOfBoth } from './texts.ts';
import { breachOfState } from './witness.ts';

/**
 * One machine beside others of which nothing is known but that they keep the guarantee: every state that it and the Lease can
 * reach with at most so many faults, of whatever kinds the model has. Each is visited with the fewest faults that lead to it,
 * for nothing is possible after more faults that is not after fewer.
 */
export function exploreAlone(model: Model, mostFaults: number, mostStates: number): Explored {
  return new Alone(model, mostFaults).run(mostStates);
}

/** States to go on from, with their numbers. */
type Level = [number, string][];

class Alone {
  readonly #model: Model;
  readonly #mostFaults: number;
  /** Of each state's text 64 bits of its hash. */
  readonly #seen = new Rows(2);
  readonly #parents = new Numbers();
  readonly #ways = new Numbers();
  readonly #words = new Map<string, number>();
  /** The steps without a fault: by these alone every state has to come to rest. */
  readonly #from = new Numbers();
  readonly #to = new Numbers();
  readonly #resting = new Numbers();
  #faults = 0;
  #steps = 0;
  #depth = 0;
  #broken: Broken | null = null;

  constructor(model: Model, mostFaults: number) {
    this.#model = model;
    this.#mostFaults = mostFaults;
  }

  run(mostStates: number): Explored {
    let layer: Level = [];
    this.#visit(machineAt(1), firstLease(), -1, 'the first state', layer);
    layer = this.#closure(layer, mostStates);
    for (this.#faults = 1; this.#faults <= this.#mostFaults && this.#goesOn(mostStates); this.#faults += 1) {
      const next: Level = [];
      // A few at a time, for a fault leads from each to a dozen others.
      while (layer.length > 0 && this.#goesOn(mostStates)) {
        const seeds: Level = [];
        for (const [number, text] of layer.splice(-500)) this.#expand(number, text, 'faults', seeds);
        for (const state of this.#closure(seeds, mostStates)) if (this.#faults < this.#mostFaults) next.push(state);
      }
      layer = next;
    }
    const exhausted = this.#goesOn(mostStates);
    if (exhausted) this.#broken = this.#lost();
    const { size: states } = this.#seen;
    return { states, steps: this.#steps, depth: this.#depth, exhausted, spaces: '1 machine', broken: this.#broken };
  }

  #goesOn(mostStates: number): boolean {
    return this.#broken === null && this.#seen.size < mostStates;
  }

  /** All that follow from these without another fault, these included. */
  #closure(seeds: Level, mostStates: number): Level {
    const keeps = this.#faults < this.#mostFaults;
    const all: Level = keeps ? [...seeds] : [];
    let depth = 0;
    for (let level = seeds; level.length > 0 && this.#goesOn(mostStates); depth += 1) {
      const after: Level = [];
      for (const [number, text] of level) this.#expand(number, text, 'faultless', after);
      if (keeps) for (const state of after) all.push(state);
      level = after;
    }
    this.#depth = Math.max(this.#depth, depth);
    return all;
  }

  #expand(number: number, text: string, wanted: 'faultless' | 'faults', found: Level): void {
    if (this.#broken !== null) return;
    const [machine, lease] = bothOf(text, this.#model);
    for (const step of steps(machine, lease, this.#model, freshIn(text), wanted)) {
      this.#steps += 1;
      const next = this.#visit(step.machine, step.lease ?? lease, number, step.what, found);
      if (step.fault === null) {
        this.#from.push(number);
        this.#to.push(next);
      }
      this.#judge(step, lease, number);
      if (this.#broken !== null) return;
    }
  }

  #judge({ breach, machine, lease, what }: Outcome, before: LeaseObject, number: number): void {
    const law = breach ?? breachOfState(machine, lease ?? before);
    if (law !== null) this.#broken = { law, story: [...this.#story(number), what] };
  }

  #visit(machine: Machine, lease: LeaseObject, parent: number, what: string, found: Level): number {
    const text = textOfBoth(machine, lease);
    const hash = createHash('md5').update(text).digest();
    const { number, isNew } = this.#seen.add(Int32Array.of(hash.readInt32LE(0), hash.readInt32LE(4)));
    if (!isNew) return number;
    this.#parents.push(parent);
    const word = this.#words.get(what) ?? this.#words.size;
    this.#words.set(what, word);
    this.#ways.push(word);
    const rest = restOf(machine, lease);
    if (rest === 'done' || rest === 'stuck') this.#resting.push(number);
    found.push([number, text]);
    return number;
  }

  #story(at: number): readonly string[] {
    const words = [...this.#words.keys()];
    const ways: string[] = [];
    for (let state = at; state > 0; state = this.#parents.at(state)) ways.unshift(words[this.#ways.at(state)] ?? '');
    return ways;
  }

  #lost(): Broken | null {
    const lost = neverRests(this.#seen.size, this.#resting, this.#from, this.#to);
    return lost === null ? null : { law: 'from here nothing leads to rest', story: this.#story(lost) };
  }
}
