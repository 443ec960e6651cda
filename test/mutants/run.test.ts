import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { tests } from './ask-tests.ts';
import type { Mutant } from './mutant.ts';
import { exitCode, line, summary } from './report.ts';
import { Results } from './results.ts';
import { type Judged, runMutants } from './run.ts';
import type { Asked, Verdict, Witness } from './witness.ts';

const home = mkdtempSync(join(tmpdir(), 'mutants-'));
const checkout = join(home, 'checkout');
const rule = 'export function mayReboot(open: boolean, held: boolean): boolean {\n  return open && !held;\n}\n';
const test1 = [
  "import assert from 'node:assert/strict';",
  "import { test } from 'node:test';",
  "import { mayReboot } from '../src/rule.ts';",
  "test('a closed window refuses', () => assert.equal(mayReboot(false, false), false));",
].join('\n');

before(() => {
  for (const folder of ['src', 'test']) mkdirSync(join(checkout, folder), { recursive: true });
  writeFileSync(join(checkout, 'src/rule.ts'), rule);
  writeFileSync(join(checkout, 'test/rule.test.ts'), test1);
  execFileSync('git', ['init', '--quiet'], { cwd: checkout });
});
after(() => rmSync(home, { recursive: true, force: true }));

const windowIgnored: Mutant = mutant('the window is ignored', 'open && !held', '!held || open');
const holdIgnored: Mutant = mutant('the hold is ignored', 'open && !held', 'open || (open && held)');

describe('a run of mutants', { timeout: 120_000 }, () => {
  test('tells the test that notices a breach, and leaves the checkout as it was', async () => {
    const [one] = await run([windowIgnored]);
    assert.deepEqual(one?.results.get('tests')?.verdict, {
      is: 'caught',
      by: 'test/rule.test.ts: a closed window refuses',
    });
    assert.equal(exitCode([one].flatMap((it) => it ?? [])), 0);
    assert.equal(readFileSync(join(checkout, 'src/rule.ts'), 'utf8'), rule);
  });

  test('ends with 1 when a breach survives, and names it', async () => {
    const judged = await run([windowIgnored, holdIgnored]);
    assert.equal(exitCode(judged), 1);
    assert.match(summary(judged), /1 caught, 1 survive[\s\S]*survives: the hold is ignored/);
    assert.match(judged.map(line).join('\n'), /^SURVIVES {2}the hold is ignored/m);
  });

  test('a row whose text is gone, or stands there twice, is told to be out of date, and ends with 1', async () => {
    const judged = await run([mutant('gone', 'open || held', 'open'), mutant('twice', 'boolean', 'unknown')]);
    assert.equal(exitCode(judged), 1);
    assert.match(judged[0]?.bad ?? '', /"gone" is to be brought up to date: its text does not stand in src\/rule\.ts/);
    assert.match(judged[1]?.bad ?? '', /"twice" is to be brought up to date: its text stands 3 times/);
  });

  test('a test that fails without the breach as well has noticed nothing', async () => {
    const broken = join(checkout, 'test/broken.test.ts');
    writeFileSync(broken, `${test1}\ntest('it never passes', () => assert.fail());`);
    try {
      const [one] = await run([holdIgnored]);
      assert.deepEqual(one?.results.get('tests')?.verdict, { is: 'missed' });
    } finally {
      rmSync(broken);
    }
  });

  test('what was found out before is not asked again, until the code changes', async () => {
    const asked: string[] = [];
    const notes = async ({ mutant }: Asked): Promise<Verdict> => {
      asked.push(mutant.name);
      return { is: 'missed' };
    };
    const counts = [{ ...tests(), ask: notes }];
    const kept = mkdtempSync(join(home, 'kept-'));
    await run([windowIgnored, holdIgnored], counts, new Results(kept));
    await run([windowIgnored, holdIgnored], counts, new Results(kept));
    assert.deepEqual(asked, [windowIgnored.name, holdIgnored.name]);
    writeFileSync(join(checkout, 'src/rule.ts'), `${rule}// changed\n`);
    await run([windowIgnored], counts, new Results(kept));
    writeFileSync(join(checkout, 'src/rule.ts'), rule);
    assert.equal(asked.length, 3);
  });

  test('a witness that has no part of what is changed is not asked', async () => {
    const blind: Witness = { ...tests(), name: 'blind', program: 'src/other.ts', ask: () => assert.fail('asked') };
    const [one] = await run([windowIgnored], [blind]);
    assert.deepEqual([...(one?.results.keys() ?? [])], []);
  });
});

function mutant(name: string, takes: string, puts: string): Mutant {
  return { name, undoes: 'a rule', cuts: [{ file: 'src/rule.ts', takes, puts }] };
}

async function run(
  mutants: readonly Mutant[],
  witnesses: readonly Witness[] = [tests()],
  results = new Results(mkdtempSync(join(home, 'kept-'))),
): Promise<readonly Judged[]> {
  return await runMutants({
    checkout,
    mutants,
    witnesses,
    results,
    jobs: 1,
    first: false,
    types: null,
    judged: () => undefined,
    signal: new AbortController().signal,
  });
}
