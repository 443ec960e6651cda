import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlPlane } from '../cluster/control-plane.ts';
import { within } from '../cluster/waiting.ts';
import { breaches } from '../observer/moments.ts';
import type { Guest } from './guest.ts';
import { eachSuite, GuestPool } from './guest-pool.ts';
import { rebootSeconds, unfenced } from './logind-law.ts';
import { bringFault, bringNeed } from './soak-faults.ts';
import type { Figures } from './soak-figures.ts';
import { type FaultKind, planOf } from './soak-plan.ts';
import { notMet } from './soak-settled.ts';
import { addWork } from './soak-work.ts';

const settleLimit = 120_000;

/** Guests that reboot round after round while power, service and API server fail at moments that a seed gives. */
export class Soak implements AsyncDisposable {
  private readonly nodes: GuestPool;
  /** In the order of the suites, which the plan goes by. */
  private readonly guests: readonly Guest[];
  private readonly cluster: ControlPlane;
  private readonly seed: number;
  private readonly faults = new Map<FaultKind, number>();
  private readonly roundSeconds: number[] = [];

  private constructor(nodes: GuestPool, guests: readonly Guest[], cluster: ControlPlane, seed: number) {
    this.nodes = nodes;
    this.guests = guests;
    this.cluster = cluster;
    this.seed = seed;
  }

  /** One guest of each suite, with pods that are to be moved. The cluster is the soak's own: it is stopped and started. */
  static async begin(cluster: ControlPlane, seed: number): Promise<Soak> {
    const nodes = await GuestPool.open(cluster);
    const settings = 'logLevel: debug\nreboot: {maxRebootsPerDay: 1000}\n';
    const guests = await Promise.all(eachSuite.map((suite) => nodes.add({ suite, settings })));
    await addWork(cluster);
    return new Soak(nodes, guests, cluster, seed);
  }

  /** One round: every guest comes to a need, faults happen, every need is met, and no law was broken. A sentence that tells it. */
  async round(number: number): Promise<string> {
    const { guests } = this;
    const plan = planOf(this.seed, number, guests.length);
    const boots = guests.map((guest) => guest.boots);
    await Promise.all(guests.map((guest, at) => bringNeed(guest, plan.needs[at] ?? 'files', number)));
    const began = performance.now();
    const told: string[] = [];
    for (const fault of plan.faults) {
      await sleep(Math.max(0, fault.at - (performance.now() - began)));
      const after = ((performance.now() - began) / 1000).toFixed(1);
      const who = 'guest' in fault ? ` (${guests[fault.guest]?.suite})` : '';
      if (!(await bringFault(fault, guests, this.cluster))) continue;
      this.faults.set(fault.kind, (this.faults.get(fault.kind) ?? 0) + 1);
      told.push(`${fault.kind}${who} at ${after} s`);
    }
    await this.settled(boots, told);
    const seconds = (performance.now() - began) / 1000;
    this.roundSeconds.push(seconds);
    await this.judge(boots);
    return `round ${number}: ${seconds.toFixed(1)} s; ${told.join(', ')}`;
  }

  async figures(): Promise<Figures> {
    const history = await this.nodes.history();
    const { guests } = this;
    const rounds = this.roundSeconds.length;
    return {
      rounds,
      cycles: rounds * guests.length,
      faults: this.faults,
      boots: guests.reduce((sum, { boots }) => sum + boots, 0),
      reboots: guests.flatMap(({ endings }) => endings).filter(({ how }) => how === 'reboot').length,
      roundSeconds: this.roundSeconds,
      rebootSeconds: rebootSeconds(history),
      writes: history.length,
    };
  }

  private async settled(boots: readonly number[], told: readonly string[]): Promise<void> {
    let left: readonly string[] = [];
    const look = async (signal: AbortSignal): Promise<void> => {
      for (; !signal.aborted; await sleep(300)) {
        left = await notMet(this.nodes, this.guests, boots).catch((error: unknown) => [String(error)]);
        if (left.length === 0) return;
      }
    };
    await within(settleLimit, 'every need of the round to be met', look, () => [...left, ...told].join('; '));
  }

  /** Throws with every law that was broken so far. A guest that never lost its power reboots once for its need. */
  private async judge(boots: readonly number[]): Promise<void> {
    const { guests } = this;
    const history = await this.nodes.history();
    const { account } = this.nodes.pool;
    const often = guests.flatMap(({ name, endings }, at) => {
      const ended = endings.filter(({ boot }) => boot >= (boots[at] ?? 0));
      const reboots = ended.filter(({ how }) => how === 'reboot').length;
      const cuts = ended.filter(({ how }) => how === 'power cut').length;
      return reboots > 1 || reboots + cuts === 0 || ended.length > reboots + cuts
        ? [`${name} rebooted ${reboots} times for one need (${cuts} power cuts, ${ended.length} boots ended)`]
        : [];
    });
    const broken = [...breaches(history, 1, { account }), ...unfenced(history, guests), ...often];
    if (broken.length > 0) throw new Error(`laws were broken:\n${broken.join('\n')}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.nodes[Symbol.asyncDispose]();
  }
}
