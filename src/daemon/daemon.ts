import type { Me } from '../core/lease/record.ts';
import type { Memory } from '../core/memory.ts';
import type { Now } from '../core/now.ts';
import { decisionSettings } from '../core/phases/decision-settings.ts';
import type { Event } from '../core/phases/event.ts';
import { endedReason, leftBehind } from '../core/phases/left-behind.ts';
import { startState } from '../core/phases/start.ts';
import type { State } from '../core/phases/state.ts';
import type { Reason } from '../core/reasons.ts';
import type { Settings } from '../core/settings.ts';
import type { Status } from '../core/status.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Hooks } from '../ports/hooks.ts';
import type { Host } from '../ports/host.ts';
import type { Log, Notifier, ServiceManager } from '../ports/outlets.ts';
import type { NeedSource, PermissionSource } from '../ports/source.ts';
import { openInbox } from './inbox.ts';
import { knownAgainst } from './known-against.ts';
import { runLoop } from './loop.ts';
import { NeedAge } from './need-age.ts';
import { Notices } from './notices.ts';
import { openSources } from './observe-permission.ts';
import { createPerform } from './perform.ts';
import { createPublisher, type Publisher } from './publish.ts';
import type { Tally } from './tally.ts';

/** A node's daemon, put together from opened rooms. */
export interface DaemonParts {
  readonly me: Me;
  readonly settings: Settings;
  readonly memory: Memory;
  readonly cluster: Cluster;
  readonly host: Host;
  readonly hooks: Hooks;
  readonly needs: readonly NeedSource[];
  readonly permissions: readonly PermissionSource[];
  readonly clock: Clock;
  readonly log: Log;
  readonly manager: ServiceManager;
  readonly tally: Pick<Tally, 'phase' | 'moment'>;
  readonly notifier: Notifier;
  /** How often (milliseconds) `tell` brings an event at least; null: it may never. */
  readonly beat: number | null;
  /** Aborted at the process's edge: everything ends at once, whatever is under way. */
  readonly signal: AbortSignal;
}

export interface Daemon {
  /** Tells the daemon something from outside: a stop, a person's retry. */
  tell(event: Extract<Event, { on: 'stop' | 'retry' | 'time' }>): void;
  /** New settings, in the middle of whatever it does: permission is asked again under them; `needs` in place of the sentinels there were, null keeps them. */
  configure(settings: Settings, needs: readonly NeedSource[] | null): void;
  /** The time of a stop is over: it ends where it stands, and says so in its last words. */
  giveUp(): void;
  status(): Status | null;
  /** Since when this node needs a reboot, by its wall clock; null: it needs none, or that is not known. */
  needSince(): number | null;
  /** The state it ended in. */
  readonly ended: Promise<State>;
}

export function startDaemon(parts: DaemonParts): Daemon {
  const { clock, log, cluster } = parts;
  const inbox = openInbox();
  const ending = new AbortController();
  const signal = AbortSignal.any([parts.signal, ending.signal]);
  let current = parts.settings;
  const settings = () => current;
  const unkept = (why: Reason): void => log.event('memory-unusable', { reason: why });
  const age = new NeedAge({ clock, memory: parts.host.memory, remembered: parts.memory, unkept });
  const notices = new Notices({
    notifier: parts.notifier,
    clock,
    settings: () => current.notifications,
    since: () => age.since,
    signal,
  });
  const publisher = createPublisher({
    cluster,
    clock,
    log,
    manager: parts.manager,
    tally: parts.tally,
    notices,
    signal,
  });
  const known = () => knownAgainst(current, publisher.status());
  const sources = openSources(parts.needs, parts.permissions, clock, inbox, () => age.since, known, signal);
  const perform = createPerform({
    cluster,
    host: { ...parts.host, memory: age.store },
    hooks: parts.hooks,
    asking: sources,
    publisher,
    settings,
    clock,
    log,
    inbox,
    signal,
  });

  void followNode(parts, inbox.put, signal);
  parts.signal.addEventListener('abort', () => inbox.close(), { once: true });
  const start = startState(parts.me, decisionSettings(parts.settings), parts.memory, clock.now());
  const run = async () => {
    try {
      const decided = (state: State): void => age.see(state);
      const away = (ms: number): void => log.event('was-away', { why: awayText(ms) });
      const { beat } = parts;
      const end = await runLoop(start, { clock, inbox, beat, away, decided, perform, publish: publisher.state });
      tellUnfinished(end, publisher, clock.now());
      return end;
    } finally {
      inbox.close();
      if (!parts.signal.aborted) await lastWords(publisher.flush(), clock, parts.signal);
      ending.abort();
    }
  };
  return {
    tell: inbox.put,
    giveUp: inbox.close,
    configure(fresh, needs) {
      current = fresh;
      inbox.put({ on: 'settings', settings: decisionSettings(fresh) });
      if (needs !== null) sources.exchange(needs);
      else inbox.put({ on: 'permission-hint' });
    },
    status: publisher.status,
    needSince: () => age.since,
    ended: run(),
  };
}

function awayText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const text = seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
  return `for ${text} (the machine was asleep, or it or this process was stopped); everything is asked again`;
}

/** A stop whose time was over before all was given back: what stays is said, as nobody may come after it. */
function tellUnfinished(end: State, publisher: Publisher, now: Now): void {
  const { stop } = end.facts;
  if (stop === null || end.phase.name === 'stopped') return;
  publisher.tell({ what: 'stopping', meaning: stop, left: leftBehind(end) });
  const since = { mono: now.mono, wall: now.wall };
  if (stop === 'stop')
    publisher.state(end, { ...end, phase: { name: 'stopped' }, since, waits: endedReason(end, now) });
}

/** What is still to be told gets two seconds; nobody waits longer for a service that stops. */
async function lastWords(flushed: Promise<void>, clock: Clock, signal: AbortSignal): Promise<void> {
  await Promise.race([flushed, clock.sleep(2_000, signal).catch(() => {})]);
}

async function followNode(parts: DaemonParts, put: (event: Event) => void, signal: AbortSignal): Promise<void> {
  for await (const told of parts.cluster.node.watch(signal)) {
    if (signal.aborted) return;
    put({ on: 'node-watch', told });
  }
}
