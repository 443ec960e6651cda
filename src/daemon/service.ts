import { compareSettings } from '../config/compare.ts';
import { serve } from '../control/serve.ts';
import { openControl } from '../control/server.ts';
import { emptyMemory } from '../core/memory.ts';
import { type Reason, reasonSentence } from '../core/reasons.ts';
import type { Settings } from '../core/settings.ts';
import type { StopMeaning } from '../core/shutdown.ts';
import type { Status } from '../core/status.ts';
import { openCluster, type Ready } from '../kubernetes/cluster.ts';
import { offerMetrics } from '../metrics/listen.ts';
import { openSentinels } from '../sentinel/open.ts';
import { watchdogPeriod } from '../systemd/notify.ts';
import { controlRoutes } from './control-routes.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import type { Environment } from './environment.ts';
import { createCounter, metricsText, type RequestCounter } from './metrics.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { shutdownSource } from './shutdown-source.ts';

/** What the process's edge may ask of a running service. */
export interface Service {
  /** Ends the service; what that means for a reboot in progress is for systemd to say, or given. */
  stop(meaning: StopMeaning | null): void;
  reload(settings: Settings): void;
  readonly log: Rooms['log'];
  readonly ended: Promise<ServiceEnd>;
}

export type ServiceEnd = { readonly is: 'stopped' } | { readonly is: 'refused'; readonly why: string };

/** How long a stop may take to give back what is held; TimeoutStopSec of the unit is a little longer. */
const stopLimit = 15_000;
/** Phases in which nothing is held, so that new settings can be taken. */
const free: readonly Status['phase'][] = ['idle', 'waiting'];

/** Runs the service until it is stopped. It starts without a cluster, credentials, Lease or Node, and goes on by itself. */
export function startService(environment: Environment, settings: Settings): Service {
  const rooms = openRooms(environment, settings);
  const running = new Running(environment, rooms, settings);
  return { stop: running.stop, reload: running.reload, log: rooms.log, ended: running.run() };
}

class Running {
  readonly #environment: Environment;
  readonly #rooms: Rooms;
  readonly #over = new AbortController();
  readonly #counter: RequestCounter = createCounter();
  readonly #by: string;
  #settings: Settings;
  #pending: Settings | null = null;
  #daemon: Daemon | null = null;
  #cluster: Ready['cluster'] | null = null;
  #waiting: Reason | null = null;
  #stopping = false;
  #renew = new AbortController();

  constructor(environment: Environment, rooms: Rooms, settings: Settings) {
    this.#environment = environment;
    this.#rooms = rooms;
    this.#settings = settings;
    this.#by = environment.clock.now().chance;
  }

