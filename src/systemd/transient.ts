import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { CommandLimits, CommandResult, CommandRunner, LastingRunner } from '../ports/commands.ts';
import { runSystemctl, type Systemctl } from './jobs.ts';
import { type ProgramEnd, runProgram } from './program.ts';
import { alreadyThere, neverLoaded, resultProperties, showUnit, tidyUnit, unitResult } from './unit-result.ts';

const mostOutput = 65_536;
/** Between asking a command to end and ending it. */
const stopTime = 5000;
/** What systemd-run may take beyond the command's own time. */
const grace = 10_000;

/**
 * Runs commands as transient units, so that they run outside the service's sandbox (systemd-run(1)). The unit's name is made from the
 * command, so that one command never runs twice at a time, over restarts of the service too: the second is `failed`.
 * `prefix` begins the name: a person's command has another one than the service, so that neither keeps the other from running it.
 * Commands get systemd's default environment and LC_ALL=C.
 */
export function transientCommands(systemdRun: string, systemctl: Systemctl, prefix: string): CommandRunner {
  return {
    async run(argv, limits, signal) {
      // Before anything is asked of the unit: an earlier run of it may still be under way, and is not ours to stop.
      if (signal.aborted) return noLongerAwaited;
      const unit = unitName(prefix, argv);
      const first = await start(systemdRun, systemctl, unit, argv, limits, signal);
      // A unit that failed and was not tidied up (the service ended in between) still has the name.
      const leftOver = first.is === 'exited' && alreadyThere.test(first.stderr);
      if (leftOver) await runSystemctl(systemctl, ['reset-failed', unit], signal);
      const end = leftOver ? await start(systemdRun, systemctl, unit, argv, limits, signal) : first;
      if (end.is === 'exited' && alreadyThere.test(end.stderr)) {
        return { is: 'failed', why: 'an earlier run of it has not ended yet' };
      }
      return settle(systemctl, unit, end);
    },
  };
}

const noLongerAwaited: CommandResult = { is: 'failed', why: 'it was no longer waited for' };

function unitName(prefix: string, argv: readonly string[]): string {
  const sum = createHash('sha256').update(JSON.stringify(argv)).digest('hex').slice(0, 12);
  const name = basename(argv[0] ?? '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .slice(0, 40);
  return `${prefix}-${name}-${sum}.service`;
}

/**
 * A oneshot, because of any other service the signals SIGHUP, SIGINT, SIGTERM and SIGPIPE count as success. Its running time is
 * bounded by TimeoutStartSec (RuntimeMaxSec does not hold for a oneshot, systemd.service(5)).
 */
function start(
  file: string,
  systemctl: Systemctl,
  unit: string,
  argv: readonly string[],
  limits: CommandLimits,
  signal: AbortSignal,
): Promise<ProgramEnd> {
  const options = [
    '--quiet',
    '--wait',
    '--pipe',
    '--no-ask-password',
    `--unit=${unit}`,
    '--service-type=oneshot',
    `--property=TimeoutStartSec=${Math.max(1, Math.ceil(limits.timeout))}ms`,
    `--property=TimeoutStopSec=${stopTime}ms`,
    '--setenv=LC_ALL=C',
  ];
  // systemd replaces $NAME in arguments; a doubled dollar is one dollar.
  const [program = '', ...args] = argv;
  const command = [program, ...args.map((arg) => arg.replaceAll('$', '$$$$'))];
  const env = { ...systemctl.env, LC_ALL: 'C' };
  const timeout = limits.timeout + stopTime + grace;
  const run = {
    file,
    args: [...options, '--', ...command],
    env,
    input: limits.input,
    timeout,
    before: limits.before,
    mostOutput,
  };
  return runProgram(run, systemctl.clock, signal);
}

/**
 * What the command did. systemd-run's exit code is 0 for success alone; for everything else it is ambiguous (1 for a time
 * that ran out and for a file that is missing as well), so the unit is asked, and tidied up.
 */
async function settle(systemctl: Systemctl, unit: string, end: ProgramEnd): Promise<CommandResult> {
  if (end.is === 'not-started') return { is: 'missing', why: `systemd-run was not started: ${end.why}` };
  if (end.is === 'exited' && end.code === 0) return { is: 'exited', code: 0, output: outputOf(end) };
  if (end.is !== 'exited') {
    await tidyUnit(systemctl, ['stop', '--no-block', unit]);
    return endedEarly(end);
  }
  const result = await askUnit(systemctl, unit, end);
  await tidyUnit(systemctl, ['reset-failed', unit]);
  return result;
}

function endedEarly(end: Extract<ProgramEnd, { is: 'aborted' | 'timeout' | 'killed' }>): CommandResult {
  switch (end.is) {
    case 'aborted':
      return noLongerAwaited;
    case 'timeout':
      return { is: 'timeout', output: outputOf(end) };
    case 'killed':
      return { is: 'failed', why: `systemd-run was ended by ${end.signal}` };
  }
}

type Exited = Extract<ProgramEnd, { is: 'exited' }>;

async function askUnit(systemctl: Systemctl, unit: string, end: Exited): Promise<CommandResult> {
  const shown = await showUnit(systemctl, unit, resultProperties);
  if (shown.is === 'unreadable') return { is: 'failed', why: shown.why };
  if (shown.properties.get('LoadState') === 'not-found') return neverLoaded(end);
  return unitResult(shown.properties, outputOf(end));
}

/** stdout first, then stderr. */
function outputOf(end: { readonly stdout: string; readonly stderr: string }): string {
  return (end.stdout + end.stderr).slice(0, mostOutput);
}

/**
 * Runs commands as direct children: where systemd does not run (containers, tests). They share the service's view of the
 * machine, and a command that is ended early takes only itself with it, not what it started.
 */
export function directCommands(options: Pick<Systemctl, 'env' | 'clock'>): CommandRunner {
  return {
    async run(argv, limits, signal) {
      const [file = '', ...args] = argv;
      const env = { ...options.env, LC_ALL: 'C' };
      const { timeout, input, before } = limits;
      const run = { file, args, env, input, timeout, before, mostOutput };
      return directResult(await runProgram(run, options.clock, signal));
    },
  };
}

/** The same for programs that are to outlive the service: as children they do not, so nothing is left of them to wait for. */
export function directPrograms(options: Pick<Systemctl, 'env' | 'clock'>): LastingRunner {
  return {
    async run({ path, env: added, timeout }, { stop, leave }) {
      const env = { ...options.env, ...added };
      const ends = AbortSignal.any([stop, leave]);
      return directResult(await runProgram({ file: path, args: [], env, timeout, mostOutput }, options.clock, ends));
    },
    endAll: async () => {},
  };
}

function directResult(end: ProgramEnd): CommandResult {
  switch (end.is) {
    case 'exited':
      return { is: 'exited', code: end.code, output: outputOf(end) };
    case 'killed':
      return { is: 'killed', signal: end.signal, output: outputOf(end) };
    case 'timeout':
      return { is: 'timeout', output: outputOf(end) };
    case 'aborted':
      return noLongerAwaited;
    case 'not-started':
      return { is: 'missing', why: end.why };
  }
}
