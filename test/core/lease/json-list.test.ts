import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonElements, jsonFields, jsonList } from '../../../src/core/lease/json-list.ts';

test('each element keeps the text it stood as, without the white space around it', () => {
  const table: readonly (readonly [string, readonly string[] | null])[] = [
    ['[]', []],
    [' [ \n ] ', []],
    ['[1]', ['1']],
    ['[ {"a" : 1.0} ,\n"x,]" ]', ['{"a" : 1.0}', '"x,]"']],
    ['["\\"", "\\\\", "\\\\\\","]', ['"\\""', '"\\\\"', '"\\\\\\","']],
    ['[[1,2],{"a":[3,{"b":"}"}]},null]', ['[1,2]', '{"a":[3,{"b":"}"}]}', 'null']],
    ['[{"a":1,"a":2},12345678901234567890]', ['{"a":1,"a":2}', '12345678901234567890']],
    ['', null],
    ['{}', null],
    ['null', null],
    ['[1,]', null],
    ['[1', null],
    ['[] x', null],
  ];
  for (const [text, elements] of table) assert.deepEqual(jsonElements(text), elements, text);
});

test('an element has fields only when it is an object', () => {
  assert.deepEqual(jsonFields('{"a":1}'), { a: 1 });
  for (const text of ['null', '1', '"a"', 'true', '[]', '[{"a":1}]']) assert.equal(jsonFields(text), null, text);
});

test('splitting what was joined gives the same texts, whatever JSON they are and however they are spaced', () => {
  const space = fc.constantFrom('', ' ', '\n\t', '\r ');
  const element = fc
    .tuple(fc.jsonValue(), fc.constantFrom(0, 2))
    .map(([value, indent]) => JSON.stringify(value, null, indent));
  fc.assert(
    fc.property(fc.array(element), space, (elements, between) => {
      assert.deepEqual(jsonElements(jsonList(elements.map((text) => between + text + between))), elements);
    }),
    { numRuns: 3000 },
  );
});
