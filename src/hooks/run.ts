import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { HookCall } from '../core/hooks.ts';
import { outsideText } from '../core/outside-text.ts';
import type { CommandResult, LastingEnds, LastingRunner } from '../ports/commands.ts';
import type { Log } from '../ports/outlets.ts';

export interface HookRun {
  readonly path: string;
  readonly call: HookCall;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Runs one hook to its end. Null: it ended with exit code 0; else why it counts as failed, as one clause. */
export async function runHook(
  { path, call, timeout }: HookRun,
  programs: LastingRunner,
  log: Log,
  ends: LastingEnds,
): Promise<string | null> {
  const shown = outsideText(path, 200);
  const program = {
    path,
    name: nameOf(path, call),
    run: `${call.phase} ${call.run}`,
    env: environment(call),
    fields: { KURED_HOOK: shown, KURED_NODE: call.node },
    timeout,
  };
  const result = await programs.run(program, ends, () => log.event('hook-waited-for', { hook: shown }));
  tellOutput(path, result, log);
  return whyFailed(result, timeout);
}

/** One hook, one name, whatever it is run for: so it never runs twice at a time. */
function nameOf(path: string, { phase }: HookCall): string {
  const readable = basename(path)
    .replace(/[^A-Za-z0-9]+/g, '-')
    .slice(0, 40);
  const sum = createHash('sha256').update(path).digest('hex').slice(0, 8);
  return `hook-${phase}-${readable}-${sum}`;
}

function environment({ phase, node, reasons }: HookCall): Readonly<Record<string, string>> {
  const why = reasons.length === 0 ? 'a reboot is needed' : reasons.join(', ');
  return { KURED_HOST_PHASE: phase, KURED_HOST_NODE: node, KURED_HOST_REASON: outsideText(why, 1000) };
}

/** Where systemd runs, the output is in the journal already and none comes with the result. */
function tellOutput(path: string, result: CommandResult, log: Log): void {
  if (!('output' in result)) return;
  const lines = result.output.split('\n').filter((line) => line.trim() !== '');
  for (const line of lines.slice(-mostLines)) log.event('hook-output', { hook: outsideText(path, 200), why: line });
}

const mostLines = 50;

function whyFailed(result: CommandResult, timeout: number): string | null {
  switch (result.is) {
    case 'exited':
      return result.code === 0 ? null : `it ended with exit code ${result.code}`;
    case 'killed':
      return `it was ended by ${outsideText(result.signal, 20)}`;
    case 'timeout':
      return `it did not end within ${Math.round(timeout / 1000)} s (hooks.timeout)`;
    case 'missing':
      return `it could not be executed: ${outsideText(result.why, 300)}`;
    case 'failed':
      return outsideText(result.why, 300);
  }
}
