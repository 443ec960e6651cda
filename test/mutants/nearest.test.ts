import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distances } from '../../scripts/imports.ts';
import { verdictOf } from './ask-program.ts';
import { nearestTests } from './nearest.ts';

const importers = new Map([
  ['src/core/fence.ts', ['src/core/draining.ts', 'test/core/fence.test.ts']],
  ['src/core/draining.ts', ['src/daemon/loop.ts', 'test/core/draining.test.ts']],
  ['src/daemon/loop.ts', ['test/daemon/loop.test.ts', 'test/fleet/turns.test.ts', 'test/pool/turns-real.test.ts']],
]);
const files = [...new Set([...importers.values()].flat())].concat('test/core/other.test.ts');
const cuts = [{ file: 'src/core/fence.ts', takes: 'a', puts: 'b' }];

test('the imports between a file and who reaches it are counted', () => {
  const far = distances(['src/core/fence.ts'], importers);
  assert.equal(far.get('test/core/fence.test.ts'), 1);
  assert.equal(far.get('test/fleet/turns.test.ts'), 3);
  assert.equal(far.get('test/core/other.test.ts'), undefined);
});

test('those that a row names are asked first, then the nearest, fleets last; none that needs a control plane', () => {
  const mutant = { name: 'a', undoes: 'b', cuts, ask: ['test/daemon/loop.test.ts'] };
  assert.deepEqual(nearestTests(mutant, files, importers), [
    'test/daemon/loop.test.ts',
    'test/core/fence.test.ts',
    'test/core/draining.test.ts',
    'test/fleet/turns.test.ts',
  ]);
});

test('what the end of a program says', () => {
  assert.deepEqual(verdictOf(0, [], 9), { is: 'missed' });
  assert.deepEqual(verdictOf(1, ['broken: two are down (SEED=4)'], 9), { is: 'caught', by: 'two are down (SEED=4)' });
  assert.deepEqual(verdictOf(1, ['Error: the phase decides without end'], 9), {
    is: 'caught',
    by: 'Error: the phase decides without end',
  });
  assert.deepEqual(verdictOf(null, [], 9), { is: 'caught', by: 'it does not come to an end in 9 s' });
  assert.equal(verdictOf(1, ['SyntaxError: the module has no export called a'], 9).is, 'bad');
  assert.equal(verdictOf(137, ['out of memory'], 9).is, 'bad');
});
