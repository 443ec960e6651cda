/**
 * `make mutants`: every deliberate breach is put into a copy of the code, and tests, model and simulation are asked whether
 * they notice. Ends with 1 when one survives or a row is out of date, and says which.
 *
 * ONLY=… tries those whose name has this text; WITNESSES="tests model simulation" asks these; FIRST=1: the first that notices is enough;
 * JOBS=2 at once; TYPES=0 does not ask the compiler; WRITE=1 writes docs/mutants.md. Verdicts are kept and go on to count
 * until the code changes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { between } from '../../scripts/between.ts';
import { cache } from '../../scripts/cache.ts';
import { model } from './ask-model.ts';
import { simulation } from './ask-simulation.ts';
import { tests } from './ask-tests.ts';
import { types } from './ask-types.ts';
import { topics } from './mutants.ts';
import { exitCode, line, summary, tables } from './report.ts';
import { Results } from './results.ts';
import { runMutants } from './run.ts';

const { ONLY = '', WITNESSES = '', FIRST = '0', JOBS = '2', TYPES = '1', WRITE = '0' } = process.env;
const checkout = fileURLToPath(new URL('../..', import.meta.url));
const all = [tests(), model(), simulation(60)];
const witnesses = WITNESSES === '' ? all : all.filter(({ name }) => WITNESSES.split(/[\s,]+/).includes(name));
const mutants = topics.flatMap(({ mutants }) => mutants).filter(({ name }) => name.includes(ONLY));

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());

const judged = await runMutants({
  checkout,
  mutants,
  witnesses,
  results: new Results(join(cache, 'mutants')),
  jobs: Number(JOBS),
  first: FIRST === '1',
  types: TYPES === '1' ? types() : null,
  judged: (one) => console.log(line(one)),
  signal: ending.signal,
});
console.log(summary(judged));
if (WRITE === '1') write();
process.exitCode = ending.signal.aborted ? 130 : exitCode(judged);

/** Who was not asked in this run has empty cells. */
function write(): void {
  if (ONLY !== '') throw new Error('the page shows all mutants: leave ONLY away');
  const page = join(checkout, 'docs/mutants.md');
  const names = all.map(({ name }) => name);
  writeFileSync(page, between(readFileSync(page, 'utf8'), 'mutants', [tables(topics, judged, names)]));
}
