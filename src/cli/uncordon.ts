import { join } from 'node:path';
import { ask } from '../control/client.ts';
import { statusSocket } from '../control/server.ts';
import { markAnnotation, readMark } from '../core/cordon-mark.ts';
import type { NodeSnapshot } from '../core/node-view.ts';
import { exitOf, type Reached, tellReason, withCluster } from './cluster.ts';
import { type Command, configOption, type Given, isGiven, jsonOption } from './commands.ts';
import { type HoldHere, holdHere } from './hold-here.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { holderText } from './lease-text.ts';
import { setCordon } from './person-cordon.ts';
import { telling } from './telling.ts';

export const uncordonCommand: Command = {
  name: 'uncordon',
  operands: [],
  summary: 'let pods be scheduled to this node again, whoever cordoned it',
  description:
    'Takes the cordon off, a person\'s or the daemon\'s, and nothing else: the Lease, and a mark of the daemon on the Node, stay. It is refused, with the phase, while this node holds the Lease: then the daemon uncordons by itself, and "kured-host lease release NODE" makes it do so earlier. Only where the daemon does not run and no reboot was asked for is a held node uncordoned; the next start then backs out.',
  options: { json: jsonOption, config: configOption },
  examples: [{ line: 'kured-host uncordon', what: 'after the work on the machine' }],
  run: uncordon,
};

async function uncordon(io: Io, given: Given): Promise<ExitCode> {
  const tell = telling(io, isGiven(given, 'json'));
  return await withCluster(io, given, async (on) => {
    let hold: HoldHere = { is: 'free' };
    const setting = await setCordon(io, on, false, async (node) => {
      if (!node.unschedulable) return null;
      hold = await holdHere(on, node);
      return await mayUncordon(io, on, node, hold);
    });
    if (setting.is === 'told') return setting.code;
    const { name } = setting.node;
    const uncordoned = setting.is === 'changed';
    const notes = uncordoned ? afterwards(setting.node, hold) : [];
    const words = [uncordoned ? `uncordoned ${name}` : `${name} is not cordoned`, ...notes].join('\n');
    tell.done(words, { node: name, cordoned: false, changed: uncordoned });
    return exitCode.done;
  });
}

/** Null: yes; else it was told why not. */
async function mayUncordon(io: Io, on: Reached, node: NodeSnapshot, hold: HoldHere): Promise<ExitCode | null> {
  if (hold.is === 'free') return null;
  if (hold.is === 'unknown') {
    // Every cordon of ours comes with a mark, so without one there is nothing of the daemon's to protect.
    if (readMark(node).is === 'none') return null;
    tellReason(io, hold.why);
    io.err(
      `so it is not known whether the daemon needs the cordon; "kubectl uncordon ${node.name}" takes it off all the same\n`,
    );
    return exitOf(hold.why);
  }
  const runs = await daemonRuns(io, on);
  const early = hold.slot.readable && ['draining', 'backing-out'].includes(hold.slot.entry.phase);
  if (!runs && early) return null;
  const next = runs
    ? `it uncordons by itself when it is done; to make it give up, run "kured-host lease release ${node.name}"`
    : `the daemon does not run here, so nothing proves that the node is back: start it (systemctl start kured-host), or run "kured-host lease release ${node.name} --force" first`;
  io.err(`not uncordoned: this node holds ${hold.lease} (${holderText(hold.slot, io.clock.now())}); ${next}\n`);
  return exitCode.failed;
}

async function daemonRuns(io: Io, on: Reached): Promise<boolean> {
  const socket = join(io.places.runtime, statusSocket.name);
  const question = { method: 'GET', path: '/v1/status' } as const;
  const asked = await ask(socket, question, { clock: io.clock, timeout: 5_000 }, on.signal);
  return asked.is !== 'nobody';
}

function afterwards(node: NodeSnapshot, hold: HoldHere): readonly string[] {
  if (hold.is === 'held') {
    return [
      `it still holds ${hold.lease}: the daemon backs out when it is started, or "kured-host lease release ${node.name} --force" frees it`,
    ];
  }
  if (readMark(node).is === 'none') return [];
  return [`the mark ${markAnnotation} of the daemon stays on the Node; the daemon takes it off when it runs`];
}
