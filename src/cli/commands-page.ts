import type { Command } from './commands.ts';
import { optionOf, usageOf } from './help.ts';
import { exitMeanings } from './io.ts';

/** The reference of all commands as Markdown: a table of them, each with options and examples, and the exit codes. */
export function renderCommands(commands: readonly Command[]): string {
  const rows = commands.map(
    (command) => `| [\`${cell(usageOf(command))}\`](#${anchor(command)}) | ${cell(command.summary)} |`,
  );
  const codes = exitMeanings.map(([code, meaning]) => `| ${code} | ${cell(meaning)} |`);
  return [
    '| Command | What it is for |',
    '|---|---|',
    ...rows,
    '',
    '## Exit codes',
    '',
    '| Code | Meaning |',
    '|---|---|',
    ...codes,
    '',
    ...commands.flatMap(section),
  ].join('\n');
}

function section(command: Command): readonly string[] {
  const options = Object.entries(command.options).map(
    ([name, { value, summary }]) => `| \`${optionOf(name, value)}\` | ${cell(summary)} |`,
  );
  const list = options.length === 0 ? [] : ['| Option | Meaning |', '|---|---|', ...options, ''];
  const lines = command.examples.map(({ line, what }) => `${line}  # ${what}`);
  const examples = lines.length === 0 ? [] : ['```sh', ...lines, '```', ''];
  return [
    `## ${command.name}`,
    '',
    `\`kured-host ${usageOf(command)}\``,
    '',
    command.description,
    '',
    ...list,
    ...examples,
  ];
}

function anchor({ name }: Command): string {
  return name.replaceAll(' ', '-');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
