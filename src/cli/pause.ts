import { leaseText } from '../core/lease/object.ts';
import type { Holder, LeaseRecord, Slot } from '../core/lease/record.ts';
import { pause, resume } from '../core/lease/release.ts';
import { changeLease } from './change-lease.ts';
import { withCluster } from './cluster.ts';
import { type Command, configOption, type Given, isGiven, jsonOption } from './commands.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { holderText, holderView } from './lease-text.ts';
import { telling } from './telling.ts';

export const pauseCommand: Command = {
  name: 'pause',
  operands: [{ name: 'REASON', optional: true, rest: true }],
  summary: 'keep every node of the pool from claiming the Lease and from rebooting, until resume',
  description:
    'Writes the reason into the Lease and says what each holder does now: a node that drains backs out, uncordons and keeps waiting; one whose reboot was asked for goes on until it is back.',
  options: { json: jsonOption, config: configOption },
  examples: [
    { line: 'kured-host pause until the storage is mended', what: 'no node reboots until "kured-host resume"' },
  ],
  run: runPause,
};

export const resumeCommand: Command = {
  name: 'resume',
  operands: [],
  summary: 'end the pause of the pool',
  description: 'Takes the pause out of the Lease; whoever waits goes on by itself.',
  options: { json: jsonOption, config: configOption },
  examples: [{ line: 'kured-host resume', what: 'whoever waits goes on' }],
  run: runResume,
};

async function runPause(io: Io, given: Given): Promise<ExitCode> {
  const why = given.operands.join(' ');
  const tell = telling(io, isGiven(given, 'json'));
  return await withCluster(io, given, async (on) => {
    const changing = await changeLease(io, on, (record) => {
      const paused = pause(record, why);
      return paused.paused === record.paused ? null : paused;
    });
    if (changing.is === 'told') return changing.code;
    const record = changing.is === 'changed' ? changing.after : changing.record;
    const lease = leaseText(on.settings.lease);
    const holders = record.holders.map((slot) => `${holderText(slot, io.clock.now())}: ${goesOn(slot)}`);
    tell.done([`${lease} is paused; "kured-host resume" ends it`, ...holders].join('\n'), jsonOf(lease, record));
    return exitCode.done;
  });
}

async function runResume(io: Io, given: Given): Promise<ExitCode> {
  const tell = telling(io, isGiven(given, 'json'));
  return await withCluster(io, given, async (on) => {
    const changing = await changeLease(io, on, (record) => {
      const resumed = resume(record);
      return resumed === record ? null : resumed;
    });
    if (changing.is === 'told') return changing.code;
    const was = changing.is === 'changed' || changing.maybeOurs;
    const record = changing.is === 'changed' ? changing.after : changing.record;
    const lease = leaseText(on.settings.lease);
    tell.done(`${lease} ${was ? 'is resumed' : 'was not paused'}`, jsonOf(lease, record));
    return exitCode.done;
  });
}

function jsonOf(lease: string, record: LeaseRecord): object {
  return { lease, paused: record.paused, holders: record.holders.map(holderView) };
}

/** What a holder does when it sees that the pool is paused, or its node held. */
export function goesOn(slot: Slot<Holder>): string {
  if (!slot.readable) return 'it is not known what it does';
  switch (slot.entry.phase) {
    case 'draining':
      return 'backs out';
    case 'backing-out':
      return 'goes on backing out';
    case 'rebooting':
      return 'goes on, its reboot was asked for';
    case 'verifying':
      return slot.entry.releaseAfter === undefined
        ? 'goes on, it has rebooted'
        : 'has rebooted, and keeps its place for a while';
  }
}
