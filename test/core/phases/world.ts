import { annotation } from '../../../src/core/lease/format.ts';
import { askRelease, forceRelease, pause, resume } from '../../../src/core/lease/release.ts';
import type { Need } from '../../../src/core/need.ts';
import type { Now } from '../../../src/core/now.ts';
import type { Permission } from '../../../src/core/permission.ts';
import type { Effect, Lane } from '../../../src/core/phases/effect.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import { startState } from '../../../src/core/phases/start.ts';
import type { DecisionSettings, State } from '../../../src/core/phases/state.ts';
import { type Transition, transition } from '../../../src/core/phases/transition.ts';
import { reason } from '../../../src/core/reasons.ts';
import type { ShutdownLook } from '../../../src/core/shutdown.ts';
import { holder, holding, waiting, wall } from '../lease/samples.ts';
import type { Action, Fate, PersonsDeed } from './actions.ts';
import { lost, Server, written } from './server.ts';

type Laned = Extract<Effect, { readonly lane: Lane }>;

/** An effect under way; `answer` once the world has made up its mind, until it is delivered. */
export interface Flight {
  readonly effect: Laned;
  readonly began: number;
  answer: Event | null;
}

export interface Process {
  state: State;
  readonly by: string;
  readonly flights: Map<Lane, Flight>;
  wakeAt: number | null;
  drainStopped: boolean;
  nodeWatch: 'listing' | 'running' | 'broken';
  nodeTold: string;
  leaseWatch: 'off' | 'listing' | 'running' | 'broken';
  leaseTold: string;
}

/** What the world shows to whoever judges it; each call comes before the change it tells of takes effect. */
export interface Judge {
  decided(world: World, before: State, event: Event, after: Transition, now: Now): void;
  /** A write of ours reaches the API server, at once or late, and will take effect. */
  landing(world: World, effect: Laned): void;
  told(world: World, event: Event): void;
  started(world: World): void;
  wentDown(world: World, why: 'reboot' | 'power'): void;
}

export interface Model {
  readonly settings: DecisionSettings;
  /** The sentinel is gone after a boot (tmpfs), or it stays, as a command's or a request's does. */
  readonly needStays: boolean;
}

/** One node's world as plain values: API server, machine, systemd, sentinels and one process of ours, with every fault. */
export class World {
  readonly server = new Server();
  readonly model: Model;
  readonly judge: Judge;
  process: Process | null = null;
  readonly late: Laned[] = [];
  boot = { id: 'boot-0', soft: 0 };
  mono = 1_000;
  permission: Permission['is'] = 'allowed';
  need: Need | 'unknown' | null = null;
  /** Systemd is taking the machine down. */
  goingDown = false;
  /** A command was started that may take the machine down at any time. */
  mayGoDown = false;
  #chances = 0;
  #needs = 0;
  #starts = 0;
  #backOff: { readonly failures: number; readonly until: number } | null = null;
  #before: Need | null = null;

