import { outsideText } from '../core/outside-text.ts';
import type { CommandResult, CommandRunner } from '../ports/commands.ts';

export interface BroadcastParts {
  readonly commands: CommandRunner;
  /** Path of wall(1). */
  readonly wall: string;
  /** How many sessions were to be told something, and why they were not; null: they were. */
  readonly told: (sessions: number, why: string | null) => void;
}

/** wall gives each terminal its own time, and does not wait for one that hangs. */
const longest = 30_000;
/** What was begun is said to the end, also by a service that stops. */
const never = new AbortController().signal;

/**
 * Writes texts to all terminals with somebody at them, by wall(1) in a unit of its own: the service's sandbox has no terminals, and
 * logind's own words (SetWallMessage) come only with the reboot. Nobody waits for it.
 */
export function broadcaster({ commands, wall, told }: BroadcastParts): (text: string, sessions: number) => void {
  return (text, sessions) => {
    void commands.run([wall, text], { timeout: longest }, never).then((result) => told(sessions, trouble(result)));
  };
}

function trouble(result: CommandResult): string | null {
  switch (result.is) {
    case 'exited': {
      const said = outsideText(result.output, 200);
      return result.code === 0 ? null : `wall ended with ${result.code}${said === '' ? '' : `: ${said}`}`;
    }
    case 'killed':
      return `wall was ended by ${outsideText(result.signal, 20)}`;
    case 'timeout':
      return 'wall did not end in time';
    case 'missing':
    case 'failed':
      return outsideText(result.why, 200);
  }
}
