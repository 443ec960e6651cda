import { outsideText } from '../core/outside-text.ts';
import type { Clock } from '../ports/clock.ts';
import type { Bus } from './busctl.ts';

/** logind, as busctl names it. */
export const manager = {
  service: 'org.freedesktop.login1',
  object: '/org/freedesktop/login1',
  interface: 'org.freedesktop.login1.Manager',
} as const;

/** All of it together: permission for the reboot is young and stays so. */
const longest = 2_000;
const longestText = 500;

/**
 * Gives logind the words that it writes to every terminal with somebody at it when it takes the machine down (wall(1)), and into
 * the journal. Whether it writes to terminals at all is left as it was (EnableWallMessages). Nothing depends on it: what fails is
 * left out. The answer takes the words back, for a reboot that does not come: logind would keep them for the next one.
 */
export async function setWall(bus: Bus, text: string, clock: Clock, signal: AbortSignal): Promise<() => Promise<void>> {
  using deadline = clock.deadline(longest, signal);
  const read = await bus.property({ ...manager, property: 'EnableWallMessages' }, deadline.signal);
  if (read.is !== 'answered' || typeof read.data !== 'boolean') return async () => {};
  const enabled = String(read.data);
  const say = (words: string, until: AbortSignal) =>
    bus.call({ ...manager, method: 'SetWallMessage', signature: 'sb', args: [words, enabled] }, until);
  await say(outsideText(text, longestText), deadline.signal);
  return async () => {
    using end = clock.deadline(longest, never);
    await say('', end.signal);
  };
}

/** Also a service that stops takes its words back. */
const never = new AbortController().signal;
