/** Makes the reference of all commands in docs/commands.md. */
import { renderCommands } from '../src/cli/commands-page.ts';
import { commands } from '../src/cli/table.ts';

/** The page with what stands between its marks made from the table of commands. */
export function withCommands(page: string): string {
  const [begin, end] = [
    '<!-- commands: made from the code by `make docs`, do not edit by hand -->',
    '<!-- end of commands -->',
  ];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page needs the marks "${begin}" and "${end}"`);
  return `${page.slice(0, from)}${begin}\n\n${renderCommands(commands)}\n${page.slice(to)}`;
}
