import { admin } from '../fakes/api/user.ts';
import { type FakeCluster, openFakeCluster } from '../fakes/fake-cluster.ts';
import { manifestObjects, optionalObjects } from '../fleet/manifest.ts';
import { startLoad } from './load.ts';
import { Machine } from './machine.ts';
import { Network } from './network.ts';
import { startOperator } from './operator.ts';
import type { Broken, Plan } from './plan.ts';
import { poolOf } from './settings-of.ts';
import { Strikes } from './strikes.ts';
import type { Surroundings } from './surroundings.ts';
import { settled, Time } from './time.ts';
import { Timeline } from './timeline.ts';
import { Weather } from './weather.ts';
import { Witness } from './witness.ts';

/** What a watch can resume from; short, so that it is forgotten now and then. */
const history = 500;
/** As seldom as a client allows: a watch that is silent for 150 s is taken for broken. */
const bookmarkEvery = 120_000;

/** Everything there is in one run. */
export class World implements Surroundings {
  readonly plan: Plan;
  readonly strikes: Strikes;
  readonly time: Time;
  readonly timeline: Timeline;
  readonly cluster: FakeCluster;
  readonly network: Network;
  readonly weather: Weather;
  readonly witness: Witness;
  readonly machines: readonly Machine[];
  #broken: Broken | null = null;
  #healed = false;
  readonly #heals: (() => void)[] = [];
  readonly #ends: (() => void)[] = [];

  constructor(plan: Plan) {
    this.plan = plan;
    this.strikes = new Strikes(plan);
    this.time = new Time(plan.seed);
    this.timeline = new Timeline(this.time);
    this.cluster = openFakeCluster({
      clock: this.time,
      version: 'v1.35.4',
      withoutAudit: true,
      rechecks: true,
      history,
      bookmarkEvery,
    });
    const chance = (name: string): number => this.strikes.chance(name);
    this.network = new Network(this.cluster, this.time, chance);
    this.weather = new Weather(this.strikes);
    const broken = (law: string): void => this.break(law);
    const { settings, observer, mayReadNodes } = poolOf(plan, chance);
    this.witness = new Witness({ network: this.network, timeline: this.timeline, observer, broken });
    const objects = mayReadNodes ? [...manifestObjects, ...optionalObjects] : manifestObjects;
    for (const { path, body } of objects) this.cluster.ask(admin, 'POST', path, body);
    this.machines = Array.from({ length: plan.nodes }, (_, index) => new Machine(`node-${index + 1}`, this, settings));
  }

  get broken(): Broken | null {
    return this.#broken;
  }

  get healed(): boolean {
    return this.#healed;
  }

  /** Told when the world heals: what a fault did is undone then at the latest. */
  onHeal(undo: () => void): void {
    this.#heals.push(undo);
  }

  onEnd(sweep: () => void): void {
    this.#ends.push(sweep);
  }

  /** Nothing of it is left behind in this process. */
  async end(): Promise<void> {
    for (const sweep of this.#ends) sweep();
    await settled();
  }

  /** The first law that is broken ends the run. */
  break(law: string): void {
    this.#broken ??= { law, at: this.time.mono() };
  }

  begin(): void {
    for (const machine of this.machines) {
      this.time.timer(this.weather.between(`${machine.name}/begins`, 0, 60_000), () => machine.switchOn());
      startLoad(machine, this);
    }
    startOperator(this.machines, this);
  }

  /** From here on nothing strikes, and nothing new is needed. */
  heal(): void {
    this.#healed = true;
    this.strikes.end();
    this.network.serve(true);
    for (const undo of this.#heals) undo();
    for (const machine of this.machines) {
      machine.permit.set({ is: 'allowed' });
      machine.comeUp();
      machine.startKubelet();
      machine.kubelet.setReady(true);
    }
    this.witness.healed();
  }
}
