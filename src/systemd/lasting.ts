import type { CommandResult, LastingEnds, LastingProgram, LastingRunner } from '../ports/commands.ts';
import type { Systemctl } from './jobs.ts';
import { type ProgramEnd, runProgram } from './program.ts';
import { alreadyThere, neverLoaded, resultProperties, showUnit, tidyUnit, unitResult } from './unit-result.ts';

/** Between asking a program to end and ending it. */
const stopTime = 5000;
/** What systemd may take beyond a program's own time. */
const grace = 10_000;
/** How often a run is looked at that nothing tells the end of. */
const lookEvery = 1000;
/** Looks in a row that systemd gives no answer to, before nobody can tell. */
const mostUnreadable = 5;

/**
 * Runs programs as transient units that stay after they have ended (RemainAfterExit), so that whoever comes next, this process or
 * the one after it, can read what became of one. A unit is put away once its result is known. A program has what PID 1 gives
 * every service, none of the sandbox of this one; what it writes goes to the journal as kured-host's.
 */
export function lastingPrograms(systemdRun: string, systemctl: Systemctl): LastingRunner {
  return {
    run: (program, ends, found) =>
      untilResult({ systemdRun, systemctl, program, unit: unitOf(program.name), ends }, found),
    async endAll(beginning) {
      await tidyUnit(systemctl, ['stop', unitOf(`${beginning}*`)]);
      await tidyUnit(systemctl, ['reset-failed', unitOf(`${beginning}*`)]);
    },
  };
}

interface Run {
  readonly systemdRun: string;
  readonly systemctl: Systemctl;
  readonly program: LastingProgram;
  readonly unit: string;
  readonly ends: LastingEnds;
}

function unitOf(name: string): string {
  return `kured-host-${name}.service`;
}

/** Looks, and acts on what is there, until there is a result of this run. */
async function untilResult(run: Run, found: () => void): Promise<CommandResult> {
  const { systemctl, program, unit } = run;
  const { stop, leave } = run.ends;
  const { clock } = systemctl;
  const longest = program.timeout + stopTime + grace;
  let until = clock.mono() + longest;
  let unreadable = 0;
  let started: ProgramEnd | null = null;
  let waits = false;
  for (;;) {
    if (leave.aborted) return noLongerAwaited;
    if (stop.aborted) {
      await putAway(run);
      return noLongerAwaited;
    }
    const look = await lookAt(run);
    unreadable = look.is === 'unreadable' ? unreadable + 1 : 0;
    if (look.is === 'unreadable' && unreadable >= mostUnreadable) return { is: 'failed', why: look.why };
    if (look.is === 'ended') {
      await putAway(run);
      if (look.same) return look.result;
      until = clock.mono() + longest;
    } else if (look.is === 'nothing' && started !== null) {
      return vanished(started);
    } else if (look.is === 'nothing') {
      const end = await start(run);
      const taken = end.is === 'exited' && alreadyThere.test(end.stderr);
      started = taken ? null : end;
      if (taken && clock.mono() >= until) return { is: 'failed', why: `${unit} is taken` };
      if (taken) await pause(run);
    } else {
      if (look.is === 'running' && started === null && !waits) {
        waits = true;
        found();
      }
      // systemd ends each run at that run's own time; only a systemd that does not is given up.
      if (clock.mono() >= until) return { is: 'failed', why: `${unit} was not ended in its time` };
      await pause(run);
    }
  }
}

const noLongerAwaited: CommandResult = { is: 'failed', why: 'it was no longer waited for' };

/** What stands under the unit's name. `same`: it was run for the same. */
type Look =
  | { readonly is: 'nothing' }
  | { readonly is: 'running' }
  | { readonly is: 'ended'; readonly result: CommandResult; readonly same: boolean }
  | { readonly is: 'unreadable'; readonly why: string };

async function lookAt({ systemctl, unit, program }: Run): Promise<Look> {
  const names = [...resultProperties, 'ActiveState', 'SubState', 'Job', 'Description'];
  const shown = await showUnit(systemctl, unit, names);
  if (shown.is === 'unreadable') return shown;
  const { properties } = shown;
  const same = properties.get('Description') === descriptionOf(program);
  const state = properties.get('ActiveState');
  if (properties.get('LoadState') === 'not-found') return { is: 'nothing' };
  if (state === 'failed') return { is: 'ended', result: unitResult(properties, ''), same };
  if (state === 'active' && properties.get('SubState') === 'exited') {
    return { is: 'ended', result: { is: 'exited', code: 0, output: '' }, same };
  }
  // Loaded and at nothing: its start is still to come, or it is being forgotten.
  const waits = !['', '0', undefined].includes(properties.get('Job'));
  return state === 'inactive' && !waits ? { is: 'nothing' } : { is: 'running' };
}

/** Waits for the end of the unit's start, which is the end of the program: it is a oneshot. */
function start({ systemdRun, systemctl, unit, program, ends: { stop, leave } }: Run): Promise<ProgramEnd> {
  const settings = {
    TimeoutStartSec: `${Math.max(1, Math.ceil(program.timeout))}ms`,
    TimeoutStopSec: `${stopTime}ms`,
    StandardOutput: 'journal',
    StandardError: 'journal',
    SyslogIdentifier: 'kured-host',
  };
  const args = [
    '--quiet',
    '--no-ask-password',
    `--unit=${unit}`,
    `--description=${descriptionOf(program)}`,
    '--service-type=oneshot',
    '--remain-after-exit',
    ...Object.entries(settings).map(([name, value]) => `--property=${name}=${value}`),
    ...Object.entries({ ...program.fields, ...ownUnit }).map(
      ([name, value]) => `--property=LogExtraFields=${name}=${value}`,
    ),
    ...Object.entries(program.env).map(([name, value]) => `--setenv=${name}=${value}`),
    '--',
    program.path,
  ];
  const env = { ...systemctl.env, LC_ALL: 'C' };
  const timeout = program.timeout + stopTime + grace;
  const ends = AbortSignal.any([stop, leave]);
  return runProgram({ file: systemdRun, args, env, timeout, mostOutput: 4096 }, systemctl.clock, ends);
}

/** `journalctl -u kured-host` shows what root's processes write with this field, as if the unit itself had (journalctl(1)). */
const ownUnit = { OBJECT_SYSTEMD_UNIT: 'kured-host.service' };

/** Tells runs of one program apart. */
function descriptionOf({ name, run }: LastingProgram): string {
  return `kured-host ${name} for ${run}`;
}

/** Ends what runs, and what is left of it in the background; then nothing has the name any more. */
async function putAway({ systemctl, unit }: Run): Promise<void> {
  await tidyUnit(systemctl, ['stop', unit]);
  await tidyUnit(systemctl, ['reset-failed', unit]);
}

/** It was to be started, and there is nothing of it. */
function vanished(end: ProgramEnd): CommandResult {
  switch (end.is) {
    case 'not-started':
      return { is: 'missing', why: `systemd-run was not started: ${end.why}` };
    case 'exited':
      if (end.code !== 0) return neverLoaded(end);
      return { is: 'failed', why: 'its unit is gone, so nobody can tell what became of it' };
    case 'killed':
    case 'timeout':
    case 'aborted':
      return { is: 'failed', why: 'systemd-run was cut off, and nobody can tell what became of it' };
  }
}

async function pause({ systemctl, ends: { stop, leave } }: Run): Promise<void> {
  await systemctl.clock.sleep(lookEvery, AbortSignal.any([stop, leave])).catch(() => {
    // The abort is looked at by whoever waits.
  });
}
