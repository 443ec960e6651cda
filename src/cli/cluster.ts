import { type Reason, type ReasonCode, reasonRemedy, reasonSentence } from '../core/reasons.ts';
import type { Settings } from '../core/settings.ts';
import { openCluster, type Ready } from '../kubernetes/cluster.ts';
import type { Given } from './commands.ts';
import { interrupted, interruptible } from './interrupt.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { settingsOrProblems } from './settings.ts';

/** The API server as this node, for as long as one command works. */
export interface Reached {
  readonly ready: Ready;
  readonly settings: Settings;
  readonly signal: AbortSignal;
}

/** How long the API server may take to say who we are. */
const longest = 30_000;

/**
 * Reads the configuration, reaches the cluster and does the work; whatever was opened is closed after it. What is missing is
 * told on standard error and decides the exit code. Ctrl-C and SIGTERM abort its signal; the work says what is true then.
 */
export async function withCluster(io: Io, given: Given, work: (on: Reached) => Promise<ExitCode>): Promise<ExitCode> {
  const settings = await settingsOrProblems(io, given);
  if (settings === null) return exitCode.configuration;
  const ending = new AbortController();
  const signal = AbortSignal.any([interruptible(io), ending.signal]);
  try {
    const ready = await reachCluster(io, settings, signal);
    return typeof ready === 'number' ? ready : await work({ ready, settings, signal });
  } finally {
    ending.abort();
  }
}

/**
 * Who we are at the API server, or the exit code for why that is not known, which `tell` was told (by itself: on standard
 * error). Waits 30 s at most. The connection ends with the signal.
 */
export async function reachCluster(
  io: Io,
  settings: Settings,
  signal: AbortSignal,
  tell: (why: Reason) => void = (why) => tellReason(io, why),
): Promise<Ready | ExitCode> {
  const options = { credentials: settings.credentials, clock: io.clock, counter: { count: () => {} } };
  const opened = openCluster(options, signal);
  using deadline = io.clock.deadline(longest, signal);
  for await (const state of opened.states(deadline.signal)) {
    if (state.is === 'ready') return state;
    tell(state.reason);
    return state.is === 'contradiction' ? exitCode.configuration : exitOf(state.reason);
  }
  if (signal.aborted) return interrupted(io);
  io.err(`the API server did not say who this is within ${longest / 1000} s\n`);
  return exitCode.unavailable;
}

/** A reason and what to do about it, for a person. */
export function tellReason(io: Io, why: Reason): void {
  const remedy = reasonRemedy(why);
  io.err(`${reasonSentence(why)}\n${remedy === '' ? '' : `  remedy: ${remedy}\n`}`);
}

/** The exit code for what the cluster would not or could not do. */
export function exitOf({ code }: Reason): ExitCode {
  return exits[code] ?? exitCode.failed;
}

const exits: Partial<Record<ReasonCode, ExitCode>> = {
  'api-refused': exitCode.notPermitted,
  'api-unavailable': exitCode.unavailable,
  'api-failed': exitCode.unavailable,
  'credentials-missing': exitCode.configuration,
  'credentials-unusable': exitCode.configuration,
};
