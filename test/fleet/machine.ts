import { randomUUID } from 'node:crypto';
import type { Answer } from '../../src/core/answer.ts';
import type { Memory } from '../../src/core/memory.ts';
import { emptyMemory } from '../../src/core/memory.ts';
import type { Need } from '../../src/core/need.ts';
import type { Permission } from '../../src/core/permission.ts';
import type { State } from '../../src/core/phases/state.ts';
import { reason } from '../../src/core/reasons.ts';
import type { Settings } from '../../src/core/settings.ts';
import type { RebootAnswer, ShutdownLook } from '../../src/core/shutdown.ts';
import type { Status } from '../../src/core/status.ts';
import { type Daemon, startDaemon } from '../../src/daemon/daemon.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import type { Hooks } from '../../src/ports/hooks.ts';
import type { Host } from '../../src/ports/host.ts';
import type { Log, Notifier, ServiceManager } from '../../src/ports/outlets.ts';
import type { NeedSource, PermissionSource } from '../../src/ports/source.ts';
import type { Seen } from '../observer/seen.ts';
import type { Admin } from './admin.ts';

export interface MachineOptions {
  readonly name: string;
  readonly admin: Admin;
  readonly cluster: Cluster;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log?: Log;
  /** Milliseconds from the reboot to the start of the service, and from there to the kubelet's Ready. */
  readonly boot?: number;
  readonly kubelet?: number;
  /** What becomes of each call to reboot, in order; after the list every call reboots. */
  readonly reboots?: readonly ('happens' | 'refused' | 'nothing')[];
  /** Where the daemon looks for a need, instead of at `needReboot`. */
  readonly needs?: readonly NeedSource[];
  /** Asked for permission besides what `permit` says. */
  readonly permissions?: readonly PermissionSource[];
  /** What is to be run around a reboot; absent: nothing. */
  readonly hooks?: Hooks;
  /** Who is told; absent: nobody. */
  readonly notifier?: Notifier;
  /** Told of what a witness outside sees of it. */
  readonly told?: (seen: Seen) => void;
  /** Called when the machine loses its power: what lies in /run is gone. */
  readonly powerOff?: () => void;
}

/** Nobody listens to what the service manager is told. */
export const silentManager: ServiceManager = {
  ready: () => {},
  status: () => {},
  reloading: () => {},
  stopping: () => {},
  alive: () => {},
  extend: () => {},
  dropped: 0,
  close: () => {},
};

/** A machine without hooks. */
export const noHooks: Hooks = { run: async () => ({ is: 'done' }), endLeft: async () => {} };

/** Nobody is told anything. */
export const silentNotifier: Notifier = { tell: () => {}, flush: async () => {} };

export const silentLog: Log = { event: () => {}, always: () => {}, setLevel: () => {} };

/** A machine with a kubelet and the shipped daemon in it, that can be rebooted, cut off, and have its service killed. */
export class Machine {
  readonly name: string;
  readonly boots: { readonly id: string; readonly at: number }[] = [];
  readonly changes: { readonly at: number; readonly status: Status }[] = [];
  readonly #options: MachineOptions;
  #need: Need | null = null;
  #permission: Permission = { is: 'allowed' };
  #hints = new Set<() => void>();
  #permissionHints = new Set<() => void>();
  #power = new AbortController();
  #daemon: Daemon | null = null;
  #memory: Memory = emptyMemory;
  #settings: Settings;
  #calls = 0;
  /** The process that runs, or ran last. */
  #by = '';
  #waiting = new Set<() => void>();

  constructor(options: MachineOptions) {
    this.name = options.name;
    this.#options = options;
    this.#settings = options.settings;
  }

  get status(): Status | null {
    return this.#daemon?.status() ?? null;
  }

  get calls(): number {
    return this.#calls;
  }

  async install(): Promise<void> {
    await this.#options.admin.createNode(this.name);
    await this.boot();
  }

