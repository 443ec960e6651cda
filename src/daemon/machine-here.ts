import { join } from 'node:path';
import type { Reason } from '../core/reasons.ts';
import type { HooksPlace } from '../hooks/check.ts';
import type { Trust } from '../hooks/trust.ts';
import { findRivals } from '../host/rivals.ts';
import { kexecFile } from '../systemd/method-source.ts';
import { openSystemd, type Systemd, systemdRuns } from '../systemd/open.ts';
import { directCommands } from '../systemd/transient.ts';
import type { Environment } from './environment.ts';
import { trustedCommands } from './trusted-commands.ts';

const unitName = 'kured-host.service';

/** systemd of the machine that this process runs on; nothing is asked yet. */
export function systemdHere(environment: Environment): Systemd {
  const { env, pid, places, clock } = environment;
  const systemd = openSystemd({
    booted: systemdRuns(),
    path: (env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/')),
    env: plainEnvironment(env),
    unit: env['SYSTEMD_EXEC_PID'] === String(pid) ? unitName : null,
    bootIdFile: places.bootId,
    kexecFile: join(places.root, kexecFile),
    clock,
  });
  return { ...systemd, commands: trustedCommands(systemd.commands, trustHere(environment)) };
}

/** Root alone may change what is run with full rights. */
export function trustHere({ places }: Environment): Trust {
  return { owner: 0, from: places.root };
}

/** Who else on this machine may reboot it. What is run for that only reads, so it runs inside the service's sandbox. */
export function rivalsHere(environment: Environment, signal: AbortSignal): Promise<readonly Reason[]> {
  const { env, clock, places } = environment;
  const commands = directCommands({ env: plainEnvironment(env), clock });
  const { activeUnits } = systemdHere(environment);
  return findRivals({ root: places.root, commands, activeUnits }, signal);
}

/** Where this machine's hooks are. */
export function hooksPlace(environment: Environment): HooksPlace {
  return { folder: join(environment.places.root, 'etc/kured-host/hooks'), trust: trustHere(environment) };
}

function plainEnvironment(env: Environment['env']): Readonly<Record<string, string>> {
  const kept = ['PATH', 'LANG', 'DBUS_SYSTEM_BUS_ADDRESS', 'HOME'];
  return Object.fromEntries(kept.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
