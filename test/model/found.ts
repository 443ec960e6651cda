import type { Explored } from './explore.ts';

/** What a run found, for people: the figures, and the shortest way to a broken law as a story. */
export function foundText({ states, steps, depth, exhausted, spaces, broken }: Explored): string {
  const all = exhausted ? 'all reachable states' : 'NOT all of them';
  const figures = `${states} joint states (${spaces}), ${steps} steps, depth ${depth}: ${all}`;
  if (broken === null) return `${figures}, no law broken`;
  const story = broken.story.map((step, index) => `  ${String(index + 1).padStart(3)}. ${step}`);
  return [`${figures}; ${broken.law}, after:`, ...story].join('\n');
}
