import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/daemon/clock.ts';
import { fileSentinel } from '../../src/sentinel/files.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { type Machine, silentLog } from '../fleet/machine.ts';
import type { DemoNode } from './stage.ts';

export interface NodeOptions {
  /** Where the folders lie that stand for each machine's /run. */
  readonly folder: string;
  /** Milliseconds a machine takes to start, and its kubelet after that to report Ready. */
  readonly boot: number;
  readonly kubelet: number;
  /** The node whose first reboot is refused. */
  readonly refused: string;
}

/** Adds a machine whose daemon watches a real file; a reboot empties its /run, as it does with every tmpfs. */
export async function addNode(fleet: Fleet, name: string, options: NodeOptions): Promise<DemoNode> {
  const run = join(options.folder, name);
  const sentinel = join(run, 'reboot-required');
  mkdirSync(run, { recursive: true });
  const bootTime = async () => ({ is: 'yes', value: machineOf(fleet, name)?.boots.at(-1)?.at ?? 0 }) as const;
  const machine = await fleet.add(name, {
    boot: options.boot,
    kubelet: options.kubelet,
    reboots: name === options.refused ? ['refused'] : [],
    needs: [fileSentinel(sentinel, { clock: systemClock, log: silentLog, bootTime })],
    powerOff: () => {
      for (const file of [sentinel, `${sentinel}.pkgs`]) rmSync(file, { force: true });
    },
  });
  return {
    name,
    get changes() {
      return machine.changes;
    },
    get reason() {
      return machine.status?.reason.message ?? '';
    },
    get boots() {
      return machine.boots.length;
    },
    dropSentinel: () => {
      writeFileSync(`${sentinel}.pkgs`, 'linux-image-6.12.0-9-amd64\n');
      writeFileSync(sentinel, '*** System restart required ***\n');
    },
  };
}

function machineOf(fleet: Fleet, name: string): Machine | undefined {
  return fleet.machines.find((machine) => machine.name === name);
}
