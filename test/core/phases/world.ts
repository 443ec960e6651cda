import type { BootMark } from '../../../src/core/boot-mark.ts';
import { emptyMemory, type Memory } from '../../../src/core/memory.ts';
import type { Need } from '../../../src/core/need.ts';
import type { Now } from '../../../src/core/now.ts';
import type { Effect, Lane } from '../../../src/core/phases/effect.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { DecisionSettings } from '../../../src/core/phases/facts.ts';
import { startState } from '../../../src/core/phases/start.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import { wall } from '../lease/samples.ts';
import type { Action, Fate } from './actions.ts';
import { answer, land, needAnswer } from './answers.ts';
import { other, person } from './persons.ts';
import { Server } from './server.ts';
import { hasNews, watchLease, watchNode } from './watches.ts';
import {
  type Around,
  type Judge,
  type Laned,
  type Model,
  type PermissionGiven,
  type Process,
  softly,
} from './world-parts.ts';

/** One node's world as plain values: API server, machine, systemd, sentinels and one process of ours, with every fault. */
export class World implements Around {
  readonly server = new Server();
  readonly model: Model;
  readonly judge: Judge;
  process: Process | null = null;
  readonly late: Laned[] = [];
  boot: BootMark & { readonly soft: number } = { id: 'boot-0', soft: 0 };
  began = wall;
  mono = 1_000;
  permission: PermissionGiven = 'allowed';
  need: Need | 'unknown' | null = null;
  observes = false;
  /** Systemd is taking the machine down. */
  goingDown = false;
  /** A command was started that may take the machine down at any time. */
  mayGoDown = false;
  #chances = 0;
  #needs = 0;
  #starts = 0;
  #memory: Memory = emptyMemory;
  #before: Need | null = null;

  constructor(model: Model, judge: Judge) {
    this.model = model;
    this.judge = judge;
    this.server.kubelet(this.boot.id, true, wall + this.mono);
    this.start();
  }

