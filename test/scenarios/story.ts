import { allRows } from './commands/table.ts';
import { obey, StoryError } from './language.ts';
import { Seen } from './words/seen.ts';
import { Telling } from './words/telling.ts';
import { World } from './world/world.ts';

/** A story as its file has it. */
export interface Story {
  readonly title: string;
  /** What of the design's tables it shows: a finding, a row of recovery, a line of the page about interruptions. */
  readonly shows: readonly string[];
  /** The whole text, with what is recorded as the shipped code has it now. */
  readonly text: string;
  readonly seen: Seen;
}

const mark = '----';

/**
 * Plays the story of a file. Its first line is the title; "shows:" lines say what it is for; the lines below "given" happen before
 * it begins; each further line is a command, with what came of it between two marks behind it. "#" begins a remark.
 */
export function play(file: string, text: string): Story {
  const lines = withoutRecord(text, file);
  const [, title = ''] = lines[0] ?? [];
  if (title === '' || title.startsWith('#')) throw new StoryError(`${file}:1`, 'the first line has to be the title');
  const seen = new Seen();
  const telling = new Telling(seen);
  const world = new World(telling);
  const shows: string[] = [];
  const out = [title];
  let given = false;
  const close = () => {
    if (!given) return;
    given = false;
    telling.trace.take();
    telling.forget();
    out.push(...block(telling.ended(world)));
  };
  for (const [number, line] of lines.slice(1)) {
    const where = `${file}:${number}`;
    if (line === 'given') given = true;
    else if (given && !line.startsWith('  ')) close();
    out.push(line);
    if (line === '' || line.trimStart().startsWith('#') || line === 'given') continue;
    const shown = /^shows: (.+)$/.exec(line)?.[1];
    if (shown !== undefined) {
      shows.push(shown);
      continue;
    }
    try {
      obey(allRows, line.trim(), world, where);
      world.settle();
    } catch (error) {
      if (error instanceof StoryError) throw error;
      throw new StoryError(where, `"${line.trim()}": ${told(error)}. The service says: ${telling.sentence(world)}`);
    }
    if (!given) out.push(...block(telling.ended(world)));
  }
  close();
  return { title, shows, text: `${out.join('\n').trimEnd()}\n`, seen };
}

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function block(recorded: readonly string[]): readonly string[] {
  return recorded.length === 0 ? [] : [mark, ...recorded, mark];
}

/** The lines that a person wrote, with their numbers. */
function withoutRecord(text: string, file: string): readonly (readonly [number: number, line: string])[] {
  const lines = text.trimEnd().split('\n');
  const kept: (readonly [number, string])[] = [];
  let recorded = false;
  for (const [index, line] of lines.entries()) {
    if (line === mark) recorded = !recorded;
    else if (!recorded) kept.push([index + 1, line]);
  }
  if (recorded) throw new StoryError(`${file}:${lines.length}`, `a mark ${mark} has no second one`);
  return kept;
}
