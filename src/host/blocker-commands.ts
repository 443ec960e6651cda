import type { CommandBlocker } from '../core/blockers/settings.ts';
import { outsideText } from '../core/outside-text.ts';
import type { Permission } from '../core/permission.ts';
import { reason } from '../core/reasons.ts';
import type { Clock } from '../ports/clock.ts';
import type { CommandResult, CommandRunner } from '../ports/commands.ts';
import type { PermissionSource } from '../ports/source.ts';
import { askTogether } from './blocker-rounds.ts';

export interface BlockerCommandsParts {
  readonly commands: CommandRunner;
  readonly clock: Clock;
  readonly settings: () => readonly CommandBlocker[];
}

/** What a command said against a reboot, and when (monotonic) it is run again. */
interface Against {
  readonly answer: Permission;
  readonly until: number;
}

/** One that could not tell is not left alone for a long period. */
const againAfterUnknown = 60_000;
/** Between the end of its time and the end of what it started. */
const ending = 20_000;

/**
 * No permission while a command says so, or cannot tell: exit status 0 permits, 1 refuses and its first line says why, anything
 * else is unknown. All are run at once, and once more where one permits long before another does. What one said for a reboot
 * counts for that question alone; what it said against one counts for its period, as waiting longer harms nobody, and then
 * permission is asked for again.
 */
export function blockerCommandsSource(parts: BlockerCommandsParts): PermissionSource {
  const { clock, settings } = parts;
  const against = new Map<string, Against>();
  const hints = new Set<() => void>();
  let cancel = (): void => {};
  const hintAt = (at: number): void => {
    cancel();
    cancel = clock.timer(Math.max(0, at - clock.mono()), () => {
      if (clock.mono() < at) return hintAt(at);
      for (const hint of hints) hint();
    });
  };
  return {
    name: 'commands',
    get longest() {
      const timeouts = settings().map(({ timeout }) => timeout);
      return timeouts.length === 0 ? undefined : 2 * (Math.max(...timeouts) + ending);
    },
    async ask(signal) {
      const blockers = settings();
      const answer = await askTogether(blockers, (one) => askOne(one, parts, against, signal), clock, signal);
      const keys = new Set(blockers.map(keyOf));
      for (const key of against.keys()) if (!keys.has(key)) against.delete(key);
      const next = Math.min(...[...against.values()].map(({ until }) => until));
      if (hints.size > 0 && Number.isFinite(next)) hintAt(next);
      return answer;
    },
    watch(hint, signal) {
      hints.add(hint);
      const leave = (): void => {
        hints.delete(hint);
        if (hints.size === 0) cancel();
      };
      signal.addEventListener('abort', leave, { once: true });
    },
  };
}

async function askOne(
  blocker: CommandBlocker,
  { commands, clock }: BlockerCommandsParts,
  against: Map<string, Against>,
  signal: AbortSignal,
): Promise<Permission> {
  const key = keyOf(blocker);
  const last = against.get(key);
  if (last !== undefined && clock.mono() < last.until) return last.answer;
  const { command, timeout, period } = blocker;
  const answer = judge(command, await commands.run(command, { timeout }, signal), timeout);
  const wait = answer.is === 'unknown' ? Math.min(period, againAfterUnknown) : period;
  // One that was no longer waited for has said nothing.
  if (answer.is === 'allowed' || signal.aborted) against.delete(key);
  else against.set(key, { answer, until: clock.mono() + wait });
  return answer;
}

function judge(argv: readonly string[], result: CommandResult, timeout: number): Permission {
  const command = outsideText(argv.join(' '), 200);
  const unknown = (why: string): Permission => ({
    is: 'unknown',
    reasons: [reason('permission-unknown', { source: command, why })],
  });
  switch (result.is) {
    case 'exited': {
      if (result.code === 0) return { is: 'allowed' };
      const said = firstLine(result.output);
      if (result.code === 1) {
        const why = said === '' ? 'it does not say why' : said;
        return { is: 'refused', reasons: [reason('command-blocks', { command, why })] };
      }
      return unknown(saying(`exit status ${result.code}, where 0 permits and 1 refuses`, said));
    }
    case 'killed':
      return unknown(saying(`ended by ${outsideText(result.signal, 20)}`, firstLine(result.output)));
    case 'timeout':
      return unknown(saying(`no end within ${timeout / 1000} s`, firstLine(result.output)));
    case 'missing':
    case 'failed':
      return unknown(outsideText(result.why, 300));
  }
}

function firstLine(output: string): string {
  const line = output.split('\n').find((one) => one.trim() !== '') ?? '';
  return outsideText(line, 200);
}

function saying(what: string, said: string): string {
  return said === '' ? what : `${what}: ${said}`;
}

/** Whatever decides what it says. */
function keyOf(blocker: CommandBlocker): string {
  return JSON.stringify(blocker);
}