  /** Power on: a new boot ID, the kubelet's report, the service. */
  async boot(): Promise<void> {
    const { clock, admin } = this.#options;
    const id = randomUUID();
    this.boots.push({ id, at: clock.now().wall });
    this.#power = new AbortController();
    this.#tell({ is: 'up', node: this.name, boot: id });
    const kubelet = clock
      .sleep(this.#options.kubelet ?? 20, this.#power.signal)
      .then(() => admin.report(this.name, id, true));
    kubelet.catch(() => {});
    this.startService();
    if (this.boots.length === 1) await kubelet;
  }

  startService(): void {
    const { clock } = this.#options;
    const boot = this.boots.at(-1)?.id ?? '';
    this.#by = randomUUID();
    this.#tell({ is: 'service', node: this.name, process: this.#by });
    const me = {
      node: this.name,
      uid: '',
      machine: `machine-${this.name}`,
      boot: { id: boot, soft: null },
      by: this.#by,
    };
    const parts = {
      me,
      settings: this.#settings,
      memory: this.#memory,
      cluster: this.#options.cluster,
      host: this.#host(),
      hooks: this.#options.hooks ?? noHooks,
      needs: this.#options.needs ?? [{ name: 'sentinel', look: async () => this.#look(), watch: this.#watchNeed }],
      permissions: [
        { name: 'blocker', ask: async () => this.#permission, watch: this.#watchPermission },
        ...(this.#options.permissions ?? []),
      ],
      clock,
      log: { ...(this.#options.log ?? silentLog) },
      manager: { ...silentManager, status: () => this.#noted() },
      tally: { phase: () => {}, moment: () => {} },
      notifier: this.#options.notifier ?? silentNotifier,
      beat: null,
      signal: this.#power.signal,
    };
    this.#daemon = startDaemon(parts);
  }

  /** SIGKILL of the service: it ends between two instructions; what it had sent may still take effect. */
  killService(): void {
    this.#tell({ is: 'service', node: this.name, process: null });
    this.#power.abort();
    this.#power = new AbortController();
  }

  stop(meaning: 'stop' | 'restart' | 'shutdown' | 'unknown'): Promise<State> {
    this.#daemon?.tell({ on: 'stop', meaning });
    return this.#daemon?.ended ?? Promise.reject(new Error('no service runs'));
  }

  /** Another configuration, taken by the daemon that runs, and by each after it. */
  configure(settings: Settings): void {
    this.#settings = settings;
    this.#daemon?.configure(settings, null);
  }

  retry(): void {
    this.#tell({ is: 'person', through: this.name, act: 'retry' });
    this.#daemon?.tell({ on: 'retry' });
  }

  /** The machine loses its power, or is rebooted by somebody. */
  async reboot(why: 'reboot' | 'power' = 'power'): Promise<void> {
    this.#tell({ is: 'down', node: this.name, why });
    this.#power.abort();
    this.needNothing();
    this.#options.powerOff?.();
    await this.#options.clock.sleep(this.#options.boot ?? 20, new AbortController().signal);
    await this.boot();
  }

  off(): void {
    this.#power.abort();
  }

  needReboot(fingerprint: string, reasons: readonly string[] = ['linux-image']): void {
    this.#needs({ fingerprint, source: '/run/reboot-required', reasons, older: false });
  }

  needNothing(): void {
    this.#needs(null);
  }

  permit(permission: Permission): void {
    this.#permission = permission;
    this.#tell({ is: 'permission', node: this.name, answer: permission.is });
    for (const hint of this.#permissionHints) hint();
  }

  /** Resolves when the status satisfies the condition; rejects with where it stands after `ms`. */
  async until(condition: (status: Status) => boolean, what: string, ms = 20_000): Promise<Status> {
    const end = AbortSignal.timeout(ms);
    for (;;) {
      const { status } = this;
      if (status !== null && condition(status)) return status;
      if (end.aborted)
        throw new Error(`${this.name}: waited ${ms} ms for "${what}"; stands at ${JSON.stringify(status, null, 1)}`);
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
        end.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  #noted(): void {
    queueMicrotask(() => {
      const { status } = this;
      if (status !== null) this.changes.push({ at: this.#options.clock.now().wall, status });
      for (const resolve of this.#waiting) resolve();
      this.#waiting.clear();
    });
  }

  #needs(need: Need | null): void {
    this.#need = need;
    if (this.#options.needs === undefined)
      this.#tell({ is: 'need', node: this.name, fingerprint: need?.fingerprint ?? null });
    for (const hint of this.#hints) hint();
  }

  #tell(seen: Seen): void {
    this.#options.told?.(seen);
  }

  #look(): Answer<Need> {
    return this.#need === null ? { is: 'no' } : { is: 'yes', value: this.#need };
  }

  readonly #watchNeed = (hint: () => void, signal: AbortSignal): void => {
    this.#hints.add(hint);
    signal.addEventListener('abort', () => this.#hints.delete(hint), { once: true });
  };

  readonly #watchPermission = (hint: () => void, signal: AbortSignal): void => {
    this.#permissionHints.add(hint);
    signal.addEventListener('abort', () => this.#permissionHints.delete(hint), { once: true });
  };

  #host(): Host {
    return {
      bootMark: async () => ({ is: 'no' }),
      machine: async () => ({ is: 'yes', value: `machine-${this.name}` }),
      lookAtShutdown: async (): Promise<ShutdownLook> => ({ is: 'none' }),
      stopMeaning: async () => 'stop',
      reboot: async (): Promise<RebootAnswer> => this.#rebootAsked(),
      memory: {
        read: async () => ({ is: 'yes', value: this.#memory }),
        write: async (memory) => {
          this.#memory = memory;
          return null;
        },
      },
    };
  }

  #rebootAsked(): RebootAnswer {
    const fate = this.#options.reboots?.[this.#calls] ?? 'happens';
    this.#calls += 1;
    const boot = this.boots.at(-1)?.id ?? '';
    this.#tell({ is: 'asked', node: this.name, boot, process: this.#by, refused: fate !== 'happens' });
    if (fate === 'refused')
      return { is: 'refused', reason: reason('blocked', { source: 'an inhibitor', why: 'a backup is running' }) };
    if (fate === 'happens') void this.reboot('reboot');
    return { is: 'accepted' };
  }
}
