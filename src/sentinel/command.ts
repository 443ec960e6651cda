import { type Answer, no, unknown, yes } from '../core/answer.ts';
import type { Need } from '../core/need.ts';
import { outsideText } from '../core/outside-text.ts';
import { reason } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';
import type { CommandResult, CommandRunner } from '../ports/commands.ts';
import { openGate } from '../ports/gate.ts';
import type { RoundMemory } from '../ports/host.ts';
import type { NeedSource } from '../ports/source.ts';
import { errorText } from './error-text.ts';
import { fingerprint } from './fingerprint.ts';
import { reasonLines } from './reason-lines.ts';
import { Rounds } from './rounds.ts';

export interface CommandSentinel {
  /** The program's absolute path, then its arguments. */
  readonly argv: readonly string[];
  /** Milliseconds it may take. */
  readonly timeout: number;
  /** Milliseconds between two hints to run it again. */
  readonly period: number;
}

export interface CommandSentinelDeps {
  readonly clock: Clock;
  readonly commands: CommandRunner;
  readonly round: RoundMemory;
}

/**
 * A command whose exit code says whether a reboot is needed: 0 required, 1 not. Anything else (another code, a signal, no
 * end in time, no such program) is unknown. Each look runs it; two never run at once. The need is named by the output, so
 * a command that says the same asks for the same reboot, until it has said "not required" in between. Unknown is not "not".
 */
export function commandSentinel(command: CommandSentinel, deps: CommandSentinelDeps): NeedSource {
  const source = outsideText(command.argv[0] ?? '', 200);
  const gate = openGate();
  const rounds = new Rounds(deps.round, deps.clock);
  let unknownLast = false;
  return {
    name: source,
    // A look waits for one that is under way, and each may take its time and be ended after it.
    longest: 2 * command.timeout + 30_000,
    look: async (signal) => {
      try {
        const run = async () => {
          const result = await deps.commands.run(command.argv, { timeout: command.timeout }, signal);
          const answer = await judge(source, result, command.timeout, rounds);
          unknownLast = answer.is === 'unknown';
          return answer;
        };
        return await gate.enter(run, signal);
      } catch (error) {
        unknownLast = true;
        return cannotTell(source, errorText(error));
      }
    },
    watch: (hint, signal) => {
      const period = () => (unknownLast ? Math.min(command.period, againAfterUnknown) : command.period);
      void hintEvery(period, hint, deps.clock, signal).catch(() => {
        // Only the abort of the signal ends it.
      });
    },
  };
}

async function judge(source: string, result: CommandResult, timeout: number, rounds: Rounds): Promise<Answer<Need>> {
  switch (result.is) {
    case 'exited':
      if (result.code === 0) return yes(await needOf(source, result.output, rounds));
      if (result.code === 1) {
        await rounds.end();
        return no;
      }
      return cannotTell(
        source,
        withOutput(`exit code ${result.code}, where 0 means required and 1 not`, result.output),
      );
    case 'killed':
      return cannotTell(source, withOutput(`ended by ${outsideText(result.signal, 20)}`, result.output));
    case 'timeout':
      return cannotTell(source, withOutput(`no end within ${timeout / 1000} s`, result.output));
    case 'missing':
    case 'failed':
      return cannotTell(source, outsideText(result.why, 200));
  }
}

async function needOf(source: string, output: string, rounds: Rounds): Promise<Need> {
  return {
    fingerprint: await rounds.name(fingerprint(['command', output.trim()])),
    source,
    reasons: reasonLines(output),
    older: false,
  };
}

function withOutput(what: string, output: string): string {
  const text = outsideText(output, 200);
  return text === '' ? what : `${what}: ${text}`;
}

/** A command that could not tell is not left alone for a long period. */
const againAfterUnknown = 60_000;

/** The period is looked at once a minute at least: it may have become shorter, and no sleep of the clock is a long one. */
async function hintEvery(period: () => number, hint: () => void, clock: Clock, signal: AbortSignal): Promise<void> {
  let last = clock.mono();
  while (!signal.aborted) {
    await clock.sleep(Math.min(last + period() - clock.mono(), againAfterUnknown), signal);
    if (clock.mono() < last + period()) continue;
    last = clock.mono();
    hint();
  }
}

function cannotTell(source: string, why: string): Answer<never> {
  return unknown(reason('need-unknown', { source, why }));
}
