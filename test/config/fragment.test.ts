import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseFragment } from '../../src/config/fragment.ts';
import { type Place, placeText } from '../../src/config/place.ts';
import { problemText } from '../../src/config/problem.ts';
import { plainOf, type Tree } from '../../src/config/tree.ts';

describe('one file', () => {
  it('may be empty, only a comment, or only a marker', () => {
    for (const text of ['', '\n\n', '# nothing\n', '---\n', '---\n# nothing\n...\n', '~\n', 'null\n']) {
      assert.deepEqual(contents(text), {}, JSON.stringify(text));
    }
  });

  it('gives text, numbers, booleans and null as YAML 1.2 has them', () => {
    const text = 'a: 90s\nb: 30\nc: true\nd: null\ne: "30"\nf: yes\ng: 9:30\nh: ~\ni:\nj: 1.5\nk: |\n  x\n  y\nl: on';
    const expected = {
      a: '90s',
      b: 30,
      c: true,
      d: null,
      e: '30',
      f: 'yes',
      g: '9:30',
      h: null,
      i: null,
      j: 1.5,
      k: 'x\ny\n',
      l: 'on',
    };
    assert.deepEqual(contents(text), expected);
  });

  it('is read in no time where a banner stands behind a key without a value', () => {
    const banner = '#'.repeat(100);
    const began = performance.now();
    for (const text of [
      `a: {b} ${banner}\nc: 1\n`,
      `a: {b, ${banner}\r\n  c: 1}\n`,
      `? a\n${banner}\n`,
      `a: {b} ${banner}`,
    ])
      assert.ok(Object.hasOwn(contents(text) as object, 'a'), text);
    assert.ok(performance.now() - began < 5_000);
  });

  it('tells the place of every key and value', () => {
    const read = parseFragment(
      'a:\n  b: "x"\n  c: [1, \'y\']\n  d:\n  e: >\n    t\nf: {g: }\nh:\n  - r\n  - # none\n  -\n',
      'f',
    );
    assert.ok(read.valid);
    const places: string[] = [];
    walk(read.tree, '', (path, at) => places.push(`${path} ${placeText(at)}`));
    assert.deepEqual(places, [
      'a key f:1:1',
      'a f:2:3',
      'a.b key f:2:3',
      'a.b f:2:6',
      'a.c key f:3:3',
      'a.c f:3:6',
      'a.c.0 f:3:7',
      'a.c.1 f:3:10',
      'a.d key f:4:3',
      'a.d f:4:4',
      'a.e key f:5:3',
      'a.e f:6:5',
      'f key f:7:1',
      'f f:7:4',
      'f.g key f:7:5',
      'f.g f:7:6',
      'h key f:8:1',
      'h f:9:3',
      'h.0 f:9:5',
      'h.1 f:10:3',
      'h.2 f:11:3',
    ]);
  });

  it('takes keys that mean something to JavaScript as any other key', () => {
    const read = parseFragment('__proto__: {polluted: 1}\nconstructor: 2', 'f');
    assert.ok(read.valid);
    assert.deepEqual([...read.tree.entries.keys()], ['__proto__', 'constructor']);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });

  const refused: readonly (readonly [string, string, string])[] = [
    [
      'a key that stands twice',
      'a: 1\nb: 2\na: 3',
      'duplicate-key f:3:1: the key "a" stands here again; the first is in line 1',
    ],
    [
      'a key that stands twice with quotes',
      'x: {a: 1, "a": 2}',
      'duplicate-key f:1:11: the key "a" stands here again; the first is in line 1',
    ],
    [
      'a second document',
      'a: 1\n---\nb: 2',
      'several-documents f:2:1: a second YAML document begins here; a file holds one',
    ],
    [
      'an empty second document',
      'a: "---"\n---\n',
      'several-documents f:2:1: a second YAML document begins here; a file holds one',
    ],
    [
      'a second document after a marked one',
      '---\na: 1\n---\nb: 2',
      'several-documents f:3:1: a second YAML document begins here; a file holds one',
    ],
    ['a tag on text', 'a: !thing b', 'not-supported f:1:4: tags (!name) are not supported; put text in quotes instead'],
    ['an anchor', 'a: &x 1', 'not-supported f:1:4: anchors (&name) are not supported; write the value out each time'],
    ['a tag', 'a: !!str 5', 'not-supported f:1:4: tags (!name) are not supported; put text in quotes instead'],
    [
      'a tag of its own',
      'a: !thing {b: 1}',
      'not-supported f:1:4: tags (!name) are not supported; put text in quotes instead',
    ],
    [
      'a list as a key',
      '? [a]\n: b',
      'not-supported f:1:3: a key must be a single word, not a list, a map or an alias',
    ],
    ['a list', '- a', 'wrong-type f:1:1: the file must be a map of keys, for example "concurrency: 1"; it is a list'],
    [
      'a single value',
      'hello',
      'wrong-type f:1:1: the file must be a map of keys, for example "concurrency: 1"; it is a single value',
    ],
    [
      'an open bracket',
      'a: [1',
      'syntax f:1:6: this is not valid YAML: unexpected end of the stream within a flow collection',
    ],
    ['a tab', 'a:\n\tb: 1', 'syntax f:2:1: this is not valid YAML: tab characters must not be used in indentation'],
    ['a NUL', 'a: \0', 'syntax f:1:4: this is not valid YAML: null byte is not allowed in input'],
  ];
  for (const [name, text, expected] of refused) {
    it(`is refused with ${name}`, () => assert.deepEqual(problems(text), [expected]));
  }

  it('is refused with an alias, named beside its anchor', () => {
    assert.deepEqual(problems('a: &x 1\nb: *x'), [
      'not-supported f:1:4: anchors (&name) are not supported; write the value out each time',
      'not-supported f:2:4: aliases (*name) are not supported; write the value out',
    ]);
  });

  it('is refused when it is nested without end', () => {
    assert.match(problems(`a: ${'['.repeat(5000)}`).join(), /^syntax f:1:\d+: this is not valid YAML: /);
  });
});

function contents(text: string): unknown {
  const read = parseFragment(text, 'f');
  assert.ok(read.valid, JSON.stringify(read));
  return { ...(plainOf(read.tree) as object) };
}

function problems(text: string): readonly string[] {
  const read = parseFragment(text, 'f');
  return read.valid ? [] : read.problems.map((problem) => `${problem.code} ${problemText(problem)}`);
}

function walk(tree: Tree, path: string, visit: (path: string, at: Place) => void): void {
  const inner = (name: string): string => (path === '' ? name : `${path}.${name}`);
  if (tree.kind === 'list') {
    for (const [index, item] of tree.items.entries()) {
      visit(inner(String(index)), item.at);
      walk(item, inner(String(index)), visit);
    }
  } else if (tree.kind === 'map') {
    for (const [key, entry] of tree.entries) {
      visit(`${inner(key)} key`, entry.keyAt);
      visit(inner(key), entry.value.at);
      walk(entry.value, inner(key), visit);
    }
  }
}