  now(): Now {
    this.#chances += 1;
    return { mono: this.mono, wall: wall + this.mono, chance: chance(this.#chances) };
  }

  act(action: Action) {
    switch (action.do) {
      case 'go-on':
        for (let round = 0; round < action.rounds; round += 1) this.goOn();
        return;
      case 'serve':
        return this.serve(action.lane, action.fate);
      case 'deliver':
        return this.deliver(action.lane);
      case 'land':
        return this.land();
      case 'pod-left':
        if (this.process?.flights.has('drain')) this.tell({ on: 'drain-progress', progress: podLeft });
        return;
      case 'pass':
        return this.pass(action.ms);
      case 'sleep':
        this.mono += action.ms;
        return this.tell({ on: 'away', ms: action.ms });
      case 'wake':
        return this.wake();
      case 'watch':
        return this.watch(action.of, action.told);
      case 'crash':
        return this.crash();
      case 'start':
        return this.start();
      case 'power-cut':
        return this.#boots('power');
      case 'go-down':
        if (this.goingDown || this.mayGoDown) this.#boots('reboot');
        return;
      case 'soft-reboot':
        return this.#boots('soft-reboot by somebody');
      case 'stop':
        return this.tell({ on: 'stop', meaning: action.meaning });
      case 'permission':
        this.permission = action.is;
        return this.tell({ on: 'permission-hint' });
      case 'need':
        this.#changeNeed(action.is);
        return this.tell({ on: 'need', answer: needAnswer(this) });
      case 'mode':
        this.observes = action.is === 'observe';
        this.tell({ on: 'settings', settings: this.#settings() });
        return this.tell({ on: 'permission-hint' });
      case 'kubelet':
        this.mono += 1;
        return this.server.kubelet(this.boot.id, action.ready, wall + this.mono);
      case 'person':
        return person(this, action.deed);
      case 'other':
        return other(this, action.deed);
    }
  }

  /** One event of a world without faults: the oldest effect is answered, news are told, the machine goes down, time passes. */
  goOn(): boolean {
    const { process } = this;
    if (process === null) {
      this.start();
      return true;
    }
    if (process.nodeWatch !== 'running')
      return this.#did(() => this.watch('node', process.nodeWatch === 'broken' ? 'resumed' : 'listed'));
    const [flight] = process.flights.values();
    if (flight !== undefined) return this.#did(() => this.deliver(flight.effect.lane));
    if (process.leaseWatch === 'listing' || process.leaseWatch === 'broken')
      return this.#did(() => this.watch('lease', 'listed'));
    if (hasNews(this, 'node')) return this.#did(() => this.watch('node', 'news'));
    if (hasNews(this, 'lease')) return this.#did(() => this.watch('lease', 'news'));
    if (this.goingDown) return this.#did(() => this.#boots('reboot'));
    if (process.wakeAt === null) return false;
    this.wake();
    return true;
  }

  start(): void {
    if (this.process !== null) return;
    this.#starts += 1;
    const by = `by-${this.#starts}`;
    const me = { node: 'n1', uid: '', machine: 'machine-n1', boot: this.boot, began: this.began, by };
    const state = startState(me, this.#settings(), this.#memory, this.now());
    this.process = {
      state,
      by,
      flights: new Map(),
      wakeAt: null,
      drainStopped: false,
      hooksStopped: false,
      nodeWatch: 'listing',
      nodeTold: '',
      leaseWatch: 'off',
      leaseTold: '',
    };
    this.judge.started(this);
    this.tell({ on: 'time' });
    this.tell({ on: 'need', answer: needAnswer(this) });
  }

  /** The process ends at once. What it had sent may still take effect. */
  crash(): void {
    const { process } = this;
    if (process === null) return;
    for (const flight of process.flights.values()) {
      if (flight.answer !== null) continue;
      if (flight.effect.do === 'write-lease' || flight.effect.do === 'patch-node') this.late.push(flight.effect);
      if (flight.effect.do === 'reboot') this.goingDown = true;
    }
    this.process = null;
  }

  land(): void {
    const effect = this.late.shift();
    if (effect !== undefined) land(this, effect);
  }

  forgetLate(): void {
    this.late.length = 0;
  }

  pass(ms: number): void {
    this.mono += ms;
    const wakeAt = this.process?.wakeAt ?? null;
    if (wakeAt !== null && wakeAt <= this.mono) this.tell({ on: 'time' });
  }

  wake(): void {
    const wakeAt = this.process?.wakeAt ?? null;
    if (wakeAt !== null) this.pass(Math.max(0, wakeAt - this.mono));
  }

  watch(of: 'node' | 'lease', told: 'news' | 'broken' | 'resumed' | 'listed'): void {
    const { process } = this;
    if (process === null) return;
    if (of === 'node') watchNode(this, process, told);
    else watchLease(this, process, told);
  }

  /** The world makes up its mind about an effect; the process does not know yet. */
  serve(lane: Lane, fate: Fate): void {
    const flight = this.process?.flights.get(lane);
    if (flight === undefined || flight.answer !== null) return;
    flight.answer = answer(this, flight, fate);
  }

  deliver(lane: Lane): void {
    const flight = this.process?.flights.get(lane);
    if (flight === undefined) return;
    this.serve(lane, 'ok');
    if (flight.answer === null) return;
    this.process?.flights.delete(lane);
    this.tell(flight.answer);
  }

  tell(event: Event): void {
    const { process } = this;
    if (process === null) return;
    this.judge.told(this, event);
    this.mono += 1;
    const before = process.state;
    const now = this.now();
    const after = transition(before, event, now);
    this.judge.decided(this, before, event, after, now);
    process.state = after.state;
    process.wakeAt = after.wakeAt;
    for (const effect of after.effects) this.#begin(process, effect);
  }

  #settings(): DecisionSettings {
    return { ...this.model.settings, observe: this.observes };
  }

  #did(act: () => void): true {
    act();
    return true;
  }

  #begin(process: Process, effect: Effect): void {
    if ('lane' in effect) {
      process.flights.set(effect.lane, { effect, began: this.mono, answer: null });
      if (effect.do === 'drain') process.drainStopped = false;
      if (effect.do === 'run-hooks') process.hooksStopped = false;
      return;
    }
    switch (effect.do) {
      case 'stop-drain':
        process.drainStopped = true;
        return;
      case 'stop-hooks':
        process.hooksStopped = true;
        return;
      case 'follow-lease':
        process.leaseWatch = 'listing';
        return;
      case 'unfollow-lease':
        process.leaseWatch = 'off';
        return;
      case 'remember':
        this.#memory = effect.memory;
        return;
      case 'exit':
        this.crash();
        return;
      case 'tell':
        return;
    }
  }

  #boots(why: 'reboot' | 'power' | 'soft-reboot by somebody'): void {
    this.judge.wentDown(this, why);
    this.crash();
    this.goingDown = false;
    this.mayGoDown = false;
    this.mono += 1;
    this.began = wall + this.mono;
    if (why === 'soft-reboot by somebody' || (why === 'reboot' && softly(this))) {
      // The kernel goes on, and all of /run with it.
      this.boot = { id: this.boot.id, soft: this.boot.soft + 1 };
      return;
    }
    this.#starts += 1;
    this.boot = { id: `boot-${this.#starts}`, soft: 0 };
    if (!this.model.needStays) this.need = null;
  }

  #changeNeed(is: 'new' | 'none' | 'unknown' | 'as-before'): void {
    if (this.need !== null && this.need !== 'unknown') this.#before = this.need;
    if (is === 'none') this.need = null;
    if (is === 'unknown') this.need = 'unknown';
    if (is === 'as-before') this.need = this.#before;
    if (is !== 'new') return;
    this.#needs += 1;
    const fingerprint = `need-${this.#needs}`;
    this.need = { fingerprint, source: '/run/reboot-required', reasons: [], older: false };
  }
}

const podLeft = reason('draining', { progress: '1 pod left', left: '1' });

/** 32 hex digits, another for each number, spread over their whole range. */
function chance(index: number): string {
  return [1, 2, 3, 4]
    .map((salt) => ((Math.imul(index * 4 + salt, 0x9e3779b1) >>> 0) + 0x1_0000_0000).toString(16).slice(1))
    .join('');
}
