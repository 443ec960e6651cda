import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { momentsOf, type Write } from './history.ts';
import { breaches, fences, mostCordoned } from './laws.ts';

const account = 'system:serviceaccount:pool:kured-host';

function lease(by: string, transitions: number, ...held: readonly (readonly [string, string])[]): Write {
  const holders = held.map(([node, phase]) => ({
    ...{ node, uid: 'u', machine: 'm', claim: `claim-of-${node}`, boot: 'b', phase, by: 'p', attempt: 0, starts: 0 },
    ...{ need: { fingerprint: 'f', reasons: [] }, limit: 1, reads: 1, since: '', changed: '' },
  }));
  const annotations = holders.length === 0 ? {} : { 'kured-host/holders': JSON.stringify(holders) };
  const holderIdentity = held.map(([node]) => node).join(',');
  const spec = { leaseTransitions: transitions, ...(held.length === 0 ? {} : { holderIdentity }) };
  const object = { metadata: { name: 'kured-host', namespace: 'pool', annotations }, spec };
  return { of: 'lease', by: `system:node:${by}`, as: account, object };
}

function node(name: string, is: 'cordoned' | 'marked' | 'open', by = name): Write {
  const mark = JSON.stringify({ cordoned: is === 'cordoned' });
  const annotations = is === 'open' ? {} : { 'kured-host/claim': mark };
  const object = { metadata: { name, annotations }, spec: is === 'open' ? {} : { unschedulable: true } };
  return { of: name, by: `system:node:${by}`, object };
}

const turn = (name: string, nth: number): Write[] => [
  lease(name, nth, [name, 'draining']),
  node(name, 'cordoned'),
  lease(name, nth, [name, 'rebooting']),
  lease(name, nth, [name, 'verifying']),
  node(name, 'open'),
  lease(name, nth),
];

const broken = (writes: readonly Write[], limit = 1) => breaches(momentsOf(writes), limit, { account });

describe('the laws that a history is judged by', () => {
  it('find nothing in two nodes that take their turns', () => {
    const history = momentsOf([...turn('a', 1), ...turn('b', 2)]);
    assert.deepEqual(breaches(history, 1, { account }), []);
    assert.deepEqual(fences(history), { a: 1, b: 1 });
    assert.equal(mostCordoned(history), 1);
  });

  it('count a fence that was taken back and written again as two', () => {
    const [claim, cordon, fence] = turn('a', 1);
    assert.ok(claim !== undefined && cordon !== undefined && fence !== undefined);
    assert.deepEqual(fences(momentsOf([claim, cordon, fence, claim, fence])), { a: 2 });
  });

  const both = lease('b', 2, ['a', 'draining'], ['b', 'draining']);
  const cases: readonly (readonly [string, readonly Write[], RegExp])[] = [
    ['two holders', [lease('a', 1, ['a', 'draining']), both], /holders at once: a, b/],
    ['two cordons', [node('a', 'cordoned'), node('b', 'cordoned')], /cordoned at once: a, b/],
    ['two marks on cordons of a person', [node('a', 'marked'), node('b', 'marked')], /marked at once: a, b/],
    ['a mark without a claim', [lease('a', 0), node('a', 'cordoned')], /a is marked and holds nothing/],
    ['a release before the restore PATCH', turn('a', 1).toSpliced(4, 1), /a was let go while it was still marked/],
    ['a claim that was not counted', [lease('a', 0, ['a', 'draining'])], /moved by 0 with 1 claims/],
    ['a release that was counted', [...turn('a', 1), lease('a', 2)], /moved by 1 with 0 claims/],
    ['another node’s hand', [node('a', 'open', 'b')], /system:node:b wrote the Node a/],
    ['the Lease written as itself', [{ ...lease('a', 0), as: undefined }], /wrote the Lease as itself/],
  ];
  for (const [what, writes, sentence] of cases) {
    it(`find ${what}`, () => assert.match(broken(writes).join('\n'), sentence));
  }
});
