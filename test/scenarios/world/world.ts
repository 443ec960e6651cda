import { defaultSettings } from '../../../src/config/accept.ts';
import { emptyMemory } from '../../../src/core/memory.ts';
import type { Now } from '../../../src/core/now.ts';
import { decisionSettings } from '../../../src/core/phases/decision-settings.ts';
import type { Effect } from '../../../src/core/phases/effect.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import { startState } from '../../../src/core/phases/start.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reasonSentence } from '../../../src/core/reasons.ts';
import type { Settings } from '../../../src/core/settings.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { answer, needAnswer } from './answers.ts';
import { Api } from './api.ts';
import type { Flight, Machine, Process, Write } from './parts.ts';
import { podsLeft } from './pods.ts';
import { requestName } from './requests.ts';
import { tellNews } from './watches.ts';

/** Who writes down what happens; each call comes when it has happened. */
export interface Teller {
  started(world: World): void;
  /** An effect is begun, or told and forgotten. */
  began(world: World, effect: Effect): void;
  /** An outcome is about to reach the service. */
  answered(world: World, flight: Flight, event: Event): void;
  decided(world: World, before: Process['state'], after: Process['state']): void;
  /** Something may stand differently in the Lease or on the Node. */
  moved(world: World): void;
  /** A write that nobody waits for any more changed nothing. */
  tooLate(world: World, name: string): void;
}

/** When the first line of each story happens. */
export const night = Date.parse('2026-03-01T02:00:00Z');

/** One node's world as plain values: API server, machine, systemd, sentinels, and the shipped decisions as its service. */
export class World {
  readonly api = new Api();
  readonly teller: Teller;
  /** The lines of the configuration that the story has given, in order. */
  readonly config: string[] = [];
  settings: Settings = defaultSettings();
  process: Process | null = null;
  machine: Machine = machineNamed('machine-n1');
  /** Requests that hang when they are sent, by name. */
  readonly hangs = new Set<string>();
  /** Writes whose answer never came and that may still take effect. */
  readonly late: Write[] = [];
  mono = 0;
  /** How far the wall clock is from where it began, beside the time that has passed. */
  set = 0;
  /** As the daemon's rooms ask for it; nobody waits by it. */
  readonly clock: Clock = {
    now: () => this.now(),
    mono: () => this.mono,
    sleep: () => new Promise(() => {}),
    timer: () => () => {},
    deadline: () => ({ signal: new AbortController().signal, [Symbol.dispose]: () => {} }),
  };
  #moments = 0;

  constructor(teller: Teller) {
    this.teller = teller;
    this.api.kubelet(this.machine.boot.id, true, this.wall);
  }

  get wall(): number {
    return night + this.mono + this.set;
  }

  /** Chance is even: every distance that is half by chance is three quarters of its bound. */
  now(): Now {
    this.#moments += 1;
    const chance = `${this.#moments.toString(16).padStart(8, '0')}${'80000000'.repeat(3)}`;
    return { mono: this.mono, wall: this.wall, chance };
  }

  start(): void {
    if (this.process !== null || !this.machine.up) throw new Error('the service runs already, or the machine is down');
    const { boot, began, id, memory } = this.machine;
    this.#moments += 1;
    const me = { node: 'n1', uid: '', machine: id, boot, began, by: `process ${this.#moments}` };
    this.process = {
      state: startState(me, decisionSettings(this.settings), memory, this.now()),
      flights: new Map(),
      wakeAt: null,
      drainStopped: false,
      drainTold: '',
      hooksStopped: false,
      watches: { node: { is: 'listing', told: '' }, lease: { is: 'off', told: '' } },
    };
    this.teller.started(this);
    this.tell({ on: 'time' });
    this.tell({ on: 'need', answer: needAnswer(this.machine) });
  }

  /** The process ends at once. What it had sent may still take effect. */
  kill(): void {
    for (const { effect } of this.process?.flights.values() ?? []) {
      if (effect.do === 'write-lease' || effect.do === 'patch-node') this.late.push(effect);
    }
    this.process = null;
  }

  /** Everything that happens by itself at this moment, until something is waited for. */
  settle(): void {
    for (let round = 0; round < mostRounds; round += 1) if (!this.#next()) return;
    throw new Error('something happens at this moment without end');
  }

  /** Time passes; what is due in it happens when it is due. */
  pass(ms: number): void {
    const until = this.mono + ms;
    this.settle();
    for (let round = 0; round < mostRounds * 10; round += 1) {
      const wakeAt = this.process?.wakeAt ?? null;
      if (wakeAt === null || wakeAt > until) {
        this.mono = until;
        return;
      }
      this.mono = Math.max(this.mono, wakeAt);
      this.tell({ on: 'time' });
      this.settle();
    }
    throw new Error('more happens in this time than a story can tell');
  }

  tell(event: Event): void {
    const { process } = this;
    if (process === null) return;
    const before = process.state;
    const after = transition(before, event, this.now());
    process.state = after.state;
    process.wakeAt = after.wakeAt;
    for (const effect of after.effects) this.#begin(process, effect);
    this.teller.decided(this, before, after.state);
  }

  /** The answer to a request comes. */
  answer(flight: Flight, event: Event): void {
    this.process?.flights.delete(flight.effect.lane);
    this.teller.moved(this);
    this.teller.answered(this, flight, event);
    this.tell(event);
  }

  #next(): boolean {
    const { process } = this;
    if (process === null) return false;
    if (tellNews(this, 'node')) return true;
    for (const flight of process.flights.values()) {
      const event = flight.hangs ? null : answer(this, flight);
      if (event === null) continue;
      this.answer(flight, event);
      return true;
    }
    if (tellNews(this, 'lease') || this.#drainSays(process)) return true;
    if (process.wakeAt === null || process.wakeAt > this.mono) return false;
    this.tell({ on: 'time' });
    return true;
  }

  #drainSays(process: Process): boolean {
    if (!process.flights.has('drain')) return false;
    const progress = podsLeft(this);
    const told = reasonSentence(progress);
    if (told === process.drainTold) return false;
    process.drainTold = told;
    this.tell({ on: 'drain-progress', progress });
    return true;
  }

  #begin(process: Process, effect: Effect): void {
    this.teller.began(this, effect);
    if ('lane' in effect) {
      if (effect.do === 'drain') {
        process.drainStopped = false;
        process.drainTold = '';
      }
      if (effect.do === 'run-hooks') process.hooksStopped = false;
      const hangs = this.hangs.delete(requestName(effect));
      process.flights.set(effect.lane, { effect, began: this.mono, hangs, answer: null });
      return;
    }
    if (effect.do === 'stop-drain') process.drainStopped = true;
    if (effect.do === 'stop-hooks') process.hooksStopped = true;
    if (effect.do === 'follow-lease') process.watches.lease = { is: 'listing', told: '' };
    if (effect.do === 'unfollow-lease') process.watches.lease = { is: 'off', told: '' };
    if (effect.do === 'remember') this.machine.memory = effect.memory;
    if (effect.do === 'exit') this.kill();
  }
}

const mostRounds = 500;

/** A machine that has just booted, with nothing to do. */
export function machineNamed(id: string): Machine {
  return {
    id,
    boot: { id: 'boot-1', soft: 0 },
    began: night - 86_400_000,
    up: true,
    systemd: { is: 'quiet' },
    call: null,
    needs: new Map(),
    needUnknown: null,
    against: new Map(),
    pods: [],
    podsAtFirst: 0,
    budgets: new Map(),
    hooks: new Map(),
    memory: emptyMemory,
  };
}
