import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { outsideText } from '../core/outside-text.ts';
import { type Trust, whoElseMayWrite } from '../hooks/trust.ts';
import type { CommandRunner } from '../ports/commands.ts';
import { openGate } from '../ports/gate.ts';

/**
 * Runs a command of the configuration only while nobody but root can change what is run: it gets root's full rights, outside
 * the sandbox. It is looked at before each run, as files change; one that is refused, or that cannot be looked at in time, was
 * certainly not started (`missing`).
 */
export function trustedCommands(commands: CommandRunner, trust: Trust): CommandRunner {
  const gate = openGate();
  return {
    async run(argv, limits, signal) {
      const program = argv[0] ?? '';
      const late = `${outsideText(program, 200)}, or another command before it, could not be looked at in time`;
      const why = await gate.enter(() => whoElseMayWrite(program, trust), signal).catch(() => late);
      return why === null
        ? await commands.run(argv, limits, signal)
        : { is: 'missing', why: `it is not run, because ${why}` };
    },
  };
}

/** Why a command of the configuration would never run, continuing "sentinel.command names /x, which …"; null: it would. */
export async function commandTrouble(argv: readonly string[], trust: Trust): Promise<string | null> {
  const program = argv[0] ?? '';
  try {
    if (!(await stat(program)).isFile()) return 'is not a file';
    await access(program, constants.X_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT') return 'is not there';
    return code === 'EACCES' ? 'is not executable' : `cannot be looked at (${outsideText(code, 100)})`;
  }
  const why = await whoElseMayWrite(program, trust);
  return why === null ? null : `would run with root's rights, but ${why}`;
}
