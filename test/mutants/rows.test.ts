import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { mutated } from './mutant.ts';
import { topics } from './mutants.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const mutants = topics.flatMap(({ mutants }) => mutants);

describe('the rows of mutants', () => {
  for (const mutant of mutants)
    test(`"${mutant.name}" fits the code as it is, and what it makes of it can be read`, () => {
      for (const [file, text] of mutated(mutant, root))
        assert.doesNotThrow(() => stripTypeScriptTypes(text), `${file} cannot be read with the breach in it`);
    });

  test('no two have the same name, and none changes nothing', () => {
    assert.equal(new Set(mutants.map(({ name }) => name)).size, mutants.length);
    assert.deepEqual(
      mutants.flatMap(({ name, cuts }) => (cuts.every(({ takes, puts }) => takes !== puts) ? [] : [name])),
      [],
    );
  });

  test('the page has all of them, in their order', () => {
    const page = readFileSync(join(root, 'docs/mutants.md'), 'utf8');
    const rows = [...page.matchAll(/^\| (.+?) \| /gm)].map(([, name = '']) => name);
    const names = mutants.map(({ name }) => name);
    assert.deepEqual(
      rows.filter((name) => name !== 'Breach'),
      names,
    );
  });

  test('they are the thirty at least that were promised', () => assert.ok(mutants.length >= 30));
});
