import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const repository = join(import.meta.dirname, '../..');

/** A page of the documentation: its path in the repository, and its text. */
export interface Page {
  readonly file: string;
  readonly text: string;
}

/** README and its like at the top, and everything below docs/. */
export function pages(): readonly Page[] {
  const top = readdirSync(repository).filter((name) => name.endsWith('.md'));
  const below = readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  return [...top, ...below].sort().map((file) => ({ file, text: readFileSync(join(repository, file), 'utf8') }));
}

export function page(file: string): string {
  return readFileSync(join(repository, file), 'utf8');
}

/** A command in the docs: in a block of `sh`, or between back quotes in the text. */
export interface ShellLine {
  readonly line: number;
  readonly text: string;
}

export function shellLines(text: string): readonly ShellLine[] {
  const found: ShellLine[] = [];
  let block = '';
  for (const [index, each] of text.split('\n').entries()) {
    const fence = /^\s*```(\S*)/.exec(each);
    if (fence !== null) block = block === '' ? fence[1] || 'text' : '';
    else if (block === 'sh') found.push({ line: index + 1, text: each.trim() });
    else if (block === '')
      for (const [, quoted = ''] of each.matchAll(/`([^`]+)`/g)) found.push({ line: index + 1, text: quoted });
  }
  return found;
}

/** A block between fences. */
export interface Block {
  /** What stands behind the language: "apt" of "sh apt". */
  readonly name: string;
  readonly text: string;
}

/** Every block of a language, wherever it is indented to. */
export function blocksOf(text: string, language: string): readonly Block[] {
  const fences = new RegExp(`^( *)\`\`\`${language}(?: ([^\\n]*))?\\n(.*?)^\\1\`\`\``, 'gms');
  return [...text.matchAll(fences)].map(([, indent = '', name = '', body = '']) => ({
    name,
    text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** The words of a command as a shell would see them, with quotes taken off; ends before a pipe, a redirection or a comment. */
export function wordsOf(command: string): readonly string[] {
  const words: string[] = [];
  for (const [token] of command.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    if (/^(\||\|\||&&|;|>|>>|<|#.*)$/.test(token)) break;
    words.push(token.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double));
  }
  return words;
}
