import { reasonRemedy, reasonSentence } from '../core/reasons.ts';
import type { Settings } from '../core/settings.ts';
import type { AccessAnswer } from '../kubernetes/access-answer.ts';
import type { Ready } from '../kubernetes/cluster.ts';
import { reachCluster } from './cluster.ts';
import { type Command, configOption, type Given } from './commands.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { settingsOrProblems } from './settings.ts';

export const preflightCommand: Command = {
  name: 'preflight',
  operands: [],
  summary: 'whether everything that is needed is there; one line a need, nothing is changed',
  description:
    'Asks the live API server, with access reviews and dry runs, as the identity the daemon would use. Each line is ok, or says what is missing and the command that mends it.',
  options: { config: configOption },
  run: preflight,
};

async function preflight(io: Io, given: Given): Promise<ExitCode> {
  const settings = await settingsOrProblems(io, given);
  if (settings === null) return exitCode.configuration;
  io.out('ok       the configuration can be read\n');
  const ending = new AbortController();
  const signal = AbortSignal.any([io.signal, ending.signal]);
  try {
    const ready = await reachCluster(io, settings, signal, (why) => {
      const remedy = reasonRemedy(why);
      io.out(`missing  ${reasonSentence(why)}${remedy === '' ? '' : `\n         ${remedy}`}\n`);
    });
    if (typeof ready === 'number') return ready;
    io.out(
      `ok       acts as ${ready.identity.user} on the Node ${ready.identity.node}, by ${ready.file}, at ${ready.server}\n`,
    );
    return await askAll(io, ready, settings, signal);
  } finally {
    ending.abort();
  }
}

async function askAll(io: Io, ready: Ready, settings: Settings, signal: AbortSignal): Promise<ExitCode> {
  let missing = 0;
  let unknown = 0;
  for await (const answer of ready.ask(settings.lease, signal)) {
    io.out(lineOf(answer));
    if (answer.is === 'missing') missing += 1;
    if (answer.is === 'unknown') unknown += 1;
  }
  if (missing > 0) return exitCode.notPermitted;
  return unknown > 0 ? exitCode.unavailable : exitCode.done;
}

function lineOf(answer: AccessAnswer): string {
  const why = answer.why === '' ? '' : `: ${answer.why}`;
  const remedy = answer.remedy === '' ? '' : `\n         ${answer.remedy.replaceAll('\n', '\n         ')}`;
  return `${answer.is.padEnd(7)}  ${answer.what}${why}${remedy}\n`;
}
