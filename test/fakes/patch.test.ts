import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { managedFields } from './api/managed-fields.ts';
import type { JsonMap, KubeObject } from './api/object.ts';
import { patched } from './api/patch.ts';

const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';
const json = 'application/json-patch+json';

describe('patches', () => {
  const rows: readonly [string, string, JsonMap, unknown, JsonMap][] = [
    [
      'merge: RFC 7386',
      merge,
      { a: 'b', c: { d: 'e', f: 'g' } },
      { a: 'z', c: { f: null } },
      { a: 'z', c: { d: 'e' } },
    ],
    ['merge: a list is replaced', merge, { a: [1, 2] }, { a: [3] }, { a: [3] }],
    ['merge: into nothing', merge, {}, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
    [
      'strategic: conditions by type, in their places',
      strategic,
      { conditions: [{ type: 'A', x: 1 }, { type: 'B' }, { type: 'C' }] },
      { conditions: [{ type: 'B', y: 2 }, { type: 'N' }] },
      { conditions: [{ type: 'A', x: 1 }, { type: 'B', y: 2 }, { type: 'N' }, { type: 'C' }] },
    ],
    [
      'strategic: an item deleted, a list replaced',
      strategic,
      { taints: [{ key: 'a' }, { key: 'b' }], addresses: [{ type: 'x' }] },
      { taints: [{ $patch: 'delete', key: 'a' }], addresses: [{ $patch: 'replace' }, { type: 'y' }] },
      { taints: [{ key: 'b' }], addresses: [{ type: 'y' }] },
    ],
    [
      'strategic: directives of order and of plain lists',
      strategic,
      { finalizers: ['a', 'b'], conditions: [{ type: 'A' }] },
      {
        '$setElementOrder/conditions': [{ type: 'A' }],
        '$deleteFromPrimitiveList/finalizers': ['a'],
        finalizers: ['c'],
      },
      { finalizers: ['b', 'c'], conditions: [{ type: 'A' }] },
    ],
    [
      'JSON: test, add, replace, remove, move, copy',
      json,
      { a: { b: 1 }, l: [1, 3], 'x/y': 1 },
      [
        { op: 'test', path: '/a/b', value: 1 },
        { op: 'add', path: '/l/1', value: 2 },
        { op: 'replace', path: '/a/b', value: 5 },
        { op: 'copy', from: '/a', path: '/c' },
        { op: 'move', from: '/l', path: '/m' },
        { op: 'remove', path: '/x~1y' },
      ],
      { a: { b: 5 }, c: { b: 5 }, m: [1, 2, 3] },
    ],
  ];
  for (const [name, type, object, patch, wanted] of rows)
    it(name, () => assert.deepEqual(patched(object, type, JSON.stringify(patch)), wanted));

  it('JSON: nothing of a patch that cannot be applied', () => {
    for (const operation of [
      { op: 'test', path: '/a', value: 2 },
      { op: 'remove', path: '/b' },
      { op: 'replace', path: '/b', value: 1 },
      { op: 'add', path: '/b/c', value: 1 },
      { op: 'other', path: '/a' },
    ])
      assert.throws(() => patched({ a: 1 }, json, JSON.stringify([operation])), /error in our request/);
  });
});

describe('managedFields', () => {
  const value = fc.record({ spec: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 2 })) });

  it('law: each leaf there is has one owner, the last who changed it; what is gone has none', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('x', 'y', 'z'), value), { maxLength: 20 }), (writes) => {
        const owners = new Map<string, string>();
        let object: KubeObject = { metadata: { name: 'n', labels: { made: 'yes' } } };
        const writer = { apiVersion: 'v1', subresource: '', time: 't' };
        object.metadata.managedFields = managedFields(null, object, { manager: 'maker', ...writer });
        for (const [manager, { spec }] of writes) {
          const next: KubeObject = { metadata: { ...object.metadata }, spec: { ...spec } };
          for (const key of ['a', 'b', 'c']) {
            if (spec[key] === undefined) owners.delete(key);
            else if (spec[key] !== object.spec?.[key]) owners.set(key, manager);
          }
          next.metadata.managedFields = managedFields(object, next, { manager, ...writer });
          object = next;
        }
        const told = (object.metadata.managedFields ?? []).flatMap((entry) =>
          Object.keys((entry.fieldsV1['f:spec'] as JsonMap | undefined) ?? {}).map((key) => [
            key.slice(2),
            entry.manager,
          ]),
        );
        assert.deepEqual(told.toSorted(), [...owners].toSorted());
      }),
    );
  });
});
