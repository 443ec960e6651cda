import { parseDuration } from '../config/duration.ts';
import type { Deadline } from '../ports/clock.ts';
import { type Given, type Option, textOf } from './commands.ts';

export function timeoutOption(summary: string): Option {
  return { type: 'string', value: 'DURATION', summary };
}

/** The value of --timeout in milliseconds, null for 0s (as long as it takes), `usual` when it was not given. */
export function timeoutOf(
  given: Given,
  usual: number | null,
): { readonly ms: number | null } | { readonly wrong: string } {
  const text = textOf(given, 'timeout');
  if (text === undefined) return { ms: usual };
  const read = parseDuration(text);
  if (!read.valid) return { wrong: `--timeout is ${JSON.stringify(text.slice(0, 60))}, ${read.why}; for example 10m` };
  return { ms: read.ms === 0 ? null : read.ms };
}

/** For a wait without end: only the signal ends it. */
export function noDeadline(signal: AbortSignal): Deadline {
  return { signal, [Symbol.dispose]: () => {} };
}
