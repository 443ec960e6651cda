/** Writes the reference of all commands into docs/commands.md; a test checks that it is current. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderCommands } from '../src/cli/commands-page.ts';
import { commands } from '../src/cli/table.ts';

const file = fileURLToPath(new URL('../docs/commands.md', import.meta.url));

/** The page with what stands between its marks made from the table of commands. */
export function withCommands(page: string): string {
  const [begin, end] = [
    '<!-- commands: made by scripts/render-commands.ts, do not edit by hand -->',
    '<!-- end of commands -->',
  ];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page needs the marks "${begin}" and "${end}"`);
  return `${page.slice(0, from)}${begin}\n\n${renderCommands(commands)}\n${page.slice(to)}`;
}

if (import.meta.main) writeFileSync(file, withCommands(readFileSync(file, 'utf8')));