  constructor(model: Model, judge: Judge) {
    this.model = model;
    this.judge = judge;
    this.server.kubelet(this.boot.id, true);
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
      case 'pass':
        return this.pass(action.ms);
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
      case 'stop':
        return this.tell({ on: 'stop', meaning: action.meaning });
      case 'permission':
        this.permission = action.is;
        return this.tell({ on: 'permission-hint' });
      case 'need':
        this.#changeNeed(action.is);
        return this.tell({ on: 'need', answer: this.#needAnswer() });
      case 'kubelet':
        return this.server.kubelet(this.boot.id, action.ready);
      case 'person':
        return this.#person(action.deed);
      case 'other':
        return this.#other(action.deed);
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
    if (this.#hasNews('node')) return this.#did(() => this.watch('node', 'news'));
    if (this.#hasNews('lease')) return this.#did(() => this.watch('lease', 'news'));
    if (this.goingDown) return this.#did(() => this.#boots('reboot'));
    if (process.wakeAt === null) return false;
    this.wake();
    return true;
  }

  start(): void {
    if (this.process !== null) return;
    this.#starts += 1;
    const by = `by-${this.#starts}`;
    const me = { node: 'n1', uid: '', machine: 'machine-n1', boot: this.boot, by };
    const state = startState(me, this.model.settings, { backOff: this.#backOff, waiting: null }, this.now());
    this.process = {
      state,
      by,
      flights: new Map(),
      wakeAt: null,
      drainStopped: false,
      nodeWatch: 'listing',
      nodeTold: '',
      leaseWatch: 'off',
      leaseTold: '',
    };
    this.judge.started(this);
    this.tell({ on: 'time' });
    this.tell({ on: 'need', answer: this.#needAnswer() });
  }

  /** The process ends at once. What it had sent may still take effect. */
  crash(): void {
    const { process } = this;
    if (process === null) return;
    for (const flight of process.flights.values()) {
      if (flight.answer !== null) continue;
      if (flight.effect.do === 'write-lease' || flight.effect.do === 'patch-node') this.late.push(flight.effect);
      if (flight.effect.do === 'reboot') this.#reboot();
    }
    this.process = null;
  }

  land(): void {
    const effect = this.late.shift();
    if (effect !== undefined) this.#effect(effect);
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
    if (of === 'node') this.#watchNode(process, told);
    else this.#watchLease(process, told);
  }

  /** The world makes up its mind about an effect; the process does not know yet. */
  serve(lane: Lane, fate: Fate): void {
    const flight = this.process?.flights.get(lane);
    if (flight === undefined || flight.answer !== null) return;
    flight.answer = this.#answer(flight, fate);
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

  #did(act: () => void): true {
    act();
    return true;
  }

  #begin(process: Process, effect: Effect): void {
    if ('lane' in effect) {
      process.flights.set(effect.lane, { effect, began: this.mono, answer: null });
      if (effect.do === 'drain') process.drainStopped = false;
      return;
    }
    switch (effect.do) {
      case 'stop-drain':
        process.drainStopped = true;
        return;
      case 'follow-lease':
        process.leaseWatch = 'listing';
        return;
      case 'unfollow-lease':
        process.leaseWatch = 'off';
        return;
      case 'remember':
        this.#backOff = effect.memory.backOff;
        return;
      case 'exit':
        this.crash();
        return;
      case 'tell':
        return;
    }
  }

  #answer(flight: Flight, fate: Fate): Event {
    const { effect } = flight;
    const fails = fate !== 'ok';
    switch (effect.do) {
      case 'read-lease': {
        const result = fails ? ({ is: 'failed', reason: lost } as const) : this.server.readLease();
        return { on: 'lease-read', lease: effect.lease, consistency: effect.consistency, result };
      }
      case 'read-node':
        return { on: 'node-read', result: fails ? { is: 'failed', reason: lost } : this.server.readNode() };
      case 'write-lease': {
        const { uid, resourceVersion, name, namespace } = effect.object.metadata;
        const result = this.#write(effect, fate, () => this.server.lease);
        return { on: 'lease-written', lease: { namespace, name }, base: `${uid}/${resourceVersion}`, result };
      }
      case 'patch-node': {
        const result = this.#write(effect, fate, () => this.server.node);
        return { on: 'node-patched', base: `${effect.patch.uid}/${effect.patch.resourceVersion}`, result };
      }
      case 'ask-permission':
        return { on: 'permission', answer: this.#permission(fails), need: this.#needAnswer(), askedAt: flight.began };
      case 'look-at-shutdown':
        return { on: 'shutdown', look: this.#look(fails), askedAt: flight.began };
      case 'drain':
        return { on: 'drain-ended', end: this.#drainEnd(fails) };
      case 'announce-reboot':
        return { on: 'announced' };
      case 'reboot':
        return { on: 'reboot', answer: this.#call(fate) };
    }
  }

  #write<T>(effect: Laned, fate: Fate, read: () => T | null) {
    if (fate === 'fails') return { is: 'refused', reason: lost } as const;
    if (fate === 'ok') return written(this.#effect(effect), read());
    if (fate === 'lost-but-done') this.#effect(effect);
    if (fate === 'lost-and-late') this.late.push(effect);
    return { is: 'unknown', reason: lost } as const;
  }

  #effect(effect: Laned) {
    if (effect.do === 'write-lease') {
      if (this.#matches(effect.object.metadata, this.server.lease?.metadata)) this.judge.landing(this, effect);
      return this.server.writeLease(effect.object);
    }
    if (effect.do !== 'patch-node') return 'gone';
    if (this.#matches(effect.patch, this.server.node ?? undefined)) this.judge.landing(this, effect);
    return this.server.patchNode(effect.patch);
  }

  #matches(
    base: { readonly uid: string; readonly resourceVersion: string },
    stands: { readonly uid: string; readonly resourceVersion: string } | undefined,
  ): boolean {
    return base.uid === stands?.uid && base.resourceVersion === stands.resourceVersion;
  }

  #permission(fails: boolean): Permission {
    if (this.permission === 'allowed' && !fails) return { is: 'allowed' };
    const refused = this.permission === 'refused' && !fails;
    return {
      is: refused ? 'refused' : 'unknown',
      reasons: [reason('blocked', { source: 'the window', why: 'closed' })],
    };
  }

  #look(fails: boolean): ShutdownLook {
    if (fails) return { is: 'unknown', reason: lost };
    return this.goingDown ? { is: 'under-way', what: 'reboot' } : { is: 'none' };
  }

  #drainEnd(fails: boolean) {
    if (this.process?.drainStopped) return { is: 'stopped' } as const;
    return fails
      ? ({ is: 'failed', reason: reason('drain-failed', { why: 'a pod' }) } as const)
      : ({ is: 'done' } as const);
  }

  #call(fate: Fate) {
    if (fate === 'fails') return { is: 'refused', reason: lost } as const;
    if (fate === 'ok' || fate === 'lost-but-done') this.#reboot();
    if (this.model.settings.rebootMethod === 'command') this.mayGoDown = true;
    // `lost-and-late`: accepted, and nothing happens.
    return fate === 'ok' || fate === 'lost-and-late'
      ? ({ is: 'accepted' } as const)
      : ({ is: 'unknown', reason: lost } as const);
  }

  #reboot(): void {
    this.goingDown = true;
  }

  #boots(why: 'reboot' | 'power'): void {
    this.judge.wentDown(this, why);
    this.crash();
    this.goingDown = false;
    this.mayGoDown = false;
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

  #needAnswer() {
    if (this.need === null) return { is: 'no' } as const;
    return this.need === 'unknown'
      ? ({ is: 'unknown', reason: lost } as const)
      : ({ is: 'yes', value: this.need } as const);
  }

  #hasNews(of: 'node' | 'lease'): boolean {
    const { process, server } = this;
    if (process === null) return false;
    if (of === 'node')
      return process.nodeWatch === 'running' && process.nodeTold !== (server.node?.resourceVersion ?? 'gone');
    return process.leaseWatch === 'running' && process.leaseTold !== (server.lease?.metadata.resourceVersion ?? 'gone');
  }

  #watchNode(process: Process, told: 'news' | 'broken' | 'resumed' | 'listed') {
    const { node } = this.server;
    if (told === 'broken' && process.nodeWatch === 'running') {
      process.nodeWatch = 'broken';
      return this.tell({ on: 'node-watch', told: { is: 'broken', reason: lost } });
    }
    if (told === 'resumed' && process.nodeWatch === 'broken') {
      process.nodeWatch = 'running';
      return this.tell({ on: 'node-watch', told: { is: 'resumed' } });
    }
    if (told === 'listed' && process.nodeWatch !== 'running') {
      process.nodeWatch = 'running';
      process.nodeTold = node?.resourceVersion ?? 'gone';
      return this.tell({ on: 'node-watch', told: { is: 'listed', objects: node === null ? [] : [node] } });
    }
    if (told !== 'news' || node === null || !this.#hasNews('node')) return;
    process.nodeTold = node.resourceVersion;
    this.tell({ on: 'node-watch', told: { is: 'changed', object: node } });
  }

  #watchLease(process: Process, told: 'news' | 'broken' | 'resumed' | 'listed') {
    const { lease } = this.server;
    const ref = process.state.facts.lease.ref;
    if (process.leaseWatch === 'off') return;
    if (told === 'broken' && process.leaseWatch === 'running') {
      process.leaseWatch = 'broken';
      return this.tell({ on: 'lease-watch', lease: ref, told: { is: 'broken', reason: lost } });
    }
    if (told === 'resumed' && process.leaseWatch === 'broken') {
      process.leaseWatch = 'running';
      return this.tell({ on: 'lease-watch', lease: ref, told: { is: 'resumed' } });
    }
    if (told === 'listed' && process.leaseWatch !== 'running') {
      process.leaseWatch = 'running';
      process.leaseTold = lease?.metadata.resourceVersion ?? 'gone';
      return this.tell({
        on: 'lease-watch',
        lease: ref,
        told: { is: 'listed', objects: lease === null ? [] : [lease] },
      });
    }
    if (told !== 'news' || !this.#hasNews('lease')) return;
    const last = process.state.facts.lease.seen;
    process.leaseTold = lease?.metadata.resourceVersion ?? 'gone';
    if (lease !== null) return this.tell({ on: 'lease-watch', lease: ref, told: { is: 'changed', object: lease } });
    if (last.is === 'lease') this.tell({ on: 'lease-watch', lease: ref, told: { is: 'deleted', object: last.object } });
  }

  #person(deed: PersonsDeed) {
    const { server } = this;
    switch (deed) {
      case 'cordon':
        return server.cordonByHand(true);
      case 'uncordon':
        return server.cordonByHand(false);
      case 'take-mark':
        return server.takeMarkByHand();
      case 'pause':
        return server.edit((record) => pause(record, 'maintenance'));
      case 'resume':
        return server.edit(resume);
      case 'ask-release':
        return server.edit((record) => granted(askRelease(record, 'n1'), record));
      case 'force-release':
        return server.edit((record) => granted(forceRelease(record, 'n1'), record));
      case 'force-by-annotation':
        return server.annotateLease(annotation.forceRelease, 'n1');
      case 'retry':
        return this.tell({ on: 'retry' });
      case 'break-lease':
        return server.annotateLease(annotation.format, '99');
      case 'mend-lease':
        return server.annotateLease(annotation.format, null);
      case 'delete-lease':
        return server.deleteLease();
      case 'create-lease':
        return server.createLease();
      case 'old-mark-back':
        return server.markAgain();
    }
  }

  #other(deed: 'claims' | 'releases' | 'queues' | 'leaves'): void {
    this.server.edit((record) => {
      const without = record.holders.filter((slot) => !slot.readable || slot.entry.node !== 'n2');
      const queue = record.queue.filter((slot) => !slot.readable || slot.entry.node !== 'n2');
      if (deed === 'releases') return { ...record, holders: without };
      if (deed === 'leaves') return { ...record, queue };
      if (deed === 'queues') return { ...record, queue: [...queue, waiting('n2')] };
      if (record.paused !== null || holding(record).length > 0) return record;
      return {
        ...record,
        queue,
        holders: [...without, holder('n2', { phase: 'rebooting' })],
        transitions: record.transitions + 1,
      };
    });
  }
}

function granted<T>(ruling: { readonly granted: boolean; readonly record?: T }, record: T): T {
  return ruling.granted && ruling.record !== undefined ? ruling.record : record;
}

/** 32 hex digits, another for each number, spread over their whole range. */
function chance(index: number): string {
  return [1, 2, 3, 4]
    .map((salt) => ((Math.imul(index * 4 + salt, 0x9e3779b1) >>> 0) + 0x1_0000_0000).toString(16).slice(1))
    .join('');
}
