import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseFragment } from '../../src/config/fragment.ts';
import { merge } from '../../src/config/merge.ts';
import { placeText } from '../../src/config/place.ts';
import { type Plain, plainOf, type TreeMap } from '../../src/config/tree.ts';

describe('two files together', () => {
  const table: readonly (readonly [string, string, string, unknown])[] = [
    ['keys of both are there', 'a: 1', 'b: 2', { a: 1, b: 2 }],
    ['maps merge', 'm: {a: 1, b: 2}', 'm: {b: 3, c: 4}', { m: { a: 1, b: 3, c: 4 } }],
    ['deep maps merge', 'm: {n: {a: 1}}', 'm: {n: {b: 2}}', { m: { n: { a: 1, b: 2 } } }],
    ['lists replace', 'l: [1, 2, 3]', 'l: [4]', { l: [4] }],
    ['an empty list replaces', 'l: [1, 2, 3]', 'l: []', { l: [] }],
    ['null takes a key away', 'm: {a: 1, b: 2}', 'm: {a: null}', { m: { b: 2 } }],
    ['null takes a whole map away', 'm: {a: 1, b: 2}\nx: 1', 'm: null', { x: 1 }],
    ['null takes away what nobody said', '', 'm: {a: null, b: 1}', { m: { b: 1 } }],
    ['an empty value takes a key away, too', 'm: {a: 1}', 'm:\n  a:', { m: {} }],
    ['a heading with nothing under it says nothing', 'm: {a: 1}', 'm:', { m: { a: 1 } }],
    ['an empty map says nothing', 'm: {a: 1}', 'm: {}', { m: { a: 1 } }],
    ['a value replaces a map', 'm: {a: 1}', 'm: 5', { m: 5 }],
    ['a map replaces a value', 'm: 5', 'm: {a: 1}', { m: { a: 1 } }],
    ['nulls in lists stay', '', 'l: [null]', { l: [null] }],
  ];
  for (const [name, earlier, later, expected] of table) {
    it(name, () => assert.deepEqual(bare(merge(treeOf(earlier), treeOf(later))), expected));
  }

  it('keep the place of each value', () => {
    const together = merge(treeOf('m:\n  a: 1\n  b: 2', 'one'), treeOf('\nm: {b: 3}', 'two'));
    const map = together.entries.get('m')?.value;
    assert.ok(map?.kind === 'map');
    const places = [...map.entries].map(([key, { keyAt }]) => `${key} ${placeText(keyAt)}`);
    assert.deepEqual(places, ['a one:2:3', 'b two:2:5']);
  });

  it('say per key what the last file that names it says', () => {
    fc.assert(
      fc.property(fc.array(files, { maxLength: 6 }), (texts) => {
        const together = texts.map((text) => treeOf(JSON.stringify(text))).reduce(merge, treeOf(''));
        assert.deepEqual(leaves(bare(together)), lastWord(texts));
      }),
      { numRuns: 500 },
    );
  });

  it('are the same as the one file, when the other is empty or the same', () => {
    fc.assert(
      fc.property(files, (file) => {
        const once = merge(treeOf(''), treeOf(JSON.stringify(file)));
        assert.deepEqual(bare(merge(once, treeOf(''))), bare(once));
        assert.deepEqual(bare(merge(once, treeOf(JSON.stringify(file)))), bare(once));
      }),
    );
  });
});

type File = Readonly<Record<string, null | Readonly<Record<string, Plain>>>>;

const value: fc.Arbitrary<Plain> = fc.oneof(fc.integer(), fc.constant(null), fc.array(fc.integer(), { maxLength: 3 }));
const files: fc.Arbitrary<File> = fc.dictionary(
  fc.constantFrom('m', 'n', 'o'),
  fc.option(fc.dictionary(fc.constantFrom('a', 'b', 'c'), value), { nil: null }),
);

/** The rule written another way: a table from the path of a key to its last value, from which nulls take away. */
function lastWord(all: readonly File[]): Readonly<Record<string, Plain>> {
  const said = new Map<string, Plain>();
  for (const [section, inner] of all.flatMap((file) => Object.entries(file))) {
    if (inner === null) for (const path of [...said.keys()]) if (path.startsWith(`${section}.`)) said.delete(path);
    for (const [key, plain] of Object.entries(inner ?? {})) {
      if (plain === null) said.delete(`${section}.${key}`);
      else said.set(`${section}.${key}`, plain);
    }
  }
  return Object.fromEntries(said);
}

function leaves(plain: unknown): Readonly<Record<string, Plain>> {
  const sections = Object.entries(plain as Record<string, Record<string, Plain>>);
  return Object.fromEntries(
    sections.flatMap(([section, inner]) => Object.entries(inner).map(([key, leaf]) => [`${section}.${key}`, leaf])),
  );
}

function treeOf(text: string, file = 'f'): TreeMap {
  const read = parseFragment(text, file);
  assert.ok(read.valid, JSON.stringify(read));
  return read.tree;
}

function bare(tree: TreeMap): unknown {
  return JSON.parse(JSON.stringify(plainOf(tree)));
}
