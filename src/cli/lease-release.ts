import { isNodeName } from '../core/lease/entry.ts';
import { leaseText } from '../core/lease/object.ts';
import type { Holder, LeaseRecord, Slot } from '../core/lease/record.ts';
import { askRelease } from '../core/lease/release.ts';
import { changeLease } from './change-lease.ts';
import { type Reached, tellReason, withCluster } from './cluster.ts';
import { type Command, configOption, type Given, isGiven, jsonOption } from './commands.ts';
import { askDaemon } from './daemon-status.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { holdersOf, holderText, slotOf } from './lease-text.ts';
import { releaseByForce } from './release-by-force.ts';
import { awaitRelease } from './release-wait.ts';
import { type Telling, telling } from './telling.ts';
import { timeoutOf, timeoutOption } from './timeout.ts';

export const leaseReleaseCommand: Command = {
  name: 'lease release',
  operands: [{ name: 'NODE', optional: false }],
  summary: 'ask the holder NODE to back out, and wait for it; with --force remove its entry',
  description:
    'Writes the request into the Lease and waits until NODE has undone its cordon and given the Lease back. A node that has asked for its reboot gives it back only after the boot. Ctrl-C, and the end of the timeout, leave the request in the Lease. --force is for a node that will not come back: it removes the entry at once, so another node may go down while NODE, which may still go down, is away as well.',
  options: {
    force: { type: 'boolean', summary: 'remove the entry now, whatever NODE does' },
    timeout: timeoutOption('how long to wait for it (default: 10m; 0s: as long as it takes)'),
    json: jsonOption,
    config: configOption,
  },
  examples: [
    { line: 'kured-host lease release node-7', what: 'node-7 backs out, and the next one has its turn' },
    { line: 'kured-host lease release node-7 --force', what: 'node-7 is dead and will not come back' },
  ],
  run: release,
};

const usualWait = 600_000;

async function release(io: Io, given: Given): Promise<ExitCode> {
  const [node = ''] = given.operands;
  const timeout = timeoutOf(given, usualWait);
  if ('wrong' in timeout || !(isNodeName(node) || node === '?')) {
    const wrong = 'wrong' in timeout ? timeout.wrong : `"${node.slice(0, 60)}" is no name of a node`;
    io.err(`${wrong}; see "kured-host help lease release"\n`);
    return exitCode.usage;
  }
  const tell = telling(io, isGiven(given, 'json'));
  return await withCluster(io, given, async (on) =>
    isGiven(given, 'force') ? await releaseByForce(io, on, node, tell) : await byAsking(io, on, node, timeout.ms, tell),
  );
}

async function byAsking(io: Io, on: Reached, node: string, timeout: number | null, tell: Telling): Promise<ExitCode> {
  const lease = leaseText(on.settings.lease);
  const changing = await changeLease(io, on, (record) => {
    if (record.release === node || busyWith(record, node) !== null) return null;
    const asked = askRelease(record, node);
    return asked.granted ? asked.record : null;
  });
  if (changing.is === 'told') return changing.code;
  const record = changing.is === 'changed' ? changing.after : changing.record;
  const slot = slotOf(record, node);
  if (slot === null) {
    // A release by force that was left in the Lease was carried out with the request.
    if (changing.is === 'changed' || changing.maybeOurs) return done(tell, lease, node);
    io.err(`${node} holds nothing in ${lease}; ${holdersOf(record, io.clock.now())}\n`);
    return exitCode.failed;
  }
  const busy = busyWith(record, node);
  if (busy !== null) {
    io.err(
      `${busy} is being asked to release ${lease}, and only one node can be asked at a time: wait for it, or run "kured-host lease release ${busy} --force"\n`,
    );
    return exitCode.failed;
  }
  tell.say(
    `asked ${holderText(slot, io.clock.now())}, to release ${lease}; waits for it${isDown(slot) ? afterBoot : ''}`,
  );
  await warnAboutOwnDaemon(io, on, node);
  const waited = await awaitRelease(io, on, { node, slot, timeout, say: tell.say });
  return waited === 'released' ? done(tell, lease, node) : exitCode[waited];
}

/** Nobody answers a request to a node whose daemon is stopped; of this node that can be told. */
async function warnAboutOwnDaemon(io: Io, on: Reached, node: string): Promise<void> {
  if (node !== on.ready.identity.node) return;
  const daemon = await askDaemon(io);
  if (daemon.is === 'stopped' || daemon.is === 'silent') tellReason(io, daemon.why);
}

const afterBoot = ', which can be only after its boot: its reboot was asked for';

function isDown(slot: Slot<Holder>): boolean {
  if (!slot.readable || slot.entry.releaseAfter !== undefined) return false;
  return slot.entry.phase === 'rebooting' || slot.entry.phase === 'verifying';
}

function done(tell: Telling, lease: string, node: string): ExitCode {
  tell.done(`${node} has released ${lease}`, { lease, node, released: true, forced: false });
  return exitCode.done;
}

/** Another holder that is asked already; the annotation has room for one name. */
function busyWith(record: LeaseRecord, node: string): string | null {
  const { release } = record;
  return release === null || release === node || slotOf(record, release) === null ? null : release;
}
