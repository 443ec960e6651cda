import { emptyMemory } from '../core/memory.ts';
import { beyondNode } from '../core/node-restriction.ts';
import { outsideText } from '../core/outside-text.ts';
import type { Reason } from '../core/reasons.ts';
import type { Settings } from '../core/settings.ts';
import type { StopMeaning } from '../core/shutdown.ts';
import type { Status } from '../core/status.ts';
import { type ClusterState, openCluster, type Ready } from '../kubernetes/cluster.ts';
import { findKured } from '../kubernetes/kured-pod.ts';
import type { CallCounter } from '../kubernetes/transport.ts';
import type { WindowNow } from '../metrics/input.ts';
import type { Notifier } from '../ports/outlets.ts';
import type { NeedSource } from '../ports/source.ts';
import { openSentinels } from '../sentinel/open.ts';
import { watchdogPeriod } from '../systemd/notify.ts';
import type { UsersTold } from '../systemd/open.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import type { Environment } from './environment.ts';
import { permissionSources } from './permission-sources.ts';
import type { Rooms } from './rooms.ts';
import { mayHold } from './settings-taken.ts';
import type { Tally } from './tally.ts';
import type { WindowSource } from './window-source.ts';

export interface LifeParts {
  readonly environment: Environment;
  readonly rooms: Rooms;
  readonly counter: CallCounter;
  readonly tally: Tally;
  readonly notifier: Notifier;
  readonly settings: () => Settings;
  /** Told after every decision, with the sentence. */
  readonly progressed: (sentence: string) => void;
  /** Told what is waited for while there is no daemon; null: nothing any more. */
  readonly waits: (why: Reason | null) => void;
  /** The daemon ended by itself: it was told to. */
  readonly ended: () => void;
  readonly signal: AbortSignal;
}

/** How long a stop may take to give back what is held; TimeoutStopSec of the unit is a little longer. */
const stopLimit = 15_000;

/** One life under one set of credentials: waits for a cluster and for who we are, then runs the daemon of that Node. */
export class Life {
  readonly #parts: LifeParts;
  readonly #over = new AbortController();
  readonly #signal: AbortSignal;
  #daemon: Daemon | null = null;
  /** Told to stop, and not at its end yet. */
  #ending: Daemon | null = null;
  #stopDaemon = new AbortController();
  /** What the daemon runs with. */
  #now: Ready | null = null;
  /** What the credentials have become, until a daemon begins with it; as another Node not while something is held. */
  #next: Ready | null = null;
  #turning = false;
  /** It is to end: whatever the credentials become, no other daemon begins. */
  #left = false;
  #windows: WindowSource | null = null;

  constructor(parts: LifeParts) {
    this.#parts = parts;
    this.#signal = AbortSignal.any([parts.signal, this.#over.signal]);
  }

  get daemon(): Daemon | null {
    return this.#daemon;
  }

