import type { Settings } from '../../src/core/settings.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { clusterAs } from '../fleet/connections.ts';
import { Fleet } from '../fleet/fleet.ts';
import type { Machine, MachineOptions } from '../fleet/machine.ts';
import { imported } from './imported.ts';

export interface Story {
  readonly fleet: Fleet & { isEnding(pod: string): Promise<boolean> };
  readonly machine: Machine;
  readonly clock: LeapingClock;
  readonly settings: Settings;
}

/** The machine `a` with the shipped daemon, set up by flags of kured, before an API server. */
export async function withImported(
  flags: readonly string[],
  story: (on: Story) => Promise<void>,
  options: Partial<MachineOptions> = {},
): Promise<void> {
  const { settings } = imported(flags);
  const clock = new LeapingClock();
  await using fleet = await Fleet.open(clock, { podsMayStay: settings.drain.onTimeout === 'reboot' });
  const isEnding = async (pod: string): Promise<boolean> => {
    const found = await fleet.admin.call('GET', `/api/v1/namespaces/default/pods/${pod}`);
    return (found as { metadata: { deletionTimestamp?: string } }).metadata.deletionTimestamp !== undefined;
  };
  const machine = await fleet.add('a', { clock, cluster: clusterAs(fleet.server, 'a', clock), settings, ...options });
  await story({ fleet: Object.assign(fleet, { isEnding }), machine, clock, settings });
}
