import { reasonRemedy, reasonSentence } from '../core/reasons.ts';
import type { Settings } from '../core/settings.ts';
import type { AccessAnswer } from '../kubernetes/access-answer.ts';
import { openCluster, type Ready } from '../kubernetes/cluster.ts';
import { type Command, configOption, type Given } from './commands.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { settingsOrProblems } from './settings.ts';

/** How long the API server may take to say who we are. */
const longest = 30_000;

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
    const ready = await reach(io, settings, signal);
    if (typeof ready === 'number') return ready;
    io.out(
      `ok       acts as ${ready.identity.user} on the Node ${ready.identity.node}, by ${ready.file}, at ${ready.server}\n`,
    );
    return await askAll(io, ready, settings, signal);
  } finally {
    ending.abort();
  }
}

/** Who we are at the API server, or the exit code that says why it is not known. */
async function reach(io: Io, settings: Settings, signal: AbortSignal): Promise<Ready | ExitCode> {
  const options = { credentials: settings.credentials, clock: io.clock, counter: { count: () => {} } };
  const opened = openCluster(options, signal);
  using deadline = io.clock.deadline(longest, signal);
  for await (const state of opened.states(deadline.signal)) {
    if (state.is === 'ready') return state;
    const remedy = reasonRemedy(state.reason);
    io.out(`missing  ${reasonSentence(state.reason)}${remedy === '' ? '' : `\n         ${remedy}`}\n`);
    return state.reason.code.startsWith('api-') ? exitCode.unavailable : exitCode.configuration;
  }
  io.err(`the API server did not say who this is within ${longest / 1000} s\n`);
  return exitCode.unavailable;
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