  /** Where the daemon is, one that gives back what it holds before it ends included. */
  get status(): Status | null {
    return (this.#daemon ?? this.#ending)?.status() ?? null;
  }

  /** Since when this node needs a reboot; null: it needs none, or that is not known. */
  get needSince(): number | null {
    return (this.#daemon ?? this.#ending)?.needSince() ?? null;
  }

  /** The maintenance windows as they are now for what this node needs; null while they cannot be told. */
  get window(): WindowNow | null {
    return this.#windows?.now(this.needSince) ?? null;
  }

  /** Why the daemon keeps to another Node than that of the credentials, and what ends it; null: it does not. */
  get identityWaits(): string | null {
    if (this.#now === null || this.#next === null || !this.#mustWait(this.#next)) return null;
    const user = outsideText(this.#next.identity.user, 253);
    const [node, held] = [this.#next.identity.node, this.#now.identity.node];
    const instead = `kured-host lease release ${held} --force, on a node of the pool, then systemctl restart kured-host`;
    const ends = `they are taken when those of ${held} were back and have released its claim; to give it up instead: ${instead}`;
    return `the credentials are now those of ${user} for another Node, ${node}; ${ends}`;
  }

  /** Until its signal is aborted or it was left. */
  async run(): Promise<void> {
    const { environment, counter, settings } = this.#parts;
    const { credentials, node } = settings();
    const options = { credentials, clock: environment.clock, counter, beyond: beyondNode(node) };
    const opened = openCluster(options, this.#signal);
    for await (const state of opened.states(this.#signal)) await this.#see(state);
    await this.end('restart');
  }

  /** Ends it for other credentials: what is waited for in the queue is given back. */
  async leave(): Promise<void> {
    await this.end('stop');
    this.#over.abort();
  }

  /** Ends the daemon, if there is one, within the time a stop may take; none begins after it. */
  async end(meaning: StopMeaning): Promise<void> {
    this.#left = true;
    await this.#endDaemon(meaning);
  }

  /** The sentinels of the settings of now. */
  sentinels(): readonly NeedSource[] {
    const { environment, rooms, settings } = this.#parts;
    const { log, systemd, memory } = rooms;
    const deps = { clock: environment.clock, commands: systemd.commands, log, round: memory.round };
    return openSentinels(settings().sentinel, deps);
  }

  /** The maintenance windows of the settings are others. */
  reconsiderWindows(): void {
    this.#windows?.reconsider();
  }

  /** To be called after each decision: something that waits for a release may be taken now. */
  goOn(): void {
    void this.#turn();
  }

  async #endDaemon(meaning: StopMeaning): Promise<void> {
    const daemon = this.#daemon;
    if (daemon === null) return void (await this.#ending?.ended);
    const cut = this.#stopDaemon;
    this.#daemon = null;
    this.#ending = daemon;
    daemon.tell({ on: 'stop', meaning });
    const cancel = this.#parts.environment.clock.timer(stopLimit, () => cut.abort());
    await daemon.ended;
    this.#ending = null;
    cancel();
    cut.abort();
  }

  async #see(state: ClusterState): Promise<void> {
    if (state.is !== 'ready') return this.#parts.waits(state.reason);
    // Other credentials for the same identity are no other life.
    const same = this.#now?.cluster === state.cluster;
    this.#next = same ? null : state;
    if (same && this.#daemon !== null) this.#parts.waits(null);
    const why = this.identityWaits;
    if (why !== null) this.#parts.rooms.log.event('config-waits', { why, changed: 'identity' });
    await this.#turn();
  }

  /** A claim is the Node's: only one who is another Node may not touch it, and all others go on with it. */
  #mustWait(next: Ready): boolean {
    const daemon = this.#daemon ?? this.#ending;
    if (daemon === null || this.#isSameNode(next)) return false;
    // Before its first decision nobody knows what it holds.
    return mayHold(daemon.status()?.phase ?? 'recovering');
  }

  #isSameNode({ identity }: Ready): boolean {
    return this.#now?.identity.node === identity.node;
  }

  async #turn(): Promise<void> {
    if (this.#turning) return;
    this.#turning = true;
    for (let next = this.#turnsTo(); next !== null; next = this.#turnsTo()) {
      const meaning = this.#isSameNode(next) ? 'restart' : 'stop';
      // From here on it is this one's turn: what a restart leaves behind is its own Node's, whatever comes meanwhile.
      this.#now = next;
      this.#next = null;
      await this.#endDaemon(meaning);
      if (!this.#left) await this.#begin(next);
    }
    this.#turning = false;
  }

  /** Who may take over now; null: nobody wants to, or may. */
  #turnsTo(): Ready | null {
    const next = this.#next;
    return next === null || this.#left || this.#signal.aborted || this.#mustWait(next) ? null : next;
  }

  async #begin(ready: Ready): Promise<void> {
    const { environment, rooms, settings, tally } = this.#parts;
    const { clock } = environment;
    const { log, manager } = rooms;
    const host = rooms.host(settings);
    const known = await this.#whoAmI();
    if (known === null) return;
    const memory = await host.memory.read();
    if (memory.is === 'unknown') log.event('memory-unusable', { reason: memory.reason });
    if (this.#left || this.#signal.aborted) return;
    this.#parts.waits(null);
    log.always({ node: ready.identity.node, phase: 'recovering' });
    log.event('credentials-loaded', { file: ready.file, user: ready.identity.user, server: ready.server });
    this.#stopDaemon = new AbortController();
    const usersTold: UsersTold = (count, why) =>
      why === null ? log.event('users-told', { count }) : log.event('users-not-told', { count, why });
    const asked = { ...rooms, pods: ready.cluster.pods, usersTold };
    const permissions = permissionSources(environment, asked, settings, known.machine);
    this.#windows = permissions.windows;
    // What an earlier daemon of this process still had under way when it ended is another's, as after a restart of the service.
    const by = clock.now().chance;
    const daemon = startDaemon({
      me: { node: ready.identity.node, uid: '', machine: known.machine, ...known.boot, by },
      settings: settings(),
      memory: memory.is === 'yes' ? memory.value : emptyMemory,
      cluster: ready.cluster,
      host,
      hooks: rooms.hooks(settings),
      needs: this.sentinels(),
      permissions: permissions.all,
      clock,
      log,
      tally,
      manager: { ...manager, status: this.#parts.progressed },
      notifier: this.#parts.notifier,
      beat: watchdogPeriod(environment.env['WATCHDOG_USEC'], environment.env['WATCHDOG_PID'], environment.pid),
      signal: AbortSignal.any([this.#signal, this.#stopDaemon.signal]),
    });
    this.#daemon = daemon;
    void this.#warnOfKured(ready);
    // Not before it has said its last words: they end with the signal.
    void daemon.ended.then(() => this.#daemon === daemon && this.#parts.ended());
  }

  async #warnOfKured({ cluster }: Ready): Promise<void> {
    const rival = await findKured(cluster.pods, this.#signal);
    if (rival !== null && !this.#signal.aborted) this.#parts.rooms.log.event('rival-found', { reason: rival });
  }

  /** Boot ID and machine ID; waits, and says for what, while one cannot be read. */
  async #whoAmI(): Promise<{ boot: Boot; machine: string } | null> {
    const { environment, rooms, settings } = this.#parts;
    const host = rooms.host(settings);
    while (!this.#signal.aborted) {
      const [boot, machine] = await Promise.all([host.bootMark(this.#signal), host.machine()]);
      if (boot.is === 'yes' && machine.is === 'yes') return { boot: partOfMe(boot.value), machine: machine.value };
      const problem = boot.is === 'unknown' ? boot.reason : machine.is === 'unknown' ? machine.reason : null;
      if (problem !== null) this.#parts.waits(problem);
      await environment.clock.sleep(10_000, this.#signal).catch(() => {});
    }
    return null;
  }
}

type Boot = Pick<Parameters<typeof startDaemon>[0]['me'], 'boot' | 'began'>;

function partOfMe({ mark, began }: { readonly mark: Boot['boot']; readonly began: number | null }): Boot {
  return began === null ? { boot: mark } : { boot: mark, began };
}
