import type { LeaseObject } from '../../src/core/lease/object.ts';
import { firstLease, machineAt } from './first.ts';
import type { Fresh } from './machine.ts';
import type { Machine, Model, Outcome } from './parts.ts';
import { type Rest, restOf } from './rest.ts';
import { Space } from './space.ts';
import { steps } from './steps.ts';
import { machineOf, textOf } from './texts.ts';
import { type Identity, identitiesIn, identity, overtaken } from './tokens.ts';

/** One step of one machine, in the numbers of the spaces. */
export interface NumberedStep {
  readonly what: string;
  readonly fault: Outcome['fault'];
  readonly machine: number;
  /** -1: the Lease is untouched. */
  readonly lease: number;
  readonly breach: string | null;
  /** Nothing but time passes. */
  readonly time: boolean;
}

/**
 * The machines and the Lease that were ever met, numbered, and what can happen to each pair of them. What a machine can do
 * depends on itself and the Lease alone, so each pair is asked of the core once, however many joint states it is part of.
 */
export class Joint {
  readonly #model: Model;
  readonly #machines = new Space();
  readonly #leases = new Space();
  readonly #steps = new Map<string, readonly NumberedStep[]>();
  readonly #overtaken = new Map<number, number>();
  readonly #rest = new Map<string, Rest>();
  readonly #outs: boolean[] = [];
  readonly #private: boolean[] = [];
  readonly #places: readonly number[];
  readonly #known: ReadonlyMap<string, number>[] = [];
  readonly #knownByLease: ReadonlyMap<string, number>[] = [];

  constructor(model: Model) {
    this.#model = model;
    this.#places = Array.from({ length: model.nodes }, (_, index) => index + 1);
  }

  get sizes(): string {
    return `${this.#machines.size} machines, ${this.#leases.size} Leases, ${this.#steps.size} pairs`;
  }

  /** The first state: all need a reboot, and no service runs yet. */
  first(): { readonly lease: number; readonly machines: readonly number[] } {
    const names = Array.from({ length: this.#model.nodes }, (_, index) => index + 1);
    return {
      lease: this.#leaseNumber(firstLease()),
      machines: names.map((number) => this.#machineNumber(machineAt(number))),
    };
  }

  /**
   * Whose steps are to be explored here: everybody's, or one machine's alone. A machine that neither watches the Lease nor has
   * anything to do with it under way does only what no other can see or change: in whatever order such steps and those of the
   * others come, the same states follow, so that one order is enough (a persistent set, Godefroid 1996). Time alone does not
   * count as such a step, else a machine at rest would keep all others waiting for ever.
   */
  places(row: Int32Array): readonly number[] {
    const all = this.#places;
    const alone = all.find((place) => {
      const machine = row[place] ?? 0;
      return (
        this.#private[machine] === true && this.steps(row, place).some(({ fault, time }) => fault === null && !time)
      );
    });
    return alone === undefined ? all : [alone];
  }

  /** What can happen next to the machine at this place of the row `lease, machines …`. */
  steps(row: Int32Array, place: number): readonly NumberedStep[] {
    const [machine, leaseNumber] = [row[place] ?? 0, row[0] ?? 0];
    const fresh = this.#fresh(row, place);
    const key = `${machine} ${leaseNumber} ${fresh.chance} ${fresh.by} ${fresh.boot}`;
    const known = this.#steps.get(key);
    if (known !== undefined) return known;
    const found = steps(this.machine(machine), this.lease(leaseNumber), this.#model, fresh).map((one) =>
      this.#numbered(one),
    );
    this.#steps.set(key, found);
    return found;
  }

  /** The machine once another one has changed the Lease. */
  overtaken(machine: number): number {
    const known = this.#overtaken.get(machine);
    if (known !== undefined) return known;
    const after = this.#machineNumber(overtaken(this.machine(machine), 'lease'));
    this.#overtaken.set(machine, after);
    return after;
  }

  machine(number: number): Machine {
    return machineOf(this.#machines.text(number), this.#model);
  }

  lease(number: number): LeaseObject {
    return JSON.parse(this.#leases.text(number)) as LeaseObject;
  }

  /** From its reboot call until it is restored. */
  isOut(machine: number): boolean {
    return this.#outs[machine] ?? false;
  }

  rest(machine: number, leaseNumber: number): Rest {
    const key = `${machine} ${leaseNumber}`;
    const known = this.#rest.get(key);
    if (known !== undefined) return known;
    const found = restOf(this.machine(machine), this.lease(leaseNumber));
    this.#rest.set(key, found);
    return found;
  }

  #numbered({ what, fault, machine, lease: changed, breach }: Outcome): NumberedStep {
    const after = changed === null ? -1 : this.#leaseNumber(changed);
    return {
      what,
      fault,
      machine: this.#machineNumber(machine),
      lease: after,
      breach,
      time: what.endsWith(' time passes'),
    };
  }

  #machineNumber(machine: Machine): number {
    const text = textOf(machine);
    const number = this.#machines.numberOf(text);
    if (number === this.#known.length) {
      this.#known.push(identitiesIn(text));
      this.#private.push(isPrivate(machine));
      this.#outs.push(machine.witness.out && !machine.witness.byForce);
    }
    return number;
  }

  #leaseNumber(object: LeaseObject): number {
    const text = JSON.stringify(object);
    const number = this.#leases.numberOf(text);
    if (number === this.#knownByLease.length) this.#knownByLease.push(identitiesIn(text));
    return number;
  }

  /** The lowest identities of this machine that nobody in the whole state knows. */
  #fresh(row: Int32Array, place: number): Fresh {
    const lowest = (kind: Identity): string => {
      const key = `${kind}${place}`;
      let taken = this.#knownByLease[row[0] ?? 0]?.get(key) ?? 0;
      for (let at = 1; at <= this.#model.nodes; at += 1) taken |= this.#known[row[at] ?? 0]?.get(key) ?? 0;
      return identity(kind, place, Math.clz32(~taken & -~taken) ^ 31);
    };
    return { chance: lowest('chance'), by: lowest('by'), boot: lowest('boot') };
  }
}

function isPrivate({ process, late, goingDown }: Machine): boolean {
  if (goingDown || late.some((write) => write.do === 'write-lease')) return false;
  if (process === null) return true;
  return process.leaseWatch === 'off' && process.flights.every(({ effect }) => effect.lane !== 'lease');
}
