import type { Settings } from '../core/settings.ts';
import { blockerCommandsSource } from '../host/blocker-commands.ts';
import { packageManagerSource } from '../host/package-manager.ts';
import { uptimeSource } from '../host/uptime.ts';
import { podBlockersSource } from '../kubernetes/pod-blockers.ts';
import type { Clock } from '../ports/clock.ts';
import type { OwnPods } from '../ports/cluster.ts';
import type { PermissionSource } from '../ports/source.ts';
import { prometheusSource } from '../prometheus/source.ts';
import type { UsersTold } from '../systemd/open.ts';
import type { Environment } from './environment.ts';
import type { Rooms } from './rooms.ts';
import { shutdownSource } from './shutdown-source.ts';
import { WindowSource } from './window-source.ts';

export interface PermissionSources {
  /** All that may refuse a reboot, in the order in which their reasons are shown: what lasts longest first. */
  readonly all: readonly PermissionSource[];
  readonly windows: WindowSource;
}

/** What of the machine and the cluster is asked. */
export interface AskedRooms extends Pick<Rooms, 'systemd' | 'isLocked'> {
  readonly pods: Pick<OwnPods, 'list' | 'watch'>;
  /** Hears of each text on the terminals of who is logged in. */
  readonly usersTold: UsersTold;
}

/**
 * The sources under the settings of the moment. `machine` names this machine, for its own delay in a window; null: none.
 * Windows may go by another clock.
 */
export function permissionSources(
  environment: Environment,
  rooms: AskedRooms,
  settings: () => Settings,
  machine: string | null,
  windowClock: Clock = environment.clock,
): PermissionSources {
  const { clock, built, places } = environment;
  const { systemd, isLocked, pods } = rooms;
  const place = () => ({ zone: environment.zone(), machine });
  const windows = new WindowSource({ clock: windowClock, settings: () => settings().maintenance, place, built });
  const uptime = uptimeSource({ clock, minimum: () => settings().blockers.minimumUptime });
  const alerts = prometheusSource({ clock, settings: () => settings().blockers.prometheus });
  const blocking = podBlockersSource({ pods, clock, settings: () => settings().blockers.pods });
  const commands = blockerCommandsSource({
    commands: systemd.commands,
    clock,
    settings: () => settings().blockers.commands,
  });
  const users = systemd.users(() => settings().blockers.users, rooms.usersTold);
  const wanted = (): boolean => settings().blockers.packageManager;
  const packages = packageManagerSource({ root: places.root, clock, isLocked, wanted });
  const method = systemd.methodSource(() => settings().reboot.method);
  return {
    all: [
      windows,
      uptime,
      alerts,
      blocking,
      commands,
      users,
      packages,
      method,
      systemd.inhibitors,
      shutdownSource(systemd),
    ],
    windows,
  };
}
