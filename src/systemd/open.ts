import { lstatSync } from 'node:fs';
import { type Answer, no } from '../core/answer.ts';
import type { UserBlocker } from '../core/blockers/settings.ts';
import type { RebootMethod } from '../core/lease/record.ts';
import { reason, reasonSentence } from '../core/reasons.ts';
import type { RebootAnswer, ShutdownLook, StopMeaning } from '../core/shutdown.ts';
import type { Clock } from '../ports/clock.ts';
import type { CommandRunner, LastingRunner } from '../ports/commands.ts';
import type { RebootOrder } from '../ports/host.ts';
import type { PermissionSource } from '../ports/source.ts';
import { type BootRead, readBootMark } from './boot.ts';
import { broadcaster } from './broadcast.ts';
import { openBus } from './busctl.ts';
import { lookAtShutdown, stopMeaning } from './jobs.ts';
import { lastingPrograms } from './lasting.ts';
import { inhibitorSource, type LogindReboot, rebootByLogind } from './logind.ts';
import { commandOnly, kexecProblem, methodSource } from './method-source.ts';
import { findProgram, systemFolders } from './program.ts';
import { rebootBySignal } from './reboot-signal.ts';
import { directCommands, directPrograms, transientCommands } from './transient.ts';
import { activeUnits } from './units.ts';
import { usersSource } from './users.ts';
import { watchFolder } from './watch-folder.ts';

export interface SystemdOptions {
  /** systemd is PID 1 (`systemdRuns`). Where it is not, nothing of it is called. */
  readonly booted: boolean;
  /** Folders of PATH, looked through after systemd's own. */
  readonly path: readonly string[];
  /** Environment of the programs that are started. */
  readonly env: Readonly<Record<string, string>>;
  /** The unit of this service as systemd names it; null when systemd did not start this process. */
  readonly unit: string | null;
  readonly bootIdFile: string;
  readonly kexecFile: string;
  readonly clock: Clock;
  /** Overrides the folders programs are looked for in first; for tests. */
  readonly first?: readonly string[];
}

/** What this room gives. Nothing throws; nothing is asked before it is called. */
export interface Systemd {
  readonly commands: CommandRunner;
  /** For programs that are to outlive this process. */
  readonly programs: LastingRunner;
  readonly inhibitors: PermissionSource;
  bootMark(signal: AbortSignal): Promise<BootRead>;
  lookAtShutdown(signal: AbortSignal): Promise<ShutdownLook>;
  /** Hints that another shutdown is scheduled, or none any more. */
  watchShutdown(hint: () => void, signal: AbortSignal): void;
  stopMeaning(signal: AbortSignal): Promise<StopMeaning>;
  /** Which of these units are active now. */
  activeUnits(names: readonly string[], signal: AbortSignal): Promise<Answer<ReadonlySet<string>>>;
  /** Who is logged in; `told` hears of each text that went to their terminals, with why it did not arrive, or null. */
  users(settings: () => UserBlocker | null, told: UsersTold): PermissionSource;
  /** Whether the configured method can be used here. */
  methodSource(method: () => RebootMethod): PermissionSource;
  reboot(how: SystemdReboot, order: RebootOrder, signal: AbortSignal): Promise<RebootAnswer>;
}

/** How many sessions were to be told something, and why they were not; null: they were. */
export type UsersTold = (sessions: number, why: string | null) => void;

/** The reboots that this room can ask for. */
export type SystemdReboot = { readonly method: LogindReboot } | { readonly method: 'signal'; readonly signal: number };

/** Where logind keeps what shutdown(8) scheduled. */
const shutdownFolder = '/run/systemd/shutdown';
/** What the units of commands are called, by who runs them. */
const [byService, byPerson] = ['kured-host-command', 'kured-host-person'] as const;
/** A call to systemd or logind takes 17 ms; one that takes this long gets no answer. */
const callTimeout = 10_000;

/** systemd and logind of this machine, by way of their own programs. */
export function openSystemd(options: SystemdOptions): Systemd {
  const { booted, unit, bootIdFile, kexecFile, clock, env } = options;
  const folders = [...(options.first ?? systemFolders), ...options.path];
  const bus = openBus({ busctl: findProgram('busctl', folders), env, clock, timeout: callTimeout });
  const systemctl = { file: findProgram('systemctl', folders), env, clock, timeout: callTimeout };
  const signalling = { sh: findProgram('sh', folders), env, clock, timeout: callTimeout };
  const commands = booted
    ? transientCommands(findProgram('systemd-run', folders), systemctl, unit === null ? byPerson : byService)
    : directCommands({ env, clock });
  const wall = findProgram('wall', folders);
  return {
    commands,
    programs: booted ? lastingPrograms(findProgram('systemd-run', folders), systemctl) : directPrograms({ env, clock }),
    inhibitors: booted ? inhibitorSource(bus, clock) : { ...allows, name: 'inhibitors' },
    bootMark: (signal) => readBootMark(bootIdFile, booted ? systemctl : null, signal),
    // Without systemd there is nothing that it could be doing.
    lookAtShutdown: async (signal) => (booted ? lookAtShutdown(systemctl, bus, signal) : { is: 'none' }),
    watchShutdown: (hint, signal) => (booted ? watchFolder(shutdownFolder, hint, clock, signal) : undefined),
    activeUnits: async (names, signal) => (booted ? activeUnits(systemctl, names, signal) : no),
    stopMeaning: async (signal) => (booted ? stopMeaning(systemctl, unit, signal) : 'unknown'),
    users: (settings, told) =>
      usersSource({ bus: booted ? bus : null, clock, settings, tell: broadcaster({ commands, wall, told }) }),
    methodSource: (method) => (booted ? methodSource({ systemctl, kexecFile, method }) : commandOnly(method)),
    async reboot(how, order, signal) {
      if (!booted) return refused('systemd does not run here, so there is nobody to ask');
      if (how.method === 'signal') return rebootBySignal(1, how.signal, order.before, signalling, signal);
      const problem = how.method === 'kexec' ? await kexecProblem(kexecFile) : null;
      if (problem !== null) return refused(reasonSentence(problem));
      return rebootByLogind(bus, how.method, order, clock, signal);
    },
  };
}

/** Where systemd does not run there is nothing that it could have against a reboot. */
const allows: Omit<PermissionSource, 'name'> = { ask: async () => ({ is: 'allowed' }), watch: () => {} };

function refused(why: string): RebootAnswer {
  return { is: 'refused', reason: reason('reboot-refused', { why }) };
}

/** Whether systemd is PID 1, as sd_booted(3) tells it: by this folder, which must not be a link. */
export function systemdRuns(folder = '/run/systemd/system'): boolean {
  try {
    return lstatSync(folder).isDirectory();
  } catch {
    return false;
  }
}
