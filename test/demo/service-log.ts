import type { Change } from './timeline.ts';

interface Line {
  readonly time: string;
  readonly event: string;
  readonly phase?: Change['status']['phase'];
  readonly reason?: string;
  readonly sentence?: string;
}

/**
 * What a daemon said in its log (one text a boot, oldest first) as changes. The last thing a service says before its
 * machine goes down is that it stops; for the story the machine reboots then. What was said before `begin` (milliseconds
 * since 1970) counts as said then.
 */
export function changesOf(logs: readonly string[], begin: number): readonly Change[] {
  const all = logs.flatMap((log) => log.split('\n').flatMap(parse)).flatMap(changeOf);
  return all.map((change) => ({ ...change, at: Math.max(change.at, begin) }));
}

function parse(line: string): readonly Line[] {
  try {
    return [JSON.parse(line) as Line];
  } catch {
    // The end of a line that is being written.
    return [];
  }
}

function changeOf({ time, event, phase, reason, sentence }: Line): readonly Change[] {
  if (event === 'service-starting')
    return [{ at: Date.parse(time), status: { phase: 'recovering', reason: told('starting', 'the service starts') } }];
  if ((event !== 'phase-changed' && event !== 'reason-changed') || phase === undefined || phase === 'stopped')
    return [];
  return [{ at: Date.parse(time), status: { phase, reason: told(reason ?? '', sentence ?? '') } }];
}

function told(code: string, message: string): Change['status']['reason'] {
  return { code, message, remedy: '' };
}
