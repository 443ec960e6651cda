import { requestAnnotation } from '../core/node-wishes.ts';
import { wallText } from '../core/now.ts';
import { outsideText } from '../core/outside-text.ts';
import { changeNode } from './change-node.ts';
import { withCluster } from './cluster.ts';
import { type Command, configOption, type Given, isGiven, jsonOption, textOf } from './commands.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { telling } from './telling.ts';

export const requestCommand: Command = {
  name: 'request',
  operands: [],
  summary: 'ask for one reboot of this node, in its turn and with permission',
  description:
    'Writes the time and the reason into the annotation kured-host/reboot-requested of the Node. That is a need like a sentinel\'s: windows, blockers, Lease and drain are as always, and it stays over restarts until a reboot has met it, which takes it off, or until "kured-host cancel". A request that is still open is replaced.',
  options: {
    reason: { type: 'string', value: 'TEXT', summary: 'why, for whoever reads it' },
    json: jsonOption,
    config: configOption,
  },
  examples: [{ line: 'kured-host request --reason firmware', what: 'one reboot when its turn has come' }],
  run: runRequest,
};

export const cancelCommand: Command = {
  name: 'cancel',
  operands: [],
  summary: 'take back a request for a reboot',
  description:
    'Takes the annotation kured-host/reboot-requested off the Node. What sentinels ask for stays. A drain that was begun for the request alone is backed out; a reboot that was asked for goes on.',
  options: { json: jsonOption, config: configOption },
  examples: [{ line: 'kured-host cancel', what: 'the node reboots only where a sentinel asks for it' }],
  run: runCancel,
};

async function runRequest(io: Io, given: Given): Promise<ExitCode> {
  const why = outsideText(textOf(given, 'reason') ?? '', longestReason);
  const value = `${wallText(io.clock.now().wall)} ${why}`.trim();
  const tell = telling(io, isGiven(given, 'json'));
  return await withCluster(io, given, async (on) => {
    let before: string | undefined;
    const changing = await changeNode(io, on, async ({ annotations }) => {
      if (annotations[requestAnnotation] === value) return null;
      before = annotations[requestAnnotation];
      return { annotations: { [requestAnnotation]: value } };
    });
    if (changing.is === 'told') return changing.code;
    const { name } = changing.node;
    const instead = before === undefined ? '' : ` instead of ${shown(before)}`;
    const words = `a reboot of ${name} is requested${instead}; "kured-host status" shows what comes of it`;
    tell.done(words, { node: name, requested: value, replaced: before ?? null });
    return exitCode.done;
  });
}

async function runCancel(io: Io, given: Given): Promise<ExitCode> {
  const tell = telling(io, isGiven(given, 'json'));
  return await withCluster(io, given, async (on) => {
    let before: string | undefined;
    const changing = await changeNode(io, on, async ({ annotations }) => {
      before = annotations[requestAnnotation] ?? before;
      return annotations[requestAnnotation] === undefined ? null : { annotations: { [requestAnnotation]: null } };
    });
    if (changing.is === 'told') return changing.code;
    const { name } = changing.node;
    const changed = changing.is === 'changed' || changing.maybeOurs;
    const words = changed
      ? `the request ${shown(before ?? '')} for a reboot of ${name} is taken back`
      : `no reboot of ${name} was requested`;
    tell.done(words, { node: name, requested: null, cancelled: changed ? (before ?? null) : null });
    return exitCode.done;
  });
}

/** The time and the reason together are the name of the request, which has 100 characters (core/node-wishes.ts). */
const longestReason = 74;

function shown(value: string): string {
  return `"${outsideText(value, 100)}"`;
}
