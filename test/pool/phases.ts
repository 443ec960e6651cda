import { chmodSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { rebootCommand } from '../cluster/machine.ts';
import type { PoolMachine } from './pool.ts';
import { type Purpose, writeFor } from './purposes.ts';
import { pause, podThatStays, type Stage } from './stage.ts';

/** What keeps the machine in a phase. */
export interface Kept {
  letGo(): Promise<unknown>;
  /** A write that was under way at the end of its sender: lands, and resolves with the status of the answer. */
  late?(): Promise<number>;
}

/** One place in the life of a claim where a service may be killed or a machine lose its power. */
export interface Place {
  readonly name: string;
  readonly machine?: PoolMachine;
  /** Brings the machine there and keeps it there, by what a cluster and a machine really do. */
  readonly hold: (stage: Stage) => Promise<Kept>;
  /** The line of the log that shows where the next start of the service stands before anything is let go. */
  readonly again: RegExp;
  readonly killed: Outcome;
  readonly powerCut: Outcome;
}

/** How it ends: with a reboot, or with nothing but what it waits for; how often it booted, and was asked to reboot. */
export interface Outcome {
  readonly ends: 'rebooted' | 'given back';
  readonly boots: number;
  readonly asked: number;
}

const rebooted: Outcome = { ends: 'rebooted', boots: 2, asked: 1 };
/** The power cut is the boot that the claim was for: it counts, and nobody asks for another. */
const bootedAnyway: Outcome = { ends: 'rebooted', boots: 2, asked: 0 };
/** The need was in /run, and is gone with it. */
const needGone: Outcome = { ends: 'given back', boots: 2, asked: 0 };
/** Nothing of the node itself knows that it went down with a claim: no need counts as met. */
const unmarked = needGone;
const backedOut: Outcome = { ends: 'given back', boots: 1, asked: 0 };
const afterTheReboot: Outcome = { ends: 'rebooted', boots: 3, asked: 1 };

const row = (number: number): RegExp => new RegExp(`row ${number} of its table`);
const notReady = { kubelet: { readyDelay: '1h' } } as const;

export const places: readonly Place[] = [
  {
    name: 'waiting, after a drain that timed out',
    machine: { settings: 'drain: {timeout: 1s}' },
    hold: async (stage) => {
      await podThatStays(stage);
      stage.machine.requireReboot();
      await stage.machine.awaitLog(/"reason":"backing-off"/);
      return { letGo: async () => {} };
    },
    again: /"reason":"backing-off"/,
    killed: backedOut,
    powerCut: needGone,
  },
  {
    name: 'waiting, with the claim on its way',
    hold: (stage) => sent(stage, 'claim', 'lands'),
    again: row(5),
    killed: rebooted,
    powerCut: unmarked,
  },
  {
    name: 'queued, in a paused pool',
    hold: async (stage) => {
      const unpause = await pause(stage);
      stage.machine.requireReboot();
      await stage.machine.awaitLog(/"reason":"pool-paused"/);
      return { letGo: unpause };
    },
    again: /"reason":"pool-paused"/,
    killed: rebooted,
    powerCut: needGone,
  },
  {
    name: 'claimed, not cordoned',
    hold: (stage) => sent(stage, 'cordon', 'is late'),
    again: row(5),
    killed: rebooted,
    powerCut: unmarked,
  },
  {
    name: 'draining, with a pod that stays',
    hold: async (stage) => {
      const open = await podThatStays(stage);
      stage.machine.requireReboot();
      await stage.machine.awaitLog(/"event":"pod-evicted"/);
      return { letGo: open };
    },
    again: row(5),
    killed: rebooted,
    powerCut: bootedAnyway,
  },
  {
    name: 'fence written, the call not made',
    machine: { deadline: '1s' },
    hold: (stage) => sent(stage, 'fence', 'lands'),
    again: row(9),
    killed: rebooted,
    powerCut: bootedAnyway,
  },
  {
    name: 'rebooting, with a command that runs',
    hold: async (stage) => {
      const go = commandThatWaits(stage);
      stage.machine.requireReboot();
      await stage.machine.awaitLog(/"event":"reboot-asked"/);
      return { letGo: go };
    },
    again: row(9),
    killed: rebooted,
    powerCut: bootedAnyway,
  },
  {
    name: 'verifying, the kubelet not Ready',
    machine: notReady,
    hold: async (stage) => {
      const { machine } = stage;
      machine.requireReboot();
      await machine.awaitBoot(2);
      await machine.awaitLog(/"to":"verifying"/);
      return { letGo: async () => machine.kubelet?.ready(true) };
    },
    again: /"to":"verifying"/,
    killed: rebooted,
    powerCut: afterTheReboot,
  },
  {
    name: 'restoring, not restored',
    hold: (stage) => sent(stage, 'restore', 'is late'),
    again: row(11),
    killed: rebooted,
    powerCut: afterTheReboot,
  },
  {
    name: 'restoring, not released',
    hold: (stage) => sent(stage, 'release', 'is late'),
    again: row(11),
    killed: rebooted,
    powerCut: afterTheReboot,
  },
  {
    name: 'backing out, not restored',
    hold: (stage) => backingOut(stage, 'restore'),
    again: row(7),
    killed: backedOut,
    powerCut: bootedAnyway,
  },
  {
    name: 'backing out, not released',
    hold: (stage) => backingOut(stage, 'release'),
    again: row(7),
    killed: backedOut,
    powerCut: unmarked,
  },
];

/** Its service ends before it has the answer to that write, which lands before the next start, or only after it. */
async function sent({ machine, proxy }: Stage, purpose: Purpose, how: 'lands' | 'is late'): Promise<Kept> {
  const held = proxy.hold(writeFor(purpose, machine.name), `the ${purpose}`);
  machine.requireReboot();
  const write = await held;
  if (how === 'lands') await write.land();
  return { letGo: async () => {}, late: () => write.land() };
}

async function backingOut(stage: Stage, purpose: 'restore' | 'release'): Promise<Kept> {
  const { machine, proxy } = stage;
  await podThatStays(stage);
  machine.requireReboot();
  await machine.awaitLog(/"event":"pod-evicted"/);
  const held = proxy.hold(writeFor(purpose, machine.name), `the ${purpose}`);
  await pause(stage);
  const write = await held;
  return { letGo: async () => {}, late: () => write.land() };
}

/** The reboot command waits, as one that hangs, until it is let go; then it asks for the reboot. */
function commandThatWaits({ machine }: Stage): Kept['letGo'] {
  const script = machine.folders.hostPath(rebootCommand);
  const ask =
    '#!/bin/sh\nmkfifo /run/test-machine/go\nread _ </run/test-machine/go\necho asked >>/run/test-machine/reboot-asked\n';
  writeFileSync(script, ask);
  chmodSync(script, 0o755);
  return () => writeFile(machine.folders.hostPath('/run/test-machine/go'), 'go\n');
}
