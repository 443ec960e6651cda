import { beyondNode } from '../core/node-restriction.ts';
import type { Reason } from '../core/reasons.ts';
import type { StopMeaning } from '../core/shutdown.ts';
import type { Status } from '../core/status.ts';
import { type ClusterState, type OpenedCluster, openCluster, type Ready } from '../kubernetes/cluster.ts';
import type { CallCounter } from '../kubernetes/transport.ts';
import type { WindowNow } from '../metrics/input.ts';
import type { NeedSource } from '../ports/source.ts';
import { type BeginParts, type Begun, beginDaemon, knowMachine, sentinelsOf } from './begin-daemon.ts';
import type { Daemon } from './daemon.ts';
import { otherNodeText, unusableText } from './identity-text.ts';
import { holdsNow } from './settings-taken.ts';

export interface LifeParts extends BeginParts {
  readonly counter: CallCounter;
  /** Told when `identityWaits` has something else to say. */
  readonly identityTold: () => void;
  /** The daemon ended by itself: it was told to. */
  readonly ended: () => void;
  readonly signal: AbortSignal;
}

/** How long a stop may take to give back what is held; TimeoutStopSec of the unit has room for the last words behind it. */
const stopLimit = 15_000;

/** Who one set of the settings' credentials makes us; kept up to date as long as anything works with them. */
interface Look {
  readonly opened: OpenedCluster;
  readonly end: AbortController;
}

interface Identified {
  readonly ready: Ready;
  readonly look: Look;
}

/**
 * Waits for a cluster and for who we are, then runs the daemon of that Node. Other credentials are looked at beside it: it goes
 * on under those from before until the new ones are known to be good for something.
 */
export class Life {
  readonly #parts: LifeParts;
  /** Aborted when it is to end: whatever the credentials become, no other daemon begins. */
  readonly #left = new AbortController();
  #running: Begun | null = null;
  /** Told to stop, and not at its end yet. */
  #ending: Begun | null = null;
  /** What that one holds it leaves to the one that is to begin after it. */
  #leaves = false;
  /** Whose turn it is: what the daemon runs with, or begins with as soon as the one before has ended. */
  #now: Identified | null = null;
  /** Who the newest credentials make us, until it is their turn; as another Node not while something is held. */
  #next: Identified | null = null;
  /** Why the newest credentials cannot be used, while there are others to go on with. */
  #unusable: Reason | null = null;
  /** Aborted when the settings name other credentials. */
  #newer = new AbortController();
  /** Whether the Node of now held something when that was last known. */
  #held = false;
  #turning = false;

  constructor(parts: LifeParts) {
    this.#parts = parts;
  }

  get daemon(): Daemon | null {
    return this.#running?.daemon ?? null;
  }

  /** Nobody is there who could give back what is held: no daemon, or one that leaves it to the next. */
  get unattended(): boolean {
    return this.#running === null && (this.#ending === null || this.#leaves);
  }

  /** Where the daemon is, one that gives back what it holds before it ends included. */
  get status(): Status | null {
    return this.#here?.daemon.status() ?? null;
  }

  /** Since when this node needs a reboot; null: it needs none, or that is not known. */
  get needSince(): number | null {
    return this.#here?.daemon.needSince() ?? null;
  }

  /** The maintenance windows as they are now for what this node needs; null while they cannot be told. */
  get window(): WindowNow | null {
    return this.#here?.windows.now(this.needSince) ?? null;
  }