  async run(): Promise<ServiceEnd> {
    const { log, manager, instance } = this.#rooms;
    if (instance.is === 'second') {
      log.event('second-instance', { why: instance.message });
      return { is: 'refused', why: instance.message };
    }
    if (instance.is === 'unknown')
      log.event('details', { why: `cannot tell whether another daemon runs: ${instance.why}` });
    log.event('service-starting', { version: this.#environment.version });
    const control = await this.#openControl();
    this.#feedWatchdog();
    manager.ready();
    log.event('service-ready');
    try {
      while (!this.#over.signal.aborted) await this.#life();
    } finally {
      manager.stopping();
      await control?.close();
      log.event('service-stopped');
      manager.close();
      await log.close();
    }
    return { is: 'stopped' };
  }

  readonly stop = (meaning: StopMeaning | null): void => {
    if (this.#stopping) this.#over.abort();
    else void this.#stop(meaning);
    this.#stopping = true;
  };

  /** New settings are taken when nothing is held; the log level at once. */
  readonly reload = (settings: Settings): void => {
    const { log, manager } = this.#rooms;
    manager.reloading();
    log.setLevel(settings.log.level);
    const { sections } = compareSettings(this.#settings, settings);
    this.#pending = sections.length === 0 ? null : settings;
    log.event('config-loaded', { changed: sections.join(', ') || 'nothing' });
    if (this.#pending !== null && !this.#isFree()) {
      log.event('config-waits', { why: 'it is taken after the Lease was released', changed: sections.join(', ') });
    }
    this.#takePending();
    manager.ready();
  };

  /** One life under one set of settings. */
  async #life(): Promise<void> {
    this.#renew = new AbortController();
    const signal = AbortSignal.any([this.#over.signal, this.#renew.signal]);
    const { clock } = this.#environment;
    const settings = this.#settings;
    const opened = openCluster({ credentials: settings.credentials, clock, counter: this.#counter }, signal);
    if (settings.metrics.listen !== null) void this.#offerMetrics(settings.metrics.listen, signal);
    for await (const state of opened.states(signal)) {
      if (state.is !== 'ready') {
        this.#tellWaiting(state.reason);
        continue;
      }
      // Other credentials for the same identity are no other life.
      if (this.#daemon !== null && this.#cluster === state.cluster) continue;
      await this.#endDaemon();
      if (signal.aborted) return;
      this.#cluster = state.cluster;
      await this.#begin(state, settings, signal);
    }
    await this.#endDaemon();
  }

  async #begin(ready: Ready, settings: Settings, signal: AbortSignal): Promise<void> {
    const { clock } = this.#environment;
    const { log, manager, systemd } = this.#rooms;
    const host = this.#rooms.host(() => settings);
    const known = await this.#whoAmI(signal);
    if (known === null) return;
    const memory = await host.memory.read();
    if (memory.is === 'unknown') log.event('memory-unusable', { reason: memory.reason });
    this.#waiting = null;
    log.always({ node: ready.identity.node });
    const me = { node: ready.identity.node, uid: '', machine: known.machine, boot: known.boot, by: this.#by };
    const daemon = startDaemon({
      me,
      settings,
      memory: memory.is === 'yes' ? memory.value : emptyMemory,
      cluster: ready.cluster,
      host,
      needs: openSentinels(settings.sentinel, {
        clock,
        commands: systemd.commands,
        log,
        round: this.#rooms.memory.round,
      }),
      permissions: [systemd.inhibitors, shutdownSource(systemd)],
      clock,
      log,
      manager: { ...manager, status: (sentence) => this.#progressed(sentence) },
      signal,
    });
    this.#daemon = daemon;
    // Not before it has said its last words: they end with the signal.
    void daemon.ended.then(() => this.#daemon === daemon && this.#over.abort());
  }

  /** Boot ID and machine ID; waits, and says for what, while one cannot be read. */
  async #whoAmI(signal: AbortSignal): Promise<{ boot: Boot; machine: string } | null> {
    const host = this.#rooms.host(() => this.#settings);
    while (!signal.aborted) {
      const [boot, machine] = await Promise.all([host.bootMark(signal), host.machine()]);
      if (boot.is === 'yes' && machine.is === 'yes') return { boot: boot.value, machine: machine.value };
      const problem = boot.is === 'unknown' ? boot.reason : machine.is === 'unknown' ? machine.reason : null;
      if (problem !== null) this.#tellWaiting(problem);
      await this.#environment.clock.sleep(10_000, signal).catch(() => {});
    }
    return null;
  }

  #progressed(sentence: string): void {
    this.#rooms.manager.status(sentence);
    this.#rooms.manager.alive();
    this.#takePending();
  }

  #takePending(): void {
    if (this.#pending === null || !this.#isFree()) return;
    this.#settings = this.#pending;
    this.#pending = null;
    this.#renew.abort();
  }

  #isFree(): boolean {
    const phase = this.#daemon?.status()?.phase;
    return phase === undefined || free.includes(phase);
  }

  #tellWaiting(why: Reason): void {
    this.#waiting = why;
    this.#rooms.log.event('reason-changed', { reason: why });
    this.#rooms.manager.status(`waiting: ${reasonSentence(why)}`);
  }

  async #stop(given: StopMeaning | null): Promise<void> {
    const { clock } = this.#environment;
    const meaning = given ?? (await this.#rooms.systemd.stopMeaning(this.#over.signal));
    this.#rooms.manager.stopping();
    if (this.#daemon === null) return this.#over.abort();
    this.#daemon.tell({ on: 'stop', meaning });
    const limit = clock.timer(stopLimit, () => this.#over.abort());
    await this.#daemon.ended;
    limit();
    this.#over.abort();
  }

  async #endDaemon(): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = null;
    if (daemon === null) return;
    daemon.tell({ on: 'stop', meaning: 'restart' });
    await daemon.ended;
  }

  async #openControl(): Promise<{ close(): Promise<void> } | null> {
    const { clock, places } = this.#environment;
    const { log } = this.#rooms;
    const routes = controlRoutes({
      status: () => this.#daemon?.status() ?? null,
      waiting: () => this.#waiting,
      retry: () => this.#daemon?.tell({ on: 'retry' }),
      metrics: () => this.#metrics(),
    });
    try {
      return await openControl(places.runtime, routes, { clock, log });
    } catch (error) {
      log.event('control-failed', { why: error instanceof Error ? error.message : String(error) });
      return null;
    }
  }

  async #offerMetrics(listen: string, signal: AbortSignal): Promise<void> {
    const { clock } = this.#environment;
    const { log } = this.#rooms;
    const failed = (error: unknown): void => log.event('internal-error', { why: String(error) });
    const page: Parameters<typeof offerMetrics>[2]['serve'] = (address, handle) =>
      serve(address, handle, { clock, failed });
    await offerMetrics(listen, () => this.#metrics(), { clock, log, serve: page }, signal);
  }

  #metrics(): string {
    const { version, revision, nodeVersion } = this.#environment;
    return metricsText(this.#daemon?.status() ?? null, this.#waiting, this.#counter, {
      version,
      revision,
      node: nodeVersion,
    });
  }

  /** The watchdog is fed by the loop's own progress: a nudge goes in, and what comes out is the sign of life. */
  #feedWatchdog(): void {
    const { clock, env, pid } = this.#environment;
    const period = watchdogPeriod(env['WATCHDOG_USEC'], env['WATCHDOG_PID'], pid);
    if (period === null) return;
    const nudge = (): void => {
      if (this.#over.signal.aborted) return;
      if (this.#daemon === null) this.#rooms.manager.alive();
      else this.#daemon.tell({ on: 'time' });
      clock.timer(period, nudge);
    };
    nudge();
  }
}

type Boot = Parameters<typeof startDaemon>[0]['me']['boot'];
