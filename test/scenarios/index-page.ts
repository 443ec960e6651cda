import { recoveryRows } from '../core/phases/recovery-rows.ts';
import type { StoryFile } from './files.ts';
import { findings } from './findings.ts';
import { play, type Story } from './story.ts';

/** What happened, of each line of the first table of docs/recovery.md. */
export function interruptions(page: string): readonly string[] {
  const [, table = ''] = /^\| What happened \|.*\n\|---.*\n((?:\|.*\n)+)/m.exec(page) ?? [];
  return table
    .trimEnd()
    .split('\n')
    .flatMap((line) => line.split(' | ')[0]?.slice(2).trim() ?? []);
}

/** The story says that it is told for that. */
export function shown(story: Story, what: string): boolean {
  return story.shows.includes(what);
}

/** The page that lists the stories by topic, and which tell what of the tables. */
export function indexPage(files: readonly StoryFile[]): string {
  const stories = files.map((file) => ({ file, story: play(file.path, file.text) }));
  const link = ({ path }: StoryFile) => path.replace('test/scenarios/', '');
  const topics = [...new Set(files.map(({ topic }) => topic))].flatMap((topic) => [
    '',
    `## ${topic}`,
    '',
    ...stories.filter(({ file }) => file.topic === topic).map(({ file, story }) => `- [${story.title}](${link(file)})`),
  ]);
  const named = (has: (story: Story) => boolean) =>
    stories
      .filter(({ story }) => has(story))
      .map(({ file }) => `[${link(file).replace('.txt', '')}](${link(file)})`)
      .join(', ');
  const found = Object.entries(findings).map(
    ([code, what]) => `| ${code} | ${what} | ${named((story) => shown(story, code))} |`,
  );
  const numbers = [...new Set(recoveryRows.map(({ gives: [row] }) => row))];
  const rows = numbers.map(
    (row) =>
      `| ${row} | ${named(({ seen, ...story }) => seen.rows.has(String(row)) || shown({ seen, ...story }, `row ${row}`))} |`,
  );
  return [...head, ...topics, ...tables(found, rows), ''].join('\n');
}

const head = [
  '# Stories of what goes wrong',
  '',
  'One node at night, played on the shipped decisions, with what came of each command recorded. How to write one: [testing](../../docs/testing.md).',
  'This page is made from the stories (`make docs`).',
];

function tables(found: readonly string[], rows: readonly string[]): readonly string[] {
  return [
    '',
    '## What they are told for',
    '',
    'Interleavings that break simpler rules than those of the Lease and the phases:',
    '',
    '| | What would go wrong | Told in |',
    '|---|---|---|',
    ...found,
    '',
    'Rows of [the table of recovery](../../docs/recovery.md):',
    '',
    '| Row | Told in |',
    '|---|---|',
    ...rows,
  ];
}
