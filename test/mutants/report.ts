import type { Topic } from './mutants.ts';
import type { Result } from './results.ts';
import type { Judged } from './run.ts';

/** One line while it runs: the name, and who has noticed it, and how fast. */
export function line({ mutant, results, bad }: Judged): string {
  if (bad !== null) return `BAD       ${mutant.name}: ${bad}`;
  const word = isCaught(results) ? 'caught  ' : 'SURVIVES';
  const told = [...results].map(([name, { verdict, seconds }]) => {
    const by = verdict.is === 'caught' ? ` by ${verdict.by}` : ' -';
    return `${name} ${seconds.toFixed(1)} s${by}`;
  });
  return `${word}  ${mutant.name}: ${told.join('; ') || 'nobody was asked'}`;
}

/** The whole run in a few lines; names what is not as it has to be. */
export function summary(judged: readonly Judged[]): string {
  const bad = judged.filter((one) => one.bad !== null);
  const alive = judged.filter((one) => one.bad === null && !isCaught(one.results));
  const names = [...new Set(judged.flatMap(({ results }) => [...results.keys()]))];
  const figures = names.map((name) => {
    const asked = judged.flatMap(({ results }) => results.get(name) ?? []);
    const caught = asked.filter(({ verdict }) => verdict.is === 'caught');
    return `${name} ${caught.length} of ${asked.length} asked, ${median(caught)} s in the middle`;
  });
  return [
    `${judged.length} mutants: ${judged.length - bad.length - alive.length} caught, ${alive.length} survive, ${bad.length} bad rows`,
    ...figures.map((text) => `  ${text}`),
    ...alive.map(({ mutant }) => `  survives: ${mutant.name}`),
    ...bad.map(({ mutant, bad: why }) => `  bad row: ${mutant.name}: ${why}`),
  ].join('\n');
}

/** 0: nothing survives, and every row says something. */
export function exitCode(judged: readonly Judged[]): 0 | 1 {
  return judged.length > 0 && judged.every(({ results, bad }) => bad === null && isCaught(results)) ? 0 : 1;
}

/** The tables of docs/mutants.md: who notices which. No seconds, as they are others in each run. */
export function tables(topics: readonly Topic[], judged: readonly Judged[], names: readonly string[]): string {
  const found = new Map(judged.map((one) => [one.mutant.name, one]));
  return topics
    .map(({ name, mutants }) => {
      const rows = mutants.flatMap((mutant) => {
        const one = found.get(mutant.name);
        const cells = names.map((witness) => cell(one?.results.get(witness)));
        return one === undefined ? [] : [`| ${mutant.name} | ${mutant.undoes} | ${cells.join(' | ')} |`];
      });
      const head = `| Breach | What it undoes | ${names.join(' | ')} |\n|---|---|${names.map(() => '---|').join('')}`;
      return `### ${name}\n\n${head}\n${rows.join('\n')}`;
    })
    .join('\n\n');
}

function cell(result: Result | undefined): string {
  if (result === undefined) return '';
  if (result.verdict.is !== 'caught') return '–';
  const [, file] = /^test\/(.+)\.test\.ts/.exec(result.verdict.by) ?? [];
  return file ?? 'sees it';
}

function isCaught(results: Judged['results']): boolean {
  return [...results.values()].some(({ verdict }) => verdict.is === 'caught');
}

function median(results: readonly Result[]): string {
  const sorted = results.map(({ seconds }) => seconds).toSorted((one, other) => one - other);
  return (sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(1);
}
