import type { World } from './world/world.ts';

/** What a command says, with places for words; a place at the end takes the rest of the line. */
export type Row = readonly [says: string, does: (world: World, words: Words) => void];

/** What stands in the places of a command. */
export type Words = (place: string) => string;

/** A command that nobody understands, or that cannot be done where the story is. `where` is file:line. */
export class StoryError extends Error {
  constructor(where: string, why: string) {
    super(`${where}: ${why}`);
    this.name = 'StoryError';
  }
}

/** Does what the line says; a line that nobody understands is a StoryError that names the place and what is understood. */
export function obey(rows: readonly Row[], line: string, world: World, where: string): void {
  for (const [says, does] of rows) {
    const found = patternOf(says).exec(line);
    if (found === null) continue;
    does(world, (place) => found.groups?.[place] ?? '');
    return;
  }
  throw new StoryError(where, `nobody understands "${line}". What is understood:\n${understood(rows, line)}`);
}

/** Milliseconds of a time as a story has it: "30 s", "10 minutes", "1 hour". */
export function timeOf(text: string): number {
  const [, count = '', unit = ''] = /^(\d+) ?(ms|s|seconds?|min|minutes?|h|hours?|days?)$/.exec(text) ?? [];
  const ms = units[unit.replace(/(second|minute|hour|day)s$/, '$1')];
  if (ms === undefined) throw new Error(`"${text}" is no time; one is "30 s", "10 minutes", "1 hour"`);
  return Number(count) * ms;
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  second: 1_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  day: 86_400_000,
};

function patternOf(says: string): RegExp {
  const words = says.replace(/[.*+?^$()[\]\\|]/g, '\\$&');
  const last = words.replace(/<(\w+)>$/, '(?<$1>.+)');
  return new RegExp(`^${last.replace(/(?<!\?)<(\w+)>/g, '(?<$1>.+?)')}$`);
}

/** Those that share a word with the line first: one of them was meant. */
function understood(rows: readonly Row[], line: string): string {
  const shared = (says: string) =>
    says.split(' ').filter((word) => word.length > 3 && line.split(' ').includes(word)).length;
  return rows
    .map(([says]) => says)
    .toSorted((one, other) => shared(other) - shared(one) || one.localeCompare(other))
    .map((says) => `  ${says}`)
    .join('\n');
}
