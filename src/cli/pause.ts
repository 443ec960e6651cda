import { leaseText } from '../core/lease/object.ts';
import { pause, resume } from '../core/lease/release.ts';
import { changeLease } from './change-lease.ts';
import { withCluster } from './cluster.ts';
import { type Command, configOption, type Given } from './commands.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';

export const pauseCommand: Command = {
  name: 'pause',
  operands: [{ name: 'REASON', optional: true, rest: true }],
  summary: 'keep every node of the pool from claiming the Lease and from rebooting, until resume',
  description:
    'Writes the reason into the Lease. A node that drains goes on draining and waits before the reboot; one that has asked for its reboot goes on.',
  options: { config: configOption },
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
  options: { config: configOption },
  examples: [{ line: 'kured-host resume', what: 'whoever waits goes on' }],
  run: runResume,
};

async function runPause(io: Io, given: Given): Promise<ExitCode> {
  const why = given.operands.join(' ');
  return await withCluster(io, given, async (on) => {
    const changing = await changeLease(io, on, (record) => {
      const paused = pause(record, why);
      return paused.paused === record.paused ? null : paused;
    });
    if (changing.is === 'told') return changing.code;
    io.out(`${leaseText(on.settings.lease)} is paused; "kured-host resume" ends it\n`);
    return exitCode.done;
  });
}

async function runResume(io: Io, given: Given): Promise<ExitCode> {
  return await withCluster(io, given, async (on) => {
    const changing = await changeLease(io, on, (record) => {
      const resumed = resume(record);
      return resumed === record ? null : resumed;
    });
    if (changing.is === 'told') return changing.code;
    const was = changing.is === 'changed' || changing.maybeOurs;
    io.out(`${leaseText(on.settings.lease)} ${was ? 'is resumed' : 'was not paused'}\n`);
    return exitCode.done;
  });
}
