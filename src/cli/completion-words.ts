import type { Command, Operand } from './commands.ts';

/** A word that can stand somewhere, and what it is for. */
export interface Word {
  readonly text: string;
  readonly summary: string;
}

/** The words that begin a command; one that begins several is told by what follows it. */
export function firstWords(commands: readonly Command[]): readonly Word[] {
  return [...groups(commands)].map(([text, { own, seconds }]) => ({
    text,
    summary: own?.summary ?? seconds.map((second) => second.text).join(', '),
  }));
}

/** For each first word of commands of two words: the second ones. */
export function secondWords(commands: readonly Command[]): readonly (readonly [first: string, Word[]])[] {
  return [...groups(commands)].flatMap(([first, { seconds }]) =>
    seconds.length === 0 ? [] : [[first, seconds] as const],
  );
}

/** The command whose operands are a command's name. */
export const helping = 'help';

/** What can stand where an operand is expected: names of files, one of some words, or what no shell can know. */
export type Offer = 'files' | 'nothing' | readonly string[];

export function offerOf({ name, values }: Operand): Offer {
  return values ?? valueOffer(name);
}

/** The same for what stands for an option's value in the help. */
export function valueOffer(value: string): 'files' | 'nothing' {
  return value === 'FILE' ? 'files' : 'nothing';
}

/** Every command has it; the program itself as well. */
export const helpOption: Word = { text: '--help', summary: 'show the help' };

/** Of the program itself. */
export const versionOption: Word = { text: '--version', summary: 'print the version' };

interface Group {
  readonly own: Command | null;
  readonly seconds: Word[];
}

function groups(commands: readonly Command[]): ReadonlyMap<string, Group> {
  const found = new Map<string, Group>();
  for (const command of commands) {
    const [first = '', second] = command.name.split(' ');
    const { own, seconds } = found.get(first) ?? { own: null, seconds: [] };
    const more = second === undefined ? [] : [{ text: second, summary: command.summary }];
    found.set(first, { own: second === undefined ? command : own, seconds: [...seconds, ...more] });
  }
  return found;
}
