import { join } from 'node:path';
import type { HookCall, HookEnd } from '../core/hooks.ts';
import { outsideText } from '../core/outside-text.ts';
import { type Reason, reason } from '../core/reasons.ts';
import type { HookSettings } from '../core/settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { LastingEnds, LastingRunner } from '../ports/commands.ts';
import { type Gate, openGate } from '../ports/gate.ts';
import type { Hooks } from '../ports/hooks.ts';
import type { Log } from '../ports/outlets.ts';
import type { HooksPlace } from './check.ts';
import { type Hook, type HookList, listHooks } from './folder.ts';
import { runHook } from './run.ts';

export interface HooksDeps {
  readonly place: HooksPlace;
  readonly programs: LastingRunner;
  readonly log: Log;
  readonly clock: Clock;
  readonly settings: () => HookSettings;
}

/** How long the folder and what lies in it may take to be looked at. */
const listTime = 30_000;

/**
 * The hooks in the folders of this machine, read anew for each round. The first one that counts and does not succeed ends the
 * round; what is only wanted (`*.wanted`) is told when it fails, and nothing more.
 */
export function openHooks(deps: HooksDeps): Hooks {
  const gate = openGate();
  return {
    async run(call, progress, ends) {
      const { stop, leave } = ends;
      const folder = join(deps.place.folder, `${call.phase}.d`);
      const list = await listInTime(deps, folder, gate, AbortSignal.any([stop, leave]));
      if (stop.aborted || leave.aborted) return { is: 'stopped' };
      if (list.is === 'unreadable') return failed(reason('hooks-unreadable', { folder, why: list.why }));
      for (const hook of list.hooks) {
        if (stop.aborted || leave.aborted) return { is: 'stopped' };
        const why = await outcome(deps, hook, call, progress, ends);
        // What ended because it was told to has said nothing.
        if (stop.aborted || leave.aborted) return { is: 'stopped' };
        if (why === null) continue;
        const wanted = hook.is !== 'skipped' && hook.wanted;
        deps.log.event(wanted ? 'wanted-hook-failed' : 'hook-failed', { hook: shown(hook.path), reason: why });
        if (!wanted) return failed(why);
      }
      return { is: 'done' };
    },
    endLeft: () => deps.programs.endAll('hook-before-'),
  };
}

/** A file system that hangs keeps neither a stop nor a back-out from going on: nobody can tell then whether there are hooks. */
async function listInTime(
  { place, clock }: HooksDeps,
  folder: string,
  gate: Gate,
  signal: AbortSignal,
): Promise<HookList> {
  using deadline = clock.deadline(listTime, signal);
  try {
    return await gate.enter(() => listHooks(folder, place.trust), deadline.signal);
  } catch (error) {
    return { is: 'unreadable', why: outsideText(error instanceof Error ? error.message : String(error), 200) };
  }
}

/** Null: it succeeded, or is no hook. */
async function outcome(
  { programs, log, settings }: HooksDeps,
  hook: Hook,
  call: HookCall,
  progress: (of: Reason) => void,
  ends: LastingEnds,
): Promise<Reason | null> {
  const name = shown(hook.path);
  switch (hook.is) {
    case 'skipped':
      log.event('hook-skipped', { hook: name, why: hook.why });
      return null;
    case 'refused':
      return reason('hook-refused', { hook: name, why: hook.why });
    case 'run': {
      const { timeout } = settings();
      progress(reason('hook-running', { hook: name, timeout: `${Math.round(timeout / 1000)} s` }));
      log.event('hook-started', { hook: name });
      const end = await runHook({ path: hook.path, call, timeout }, programs, log, ends);
      if (end !== null) return reason('hook-failed', { hook: name, why: end });
      log.event('hook-ended', { hook: name });
      return null;
    }
  }
}

function failed(why: Reason): HookEnd {
  return { is: 'failed', reason: why };
}

function shown(path: string): string {
  return outsideText(path, 200);
}
