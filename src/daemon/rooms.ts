import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { unknown, yes } from '../core/answer.ts';
import { reason } from '../core/reasons.ts';
import type { Settings } from '../core/settings.ts';
import { openHooks } from '../hooks/open.ts';
import { claimInstance, type Instance } from '../host/instance-lock.ts';
import { readMachine } from '../host/machine.ts';
import { type MemoryFile, openMemoryFile } from '../host/memory-file.ts';
import { rebootByCommand } from '../host/reboot-command.ts';
import type { Hooks } from '../ports/hooks.ts';
import type { Host } from '../ports/host.ts';
import type { Log, ServiceManager } from '../ports/outlets.ts';
import type { Libc } from '../systemd/libc.ts';
import type { Systemd } from '../systemd/open.ts';
import type { Environment } from './environment.ts';
import { hooksPlace, systemdHere } from './machine-here.ts';
import { openVoices } from './voices.ts';

/** The machine's side of a service, opened once at its start. */
export interface Rooms {
  readonly log: Log & { close(): Promise<void> };
  readonly manager: ServiceManager;
  readonly systemd: Systemd;
  readonly instance: Instance;
  readonly memory: MemoryFile;
  /** Whether another process has locked an open file; null where the native library is missing. */
  readonly isLocked: Libc['isLocked'] | null;
  /** The host as the decisions see it, under the settings of the moment. */
  host(settings: () => Settings): Host;
  hooks(settings: () => Settings): Hooks;
}

export function openRooms(environment: Environment, settings: Settings): Rooms {
  const { places, pid } = environment;
  const { native, log, manager } = openVoices(environment, settings.log.level);
  if (native.is === 'missing') log.event('native-missing', { why: native.why });
  const systemd = systemdHere(environment);
  makeFolder(places.runtime);
  const unusable = (why: string) => reason('memory-unusable', { file: places.state, why });
  const memory = openMemoryFile(join(places.state, 'memory.json'), unusable);
  const tryLock = native.is === 'open' ? native.libc.tryLock : null;
  const instance = claimInstance({ file: join(places.runtime, 'lock'), tryLock, pid });
  const isLocked = native.is === 'open' ? native.libc.isLocked : null;
  return {
    log,
    isLocked,
    manager,
    systemd,
    instance,
    memory,
    host: (current) => hostOf(environment, systemd, memory, current),
    hooks: (current) =>
      openHooks({
        place: hooksPlace(environment),
        programs: systemd.programs,
        log,
        clock: environment.clock,
        settings: () => current().hooks,
      }),
  };
}

/** Where it cannot be made, what needs it says so, and tries again. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o755 });
  } catch {
    // Told by the lock (it cannot be taken) and by the sockets (they cannot be opened).
  }
}

function hostOf(environment: Environment, systemd: Systemd, memory: MemoryFile, settings: () => Settings): Host {
  const { places } = environment;
  return {
    async bootMark(signal) {
      const read = await systemd.bootMark(signal);
      return read.is === 'read'
        ? yes({ mark: read.mark, began: read.began })
        : unknown(reason('host-unreadable', { what: 'the boot ID', why: read.why }));
    },
    async machine() {
      const read = await readMachine(places.machineId);
      return read.is === 'read'
        ? yes(read.machine)
        : unknown(reason('host-unreadable', { what: 'the machine ID', why: read.why }));
    },
    lookAtShutdown: systemd.lookAtShutdown,
    stopMeaning: systemd.stopMeaning,
    reboot(order, signal) {
      const { method, command, signal: number, deadline: timeout } = settings().reboot;
      if (method === 'signal') return systemd.reboot({ method, signal: number }, order, signal);
      if (method !== 'command') return systemd.reboot({ method }, order, signal);
      // A command that still runs when the deadline has passed is the outcome: the machine is up.
      return rebootByCommand(command ?? [], systemd.commands, { timeout, before: order.before }, signal);
    },
    memory,
  };
}
