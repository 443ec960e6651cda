import { emptyMemory, type Memory } from '../core/memory.ts';
import type { Reason } from '../core/reasons.ts';
import type { Settings } from '../core/settings.ts';
import type { Ready } from '../kubernetes/cluster.ts';
import { findKured } from '../kubernetes/kured-pod.ts';
import type { Notifier } from '../ports/outlets.ts';
import type { NeedSource } from '../ports/source.ts';
import { openSentinels } from '../sentinel/open.ts';
import { watchdogPeriod } from '../systemd/notify.ts';
import type { UsersTold } from '../systemd/open.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import type { Environment } from './environment.ts';
import { permissionSources } from './permission-sources.ts';
import type { Rooms } from './rooms.ts';
import type { Tally } from './tally.ts';
import type { WindowSource } from './window-source.ts';

export interface BeginParts {
  readonly environment: Environment;
  readonly rooms: Rooms;
  readonly tally: Tally;
  readonly notifier: Notifier;
  readonly settings: () => Settings;
  /** Told after every decision, with the sentence. */
  readonly progressed: (sentence: string) => void;
  /** Told what is waited for while there is no daemon; null: nothing any more. */
  readonly waits: (why: Reason | null) => void;
}

/** A daemon that runs, with what is its own. */
export interface Begun {
  readonly daemon: Daemon;
  readonly windows: WindowSource;
  /** Aborted, it ends at once, whatever is under way. */
  readonly cut: AbortController;
}

/** What is to be known of this machine before a daemon begins. */
export interface Known {
  readonly boot: Boot;
  readonly machine: string;
  readonly memory: Memory;
}

/** Waits, and says for what, while boot ID or machine ID cannot be read; null: `wanted` was aborted before. */
export async function knowMachine(parts: BeginParts, wanted: AbortSignal): Promise<Known | null> {
  const { rooms, settings } = parts;
  const known = await whoAmI(parts, wanted);
  if (known === null) return null;
  const memory = await rooms.host(settings).memory.read();
  if (memory.is === 'unknown') rooms.log.event('memory-unusable', { reason: memory.reason });
  return wanted.aborted ? null : { ...known, memory: memory.is === 'yes' ? memory.value : emptyMemory };
}

/** Begins the daemon of the Node that we are, with the settings of now. */
export function beginDaemon(parts: BeginParts, ready: Ready, known: Known, signal: AbortSignal): Begun {
  const { environment, rooms, settings, tally } = parts;
  const { clock } = environment;
  const { log, manager } = rooms;
  log.always({ node: ready.identity.node, phase: 'recovering' });
  log.event('credentials-loaded', { file: ready.file, user: ready.identity.user, server: ready.server });
  const cut = new AbortController();
  const usersTold: UsersTold = (count, why) =>
    why === null ? log.event('users-told', { count }) : log.event('users-not-told', { count, why });
  const asked = { ...rooms, pods: ready.cluster.pods, usersTold };
  const permissions = permissionSources(environment, asked, settings, known.machine);
  // What an earlier daemon of this process still had under way when it ended is another's, as after a restart of the service.
  const by = clock.now().chance;
  const daemon = startDaemon({
    me: { node: ready.identity.node, uid: '', machine: known.machine, ...known.boot, by },
    settings: settings(),
    memory: known.memory,
    cluster: ready.cluster,
    host: rooms.host(settings),
    hooks: rooms.hooks(settings),
    needs: sentinelsOf(parts),
    permissions: permissions.all,
    clock,
    log,
    tally,
    manager: { ...manager, status: parts.progressed },
    notifier: parts.notifier,
    beat: watchdogPeriod(environment.env['WATCHDOG_USEC'], environment.env['WATCHDOG_PID'], environment.pid),
    signal: AbortSignal.any([signal, cut.signal]),
  });
  void warnOfKured(rooms, ready, AbortSignal.any([signal, cut.signal]));
  return { daemon, windows: permissions.windows, cut };
}

/** The sentinels of the settings of now. */
export function sentinelsOf({ environment, rooms, settings }: BeginParts): readonly NeedSource[] {
  const { log, systemd, memory } = rooms;
  const deps = { clock: environment.clock, commands: systemd.commands, log, round: memory.round };
  return openSentinels(settings().sentinel, deps);
}

async function warnOfKured({ log }: Rooms, { cluster }: Ready, signal: AbortSignal): Promise<void> {
  const rival = await findKured(cluster.pods, signal);
  if (rival !== null && !signal.aborted) log.event('rival-found', { reason: rival });
}

async function whoAmI(
  { environment, rooms, settings, waits }: BeginParts,
  wanted: AbortSignal,
): Promise<{ boot: Boot; machine: string } | null> {
  const host = rooms.host(settings);
  while (!wanted.aborted) {
    const [boot, machine] = await Promise.all([host.bootMark(wanted), host.machine()]);
    if (boot.is === 'yes' && machine.is === 'yes') return { boot: partOfMe(boot.value), machine: machine.value };
    const problem = boot.is === 'unknown' ? boot.reason : machine.is === 'unknown' ? machine.reason : null;
    if (problem !== null && !wanted.aborted) waits(problem);
    await environment.clock.sleep(10_000, wanted).catch(() => {});
  }
  return null;
}

type Boot = Pick<Parameters<typeof startDaemon>[0]['me'], 'boot' | 'began'>;

function partOfMe({ mark, began }: { readonly mark: Boot['boot']; readonly began: number | null }): Boot {
  return began === null ? { boot: mark } : { boot: mark, began };
}
