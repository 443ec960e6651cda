import { type ConfigProblem, problemText } from '../config/problem.ts';
import { type Reason, reasonRemedy, reasonSentence } from '../core/reasons.ts';
import type { Settings } from '../core/settings.ts';
import { hooksPlace, rivalsHere } from '../daemon/machine-here.ts';
import { checkHooks } from '../hooks/check.ts';
import { type SilentUpdater, silentUpdater } from '../host/silent-updates.ts';
import type { Ready } from '../kubernetes/cluster.ts';
import { findKured } from '../kubernetes/kured-pod.ts';
import { exitOf, reachCluster } from './cluster.ts';
import { type Command, configOption, type Given, isGiven, jsonOption } from './commands.ts';
import { interruptible } from './interrupt.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { unfitFiles } from './machine-fit.ts';
import { loadedOrProblems } from './settings.ts';

export const preflightCommand: Command = {
  name: 'preflight',
  operands: [],
  summary: 'whether everything that is needed is there; one line a need, nothing is changed',
  description:
    'Asks the live API server, with access reviews and dry runs, as the identity the daemon would use. Each line is ok, or says what is missing and the command that mends it. Something missing ends with 77, or with 78 where it is credentials or what the configuration names on this machine; what could not be asked, with 69; an optional grant that is not there ("without") is no failure. A warning names another program that may reboot this node by itself, or a hook that would not be run, and does not change the exit code.',
  options: { json: jsonOption, config: configOption },
  examples: [{ line: 'kured-host preflight', what: 'before the first start, and after "refused" anywhere' }],
  run: preflight,
};

/** One line: a need, whether it is met, and where it is not, why and the command that mends it; or what a person should know. */
interface Line {
  readonly is: 'ok' | 'missing' | 'unknown' | 'without' | 'warning';
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}

async function preflight(io: Io, given: Given): Promise<ExitCode> {
  const loaded = await loadedOrProblems(io, given);
  if (loaded === null) return exitCode.configuration;
  const { settings } = loaded;
  const json = isGiven(given, 'json');
  const lines: Line[] = [];
  const tell = (line: Line): void => {
    lines.push(line);
    if (!json) io.out(lineText(line));
  };
  tell({ is: 'ok', what: 'the configuration can be read', why: '', remedy: '' });
  const ending = new AbortController();
  try {
    const signal = AbortSignal.any([interruptible(io), ending.signal]);
    const unfit = io.asRoot ? await unfitFiles(io, loaded) : [];
    for (const problem of unfit) tell(unfitLine(problem));
    for (const rival of await rivalsHere(io, signal)) tell(warningOf(rival));
    for (const wrong of await checkHooks(hooksPlace(io))) tell(warningOf(wrong));
    const updater = settings.sentinel.command === null ? await silentUpdater(io.places.root) : null;
    if (updater !== null) tell(nobodyAsks(updater));
    const code = await askAll(io, settings, tell, signal);
    return unfit.length === 0 ? code : exitCode.configuration;
  } finally {
    ending.abort();
    if (json) io.out(`${JSON.stringify({ needs: lines }, null, 2)}\n`);
  }
}

async function askAll(io: Io, settings: Settings, tell: (line: Line) => void, signal: AbortSignal): Promise<ExitCode> {
  const ready = await reachCluster(io, settings, signal, (why) => tell(troubleOf(why)));
  if (typeof ready === 'number') return ready;
  const { identity, file, server } = ready;
  const what = `acts as ${identity.user} on the Node ${identity.node}, by ${file}, at ${server}`;
  tell({ is: 'ok', what, why: '', remedy: '' });
  const silent = await silence(ready, signal);
  if (silent !== null) {
    tell(troubleOf(silent));
    return exitOf(silent);
  }
  const kured = await findKured(ready.cluster.pods, signal);
  if (kured !== null) tell(warningOf(kured));
  const counts = { ok: 0, missing: 0, unknown: 0, without: 0 };
  for await (const answer of ready.ask(settings.lease, signal, settings.node)) {
    tell({ is: answer.is, what: answer.what, why: answer.why, remedy: answer.remedy });
    counts[answer.is] += 1;
  }
  if (counts.missing > 0) return exitCode.notPermitted;
  return counts.unknown > 0 || signal.aborted ? exitCode.unavailable : exitCode.done;
}

/** With it a start is refused. */
function unfitLine(problem: ConfigProblem): Line {
  const remedy = 'mend it; "kured-host config check" looks at it again';
  return { is: 'missing', what: problemText(problem), why: '', remedy };
}

/** Of a node that would never need a reboot, whatever is updated. */
function nobodyAsks(updater: SilentUpdater): Line {
  const writesNone = updater === 'bootc' ? 'whose older releases write no file' : 'which writes no file';
  return {
    is: 'warning',
    what: `this machine is updated by ${updater}, ${writesNone} when an update needs a reboot, and no sentinel.command asks it`,
    why: '',
    remedy: `ln -s /usr/share/kured-host/recipes/${updater}.yaml /etc/kured-host/config.d/50-sentinel.yaml && systemctl reload kured-host`,
  };
}

/** Why nothing can be asked at all, which is one line and not one for each need; null when the API server answers. */
async function silence(ready: Ready, signal: AbortSignal): Promise<Reason | null> {
  const read = await ready.cluster.node.read(signal);
  if (read.is !== 'failed') return null;
  return stoppers.includes(read.reason.code) ? read.reason : null;
}

const stoppers: readonly Reason['code'][] = ['api-unavailable', 'credentials-unusable', 'credentials-missing'];

function troubleOf(why: Reason): Line {
  const unknown = why.code === 'api-unavailable' || why.code === 'api-failed';
  return { is: unknown ? 'unknown' : 'missing', what: reasonSentence(why), why: '', remedy: reasonRemedy(why) };
}

function warningOf(of: Reason): Line {
  return { is: 'warning', what: reasonSentence(of), why: '', remedy: reasonRemedy(of) };
}

function lineText({ is, what, why, remedy }: Line): string {
  const because = why === '' ? '' : `: ${why}`;
  const mend = remedy === '' ? '' : `\n         ${remedy.replaceAll('\n', '\n         ')}`;
  return `${is.padEnd(7)}  ${what}${because}${mend}\n`;
}
