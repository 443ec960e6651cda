import { formatDuration } from '../config/duration.ts';
import { readMark } from '../core/cordon-mark.ts';
import type { NodeSnapshot } from '../core/node-view.ts';
import { reasonRemedy, reasonSentence } from '../core/reasons.ts';
import { exitOf, type Reached, tellReason, withCluster } from './cluster.ts';
import { type Command, configOption, type Given, isGiven, jsonOption } from './commands.ts';
import { dryRun } from './drain-dry-run.ts';
import { type Draining, drainHere } from './drain-here.ts';
import { holdHere } from './hold-here.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { holderText } from './lease-text.ts';
import { setCordon } from './person-cordon.ts';
import { type Telling, telling } from './telling.ts';
import { timeoutOf, timeoutOption } from './timeout.ts';

export const drainCommand: Command = {
  name: 'drain',
  operands: [],
  summary: 'cordon this node and evict its pods, as a person; the daemon never undoes it',
  description:
    'Does what the daemon does before a reboot, which is "kubectl drain --force --delete-emptydir-data --ignore-daemonsets" with the settings of the section drain: cordons, evicts within the disruption budgets, and waits until the pods are gone. Pods that nothing brings back elsewhere are evicted too; --dry-run names them. It is refused, with the phase, while this node holds the Lease. However it ends, the node stays cordoned until "kured-host uncordon". --dry-run changes nothing: it asks the API server for a dry run of each eviction, one by one, so of two pods that share a budget of one both may be shown as evicted.',
  options: {
    'dry-run': { type: 'boolean', summary: 'only show what would become of each pod' },
    timeout: timeoutOption('how long to wait for the pods (default: drain.timeout; 0s: as long as it takes)'),
    json: jsonOption,
    config: configOption,
  },
  examples: [
    { line: 'kured-host drain --dry-run', what: 'what would become of each pod; nothing is changed' },
    { line: 'kured-host drain --timeout 10m', what: 'by hand, before work on the machine' },
  ],
  run: runDrain,
};

async function runDrain(io: Io, given: Given): Promise<ExitCode> {
  const timeout = timeoutOf(given, null);
  if ('wrong' in timeout) {
    io.err(`${timeout.wrong}; see "kured-host help drain"\n`);
    return exitCode.usage;
  }
  const json = isGiven(given, 'json');
  if (isGiven(given, 'dry-run')) return await withCluster(io, given, (on) => dryRun(io, on, json));
  const tell = telling(io, json);
  return await withCluster(io, given, async (on) => {
    const limit = given.options['timeout'] === undefined ? on.settings.drain.timeout : timeout.ms;
    return await drainAsPerson(io, on, limit, tell);
  });
}

async function drainAsPerson(io: Io, on: Reached, timeout: number | null, tell: Telling): Promise<ExitCode> {
  const setting = await setCordon(io, on, true, (node) => mayDrain(io, on, node));
  if (setting.is === 'told') return setting.code;
  const { name } = setting.node;
  tell.say(setting.is === 'changed' ? `cordoned ${name}` : `${name} was cordoned already`);
  const ended = await drainHere(io, on, timeout, tell.say);
  const drained = ended.is === 'drained';
  const json = { node: name, cordoned: true, drained, why: drained ? null : whyNot(ended) };
  if (drained) {
    tell.done(`drained ${name}; it stays cordoned until "kured-host uncordon"`, json);
    return exitCode.done;
  }
  tell.failed(json);
  const within = ended.is === 'late' ? ` within ${formatDuration(timeout ?? 0)}` : '';
  io.err(`not drained${within}: ${whyNot(ended)}\n${remedy(ended)}`);
  io.err(
    `${name} stays cordoned, and the evictions that were accepted go on; run it again to go on, or "kured-host uncordon"\n`,
  );
  return ended.is === 'failed' ? exitOf(ended.why) : exitCode.failed;
}

function whyNot(ended: Exclude<Draining, { is: 'drained' }>): string {
  switch (ended.is) {
    case 'failed':
      return reasonSentence(ended.why);
    case 'interrupted':
      return `interrupted; ${ended.last}`;
    case 'late':
      return ended.last;
  }
}

function remedy(ended: Draining): string {
  const text = ended.is === 'failed' ? reasonRemedy(ended.why) : '';
  return text === '' ? '' : `  remedy: ${text}\n`;
}

/** Null: yes; else it was told why not. A mark without a claim would take a person's cordon for the daemon's. */
async function mayDrain(io: Io, on: Reached, node: NodeSnapshot): Promise<ExitCode | null> {
  const hold = await holdHere(on, node);
  switch (hold.is) {
    case 'unknown':
      tellReason(io, hold.why);
      io.err(
        `not drained: without the Lease it is not known whether the daemon is at work here; "kubectl drain ${node.name}" does not ask\n`,
      );
      return exitOf(hold.why);
    case 'held':
      io.err(
        `not drained: this node holds ${hold.lease} (${holderText(hold.slot, io.clock.now())}) for a reboot of its own, and until it gives that back only its daemon drains and uncordons it; "kured-host lease release ${node.name}" asks it to give it back\n`,
      );
      return exitCode.failed;
    case 'free':
      if (readMark(node).is === 'none') return null;
      io.err(
        `not drained: the Node ${node.name} carries the mark of an earlier claim, which the daemon has still to finish and then uncordons: start it (systemctl start kured-host), or remove the mark with "kubectl annotate node ${node.name} kured-host/claim-"\n`,
      );
      return exitCode.failed;
  }
}
