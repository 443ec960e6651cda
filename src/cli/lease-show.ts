import { readRecord } from '../core/lease/format.ts';
import type { LeaseObject } from '../core/lease/object.ts';
import { leaseMissing } from '../core/lease/pool.ts';
import { exitOf, type Reached, tellReason, withCluster } from './cluster.ts';
import { type Command, configOption, type Given, isGiven, jsonOption } from './commands.ts';
import { interrupted } from './interrupt.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { leaseLines, leaseView, type NodeLooks } from './lease-text.ts';

export const leaseShowCommand: Command = {
  name: 'lease show',
  operands: [],
  summary: 'who of the pool holds the Lease, who waits in which order, whether it is paused',
  description:
    'Reads the Lease from the API server. A Lease that cannot be understood is shown with what is wrong with it, and counts as failed.',
  options: { json: jsonOption, config: configOption },
  examples: [
    { line: 'kured-host lease show', what: 'who reboots now, and who is next' },
    { line: 'kured-host lease show --json', what: 'the same for a script' },
  ],
  run: show,
};

async function show(io: Io, given: Given): Promise<ExitCode> {
  return await withCluster(io, given, async (on) => {
    const { lease } = on.settings;
    const read = await on.ready.cluster.leases.read(lease, 'consistent', on.signal);
    if (read.is === 'failed' && on.signal.aborted) return interrupted(io);
    if (read.is === 'failed') {
      tellReason(io, read.reason);
      return exitOf(read.reason);
    }
    if (read.is === 'gone') {
      tellReason(io, leaseMissing(lease));
      return exitCode.failed;
    }
    const { object } = read;
    const looks = await looksAt(object, on);
    if (isGiven(given, 'json')) io.out(`${JSON.stringify(leaseView(object, on.settings, looks), null, 2)}\n`);
    else io.out(`${leaseLines(object, on.settings, io.clock.now(), looks).join('\n')}\n`);
    return readRecord(object).readable ? exitCode.done : exitCode.failed;
  });
}

/** Whether the holders' Nodes exist, where that may be asked. */
async function looksAt(object: LeaseObject, { ready, settings, signal }: Reached): Promise<NodeLooks> {
  const reading = readRecord(object);
  const holders = reading.readable ? reading.record.holders : [];
  const nodes = holders.flatMap((slot) => (slot.readable ? [slot.entry.node] : []));
  const { leases } = ready.cluster;
  return new Map(
    await Promise.all(
      nodes.map(async (node) => [node, (await leases.lookAtHolder(settings.lease, node, signal)).is] as const),
    ),
  );
}
