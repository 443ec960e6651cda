import { isDeepStrictEqual } from 'node:util';
import { outsideText } from '../core/outside-text.ts';
import { type Reason, reason } from '../core/reasons.ts';
import type { Settings } from '../core/settings.ts';
import type { StopMeaning } from '../core/shutdown.ts';
import { openNotifier } from '../notify/open.ts';
import type { Notifier } from '../ports/outlets.ts';
import { watchdogPeriod } from '../systemd/notify.ts';
import { Configured, configurationText, type Reloaded } from './configured.ts';
import { controlRoutes } from './control-routes.ts';
import type { Environment } from './environment.ts';
import { Life } from './life.ts';
import { rivalsHere } from './machine-here.ts';
import { createCounter, createNoticeCounter, metricsText, type NoticeCounter, type RequestCounter } from './metrics.ts';
import { MetricsOutlets } from './metrics-outlets.ts';
import { offerControl } from './offer-control.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { tellStopUnseen } from './stop-unseen.ts';
import { Tally } from './tally.ts';
import { WaitingVoice } from './waiting-voice.ts';
import { feedWatchdog } from './watchdog.ts';

/** What the process's edge may ask of a running service. */
export interface Service {
  /** Ends the service; what that means for a reboot in progress is for systemd to say, or given. A second time: at once. */
  stop(meaning: StopMeaning | null): void;
  /** Reads the configuration by `load` and takes it, whole or not at all; what a claim rests on waits for its release. */
  reload(load: () => Promise<Reloaded>): void;
  readonly ended: Promise<ServiceEnd>;
}

export type ServiceEnd = { readonly is: 'stopped' } | { readonly is: 'refused'; readonly why: string };

/** How long systemd is asked what a stop means; without an answer everything is left as it is. */
const meaningLimit = 5_000;

/** Runs the service until it is stopped. It starts without a cluster, credentials, Lease or Node, and goes on by itself. */
export function startService(environment: Environment, settings: Settings): Service {
  const running = new Running(environment, openRooms(environment, settings), settings);
  return { stop: running.stop, reload: running.reload, ended: running.run() };
}

/** A defect of reading is a refusal: systemd still hears of the end of the reload. */
function unreadable(error: unknown): Reloaded {
  const message = error instanceof Error ? error.message : String(error);
  return { valid: false, problems: [{ file: 'the configuration', message: outsideText(message, 300) }] };
}

class Running {
  readonly #environment: Environment;
  readonly #rooms: Rooms;
  readonly #over = new AbortController();
  readonly #counter: RequestCounter = createCounter();
  readonly #notices: NoticeCounter = createNoticeCounter();
  readonly #configured: Configured;
  readonly #voice: WaitingVoice;
  readonly #tally: Tally;
  readonly #outlets: MetricsOutlets;
  readonly #notifier: Notifier;
  readonly #life: Life;
  #reloads: Promise<void> = Promise.resolve();
  #sentence = '';
  #shown = '';
  #stopping = false;

