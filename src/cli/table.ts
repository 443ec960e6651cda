import { checkCommand } from './check.ts';
import type { Command } from './commands.ts';
import { completionCommand } from './completion.ts';
import { configCheckCommand, configShowCommand } from './config.ts';
import { configImportCommand } from './config-import.ts';
import { drainCommand } from './drain.ts';
import { helpCommand } from './help.ts';
import { holdCommand, unholdCommand } from './hold.ts';
import { leaseReleaseCommand } from './lease-release.ts';
import { leaseShowCommand } from './lease-show.ts';
import { manifestCommand } from './manifest.ts';
import { pauseCommand, resumeCommand } from './pause.ts';
import { preflightCommand } from './preflight.ts';
import { cancelCommand, requestCommand } from './request.ts';
import { retryCommand } from './retry.ts';
import { runCommand } from './run.ts';
import { statusCommand, whyCommand } from './status.ts';
import { uncordonCommand } from './uncordon.ts';
import { versionCommand } from './version.ts';
import { windowsCommand } from './windows.ts';

/** Every command, in the order of help, docs/commands.md and man page, which are made from it. */
export const commands: readonly Command[] = [
  statusCommand,
  whyCommand,
  checkCommand,
  windowsCommand,
  drainCommand,
  uncordonCommand,
  retryCommand,
  requestCommand,
  cancelCommand,
  holdCommand,
  unholdCommand,
  leaseShowCommand,
  leaseReleaseCommand,
  pauseCommand,
  resumeCommand,
  preflightCommand,
  manifestCommand,
  configCheckCommand,
  configShowCommand,
  configImportCommand,
  runCommand,
  versionCommand,
  completionCommand(() => commands),
  helpCommand(() => commands),
];