  /** Why the daemon goes on under other credentials than the newest, and what ends that; null: it does not. */
  get identityWaits(): string | null {
    if (this.#now === null || this.#here === null) return null;
    if (this.#unusable !== null) return unusableText(this.#unusable);
    if (this.#next === null || !this.#mustWait(this.#next)) return null;
    return otherNodeText(this.#now.ready.identity, this.#next.ready.identity, this.#next.look === this.#now.look);
  }

  /** Until its signal is aborted. */
  async run(): Promise<void> {
    while (!this.#parts.signal.aborted) {
      const look = this.#look();
      for await (const state of look.opened.states(this.#newer.signal)) this.#see(state, look);
      if (look !== this.#now?.look) look.end.abort();
    }
    await this.end('restart');
  }

  /** The settings name other credentials. */
  lookAnew(): void {
    this.#newer.abort();
  }

  /** Ends the daemon, if there is one, within the time a stop may take; none begins after it. */
  async end(meaning: StopMeaning): Promise<void> {
    this.#left.abort();
    await this.#endDaemon(meaning);
  }

  /** A person's retry; false: there is no daemon to be told. */
  retry(): boolean {
    this.daemon?.tell({ on: 'retry' });
    return this.daemon !== null;
  }

  /** The sentinels of the settings of now. */
  sentinels(): readonly NeedSource[] {
    return sentinelsOf(this.#parts);
  }

  /** The maintenance windows of the settings are others. */
  reconsiderWindows(): void {
    this.#running?.windows.reconsider();
  }

  /** To be called after each decision: something that waits for a release may be taken now. */
  goOn(): void {
    if (this.#running !== null) this.#held = holdsNow(this.status, this.#held);
    void this.#turn();
  }

  get #here(): Begun | null {
    return this.#running ?? this.#ending;
  }

  #look(): Look {
    const { environment, counter, settings, signal } = this.#parts;
    const { credentials } = settings();
    const end = new AbortController();
    const options = { credentials, clock: environment.clock, counter, beyond: () => beyondNode(settings().node) };
    this.#newer = new AbortController();
    this.#next = null;
    this.#unusable = null;
    return { opened: openCluster(options, AbortSignal.any([signal, end.signal])), end };
  }

  #see(state: ClusterState, look: Look): void {
    const { waits, identityTold } = this.#parts;
    const isReady = state.is === 'ready';
    const others = this.#here !== null && this.#now?.look !== look;
    // The same identity by other files of the same settings is nothing new.
    const same = isReady && this.#now?.ready.cluster === state.cluster;
    this.#next = isReady && !same ? { ready: state, look } : null;
    this.#unusable = !isReady && others ? state.reason : null;
    if (!isReady && !others) waits(state.reason);
    if (same && this.#running !== null) waits(null);
    const why = this.identityWaits;
    if (why !== null) this.#parts.rooms.log.event('config-waits', { why, changed: 'credentials' });
    identityTold();
    void this.#turn();
  }

  /** A claim is the Node's: only one who is another Node may not touch it, and all others go on with it. */
  #mustWait(next: Identified): boolean {
    return this.#here !== null && !this.#isSameNode(next) && holdsNow(this.status, this.#held);
  }

  #isSameNode({ ready }: Identified): boolean {
    return this.#now?.ready.identity.node === ready.identity.node;
  }

  async #turn(): Promise<void> {
    if (this.#turning) return;
    this.#turning = true;
    for (let next = this.#turnsTo(); next !== null; next = this.#turnsTo()) await this.#turnTo(next);
    this.#turning = false;
  }

  /** Who may take over now; null: nobody wants to, or may. */
  #turnsTo(): Identified | null {
    const next = this.#next;
    return next === null || this.#left.signal.aborted || this.#mustWait(next) ? null : next;
  }

  async #turnTo(next: Identified): Promise<void> {
    const before = this.#now;
    const same = this.#isSameNode(next);
    this.#held = same && holdsNow(this.status, this.#held);
    // From here on it is this one's turn: what a restart leaves behind is its own Node's, whatever comes meanwhile.
    this.#now = next;
    this.#next = null;
    await this.#endDaemon(same ? 'restart' : 'stop');
    if (before !== null && before.look !== next.look) before.look.end.abort();
    await this.#begin(next.ready);
  }

  async #begin(ready: Ready): Promise<void> {
    const { signal, waits, ended } = this.#parts;
    const known = await knowMachine(this.#parts, AbortSignal.any([signal, this.#left.signal]));
    if (known === null) return;
    waits(null);
    const begun = beginDaemon(this.#parts, ready, known, signal);
    this.#running = begun;
    // Not before it has said its last words: they end with the signal.
    void begun.daemon.ended.then(() => this.#running === begun && ended());
  }

  async #endDaemon(meaning: StopMeaning): Promise<void> {
    const running = this.#running;
    if (running === null) return void (await this.#ending?.daemon.ended);
    this.#running = null;
    this.#ending = running;
    this.#leaves = meaning === 'restart';
    running.daemon.tell({ on: 'stop', meaning });
    const cancel = this.#parts.environment.clock.timer(stopLimit, running.daemon.giveUp);
    await running.daemon.ended;
    this.#ending = null;
    cancel();
    running.cut.abort();
  }
}