  constructor(environment: Environment, rooms: Rooms, settings: Settings) {
    const { clock } = environment;
    this.#environment = environment;
    this.#rooms = rooms;
    this.#configured = new Configured(settings, rooms.log);
    this.#voice = new WaitingVoice(clock, rooms.log, (sentence) => this.#show(sentence));
    const { memory, log } = rooms;
    const unkept = (why: Reason): void => log.event('memory-unusable', { reason: why });
    this.#tally = new Tally({ clock, memory: memory.counts, unkept });
    this.#outlets = new MetricsOutlets({ clock, log, page: () => this.#metrics(), signal: this.#over.signal });
    this.#notifier = openNotifier({
      settings: () => this.#configured.used.notifications,
      memory: rooms.memory.notices,
      commands: rooms.systemd.commands,
      clock,
      log: rooms.log,
      count: this.#notices.count,
      signal: this.#over.signal,
    });
    this.#life = new Life({
      environment,
      rooms,
      counter: this.#counter,
      tally: this.#tally,
      notifier: this.#notifier,
      settings: () => this.#configured.used,
      progressed: (sentence) => this.#progressed(sentence),
      waits: (why) => this.#voice.wait(why),
      identityTold: () => this.#show(this.#sentence),
      ended: () => this.#over.abort(),
      signal: this.#over.signal,
    });
  }

  async run(): Promise<ServiceEnd> {
    const { log, manager, instance } = this.#rooms;
    if (instance.is === 'second') {
      log.event('second-instance', { why: instance.message });
      return { is: 'refused', why: instance.message };
    }
    if (instance.is === 'unknown') log.event('instance-unknown', { why: instance.why });
    log.event('service-starting', { version: this.#environment.version });
    const control = this.#offerControl();
    await control.opened;
    this.#feedWatchdog();
    manager.ready();
    log.event('service-ready');
    this.#outlets.offer(this.#configured.used.metrics);
    void this.#voice.repeat(this.#over.signal);
    void this.#warnOfRivals();
    try {
      await this.#life.run();
    } finally {
      manager.stopping();
      await Promise.all([control.closed, this.#outlets.closed(), this.#tally.settled()]);
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

  /** One after the other; systemd waits for the READY of each (Type=notify-reload), with a mistake in the files as well. */
  readonly reload = (load: () => Promise<Reloaded>): void => {
    const { manager } = this.#rooms;
    this.#reloads = this.#reloads.then(async () => {
      manager.reloading();
      this.#configured.read(await load().catch(unreadable));
      this.#take();
      // The machine's time zone may be another since, which no file of ours tells.
      this.#life.reconsiderWindows();
      this.#show(this.#sentence);
      manager.ready();
    });
  };

  async #warnOfRivals(): Promise<void> {
    const rivals = await rivalsHere(this.#environment, this.#over.signal);
    if (this.#over.signal.aborted) return;
    for (const rival of rivals) this.#rooms.log.event('rival-found', { reason: rival });
  }

  #progressed(sentence: string): void {
    this.#take();
    this.#life.goOn();
    this.#show(sentence);
    this.#rooms.manager.alive();
  }

  /** What the configuration and the identity have to say stands behind the sentence. */
  #show(sentence: string): void {
    this.#sentence = sentence;
    const { identityWaits } = this.#life;
    const identity = identityWaits === null ? '' : `; ${identityWaits}`;
    const shown = `${sentence}${configurationText(this.#configured.status())}${identity}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#rooms.manager.status(shown);
  }

  /** Gives each room what changed for it. */
  #take(): void {
    const taken = this.#configured.take(this.#life.status);
    if (taken === null) return;
    const { before, now } = taken;
    this.#rooms.log.setLevel(now.log.level);
    this.#outlets.offer(now.metrics);
    const { daemon } = this.#life;
    if (!isDeepStrictEqual(before.credentials, now.credentials)) this.#life.lookAnew();
    // A daemon that begins later takes the settings of then.
    if (daemon === null) return;
    const same = isDeepStrictEqual(before.sentinel, now.sentinel);
    daemon.configure(now, same ? null : this.#life.sentinels());
    if (!isDeepStrictEqual(before.maintenance, now.maintenance)) this.#life.reconsiderWindows();
  }

  async #stop(given: StopMeaning | null): Promise<void> {
    const { clock } = this.#environment;
    using deadline = clock.deadline(meaningLimit, this.#over.signal);
    const meaning = given ?? (await this.#rooms.systemd.stopMeaning(deadline.signal));
    this.#rooms.manager.stopping();
    if (this.#life.unattended) tellStopUnseen(meaning, this.#configured.used, this.#rooms.log);
    // One that gives back already, for other credentials, is waited for as well.
    await this.#life.end(meaning);
    this.#over.abort();
  }

  #offerControl(): ReturnType<typeof offerControl> {
    const { clock, places } = this.#environment;
    const routes = controlRoutes({
      status: () => this.#life.status,
      waiting: () => this.#waiting(),
      configuration: () => this.#configured.status(),
      identityWaits: () => this.#life.identityWaits,
      retry: () => this.#life.retry(),
      metrics: () => this.#metrics(),
    });
    return offerControl(places.runtime, routes, { clock, log: this.#rooms.log }, this.#over.signal);
  }

  /** What it waits for without a daemon; one that has ended already leaves nothing but the end to wait for. */
  #waiting(): Reason | null {
    return this.#stopping ? reason('stopping') : this.#voice.reason;
  }

  #metrics(): string {
    const { version, revision, nodeVersion: node } = this.#environment;
    const life = this.#life;
    return metricsText({
      status: life.status,
      waiting: this.#waiting(),
      needSince: life.needSince,
      window: life.window,
      phaseTimes: this.#tally.phases(),
      outcomes: this.#tally.outcomes(),
      refused: this.#configured.status().refused !== null,
      requests: this.#counter.counts(),
      notices: this.#notices.counts(),
      build: { version, revision, node },
    });
  }

  #feedWatchdog(): void {
    const { clock, env, pid } = this.#environment;
    const period = watchdogPeriod(env['WATCHDOG_USEC'], env['WATCHDOG_PID'], pid);
    const nudge = (): void => {
      const { daemon } = this.#life;
      if (daemon === null) this.#rooms.manager.alive();
      else daemon.tell({ on: 'time' });
    };
    feedWatchdog(period, nudge, clock, this.#over.signal);
  }
}
