import type { SentinelSettings } from '../core/settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { CommandRunner } from '../ports/commands.ts';
import type { RoundMemory } from '../ports/host.ts';
import type { Log } from '../ports/outlets.ts';
import type { NeedSource } from '../ports/source.ts';
import { readBootTime } from './boot-time.ts';
import { commandSentinel } from './command.ts';
import { fileSentinel } from './files.ts';

export interface SentinelDeps {
  readonly clock: Clock;
  readonly commands: CommandRunner;
  readonly log: Log;
  readonly round: RoundMemory;
}

/**
 * A source for each configured file and one for the command. Their answers are put together by core/need-sum.ts. Opening
 * touches nothing.
 */
export function openSentinels(settings: SentinelSettings, deps: SentinelDeps): readonly NeedSource[] {
  const bootTime = () => readBootTime(deps.clock);
  const files = [...new Set(settings.files)].map((path) => fileSentinel(path, { ...deps, bootTime }));
  if (settings.command === null) return files;
  const { command: argv, commandTimeout: timeout, commandPeriod: period } = settings;
  return [...files, commandSentinel({ argv, timeout, period }, deps)];
}
