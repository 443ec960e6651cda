import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** `summary.ts results.json`: the score of each folder of core/, and each mutant that no test saw, from StrykerJS's own report. */

interface Place {
  readonly line: number;
  readonly column: number;
}

interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Place; readonly end: Place };
}

interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

const [, , path = ''] = process.argv;
const { files } = JSON.parse(readFileSync(path, 'utf8')) as Report;
const folders = new Map<string, Mutant[]>();
for (const [file, { source, mutants }] of Object.entries(files).sort()) {
  const folder = dirname(file);
  folders.set(folder, [...(folders.get(folder) ?? []), ...mutants]);
  for (const mutant of mutants.toSorted((a, b) => a.location.start.line - b.location.start.line)) {
    if (isUnseen(mutant)) process.stdout.write(`${unseenText(file, source, mutant)}\n`);
  }
}
process.stdout.write(`\n${row('', 'mutants', 'killed', 'endless', 'survived', 'untried', 'score')}`);
for (const [folder, mutants] of folders) process.stdout.write(folderRow(folder, mutants));
process.stdout.write(folderRow('all', [...folders.values()].flat()));

function isUnseen({ status }: Mutant): boolean {
  return status === 'Survived' || status === 'NoCoverage';
}

function unseenText(file: string, source: string, { location, mutatorName, replacement = '' }: Mutant): string {
  const { start, end } = location;
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  lines[last] = lines[last]?.slice(0, end.column - 1) ?? '';
  lines[0] = lines[0]?.slice(start.column - 1) ?? '';
  const short = (text: string) => text.replace(/\s+/g, ' ').slice(0, 100);
  return `${file}:${start.line}:${start.column} ${mutatorName}: ${short(lines.join(' '))} → ${short(replacement)}`;
}

function folderRow(name: string, mutants: readonly Mutant[]): string {
  const count = (is: (mutant: Mutant) => boolean) => mutants.filter(is).length;
  const killed = count(({ status }) => status === 'Killed');
  const endless = count(({ status }) => status === 'Timeout');
  const survived = count(isUnseen);
  const tried = killed + endless + survived;
  const score = tried === 0 ? '' : `${((100 * (killed + endless)) / tried).toFixed(1)} %`;
  return row(name, `${mutants.length}`, `${killed}`, `${endless}`, `${survived}`, `${mutants.length - tried}`, score);
}

function row(name: string, ...columns: readonly string[]): string {
  return `${name.padEnd(22)}${columns.map((one) => one.padStart(10)).join('')}\n`;
}
