import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Store } from '../fakes/store.ts';
import { judge, type Verdict } from './verdict.ts';

/** One entry for each change of a Node: its name, its boot, whether it carries our mark, whether it is cordoned. */
type Told = readonly [node: string, boot: string, marked: boolean, cordoned?: boolean];

const start: readonly Told[] = [
  ['a', 'a1', false],
  ['b', 'b1', false],
];
const turn = (node: string): readonly Told[] => [
  [node, `${node}1`, true, true],
  [node, `${node}2`, true, true],
  [node, `${node}2`, false],
];

function judged(told: readonly Told[], boots: readonly [number, number] = [2, 2]): Verdict {
  const store = new Store();
  for (const [name, bootID, marked, unschedulable = false] of told)
    store.put('nodes', {
      metadata: { name, annotations: marked ? { 'kured-host/claim': '{}' } : {} },
      spec: { unschedulable },
      status: { nodeInfo: { bootID } },
    });
  const changes = store.since('nodes', 1);
  assert.ok(!('oldest' in changes));
  return judge({
    nodes: ['a', 'b'],
    changes,
    boots: new Map([
      ['a', boots[0]],
      ['b', boots[1]],
    ]),
  });
}

const wrong = (verdict: Verdict): readonly string[] => verdict.findings.filter(({ ok }) => !ok).map(({ text }) => text);

test('one reboot each, one after the other, is what was to be shown', () => {
  const verdict = judged([...start, ...turn('a'), ...turn('b')]);
  assert.deepEqual(wrong(verdict), []);
  assert.equal(verdict.ok, true);
});

const failures: readonly [string, readonly Told[], readonly [number, number], readonly string[]][] = [
  [
    'a node that was not rebooted',
    [...start, ...turn('a')],
    [2, 1],
    ['not rebooted exactly once: b (0 times, 0 of them reported)'],
  ],
  [
    'a second reboot',
    [...start, ...turn('a'), ...turn('b'), ['a', 'a2', true], ['a', 'a3', true], ['a', 'a3', false]],
    [3, 2],
    ['not rebooted exactly once: a (2 times, 2 of them reported)'],
  ],
  [
    'a reboot that no kubelet reported',
    [...start, ...turn('a'), ...turn('b')],
    [3, 2],
    ['not rebooted exactly once: a (2 times, 1 of them reported)'],
  ],
  [
    'two nodes marked at one moment',
    [
      ...start,
      ['a', 'a1', true],
      ['b', 'b1', true],
      ['a', 'a2', true],
      ['b', 'b2', true],
      ['a', 'a2', false],
      ['b', 'b2', false],
    ],
    [2, 2],
    ['2 nodes were away at a time (a, b)'],
  ],
  [
    'a cordon while another node is marked',
    [...start, ['b', 'b1', false, true], ...turn('a'), ...turn('b')],
    [2, 2],
    ['2 nodes were away at a time (b, a)'],
  ],
  ['a reboot without a claim', [...start, ['a', 'a2', false], ...turn('b')], [2, 2], ['rebooted without a claim: a']],
  [
    'a node that stays cordoned',
    [...start, ...turn('a'), ...turn('b'), ['b', 'b2', false, true]],
    [2, 2],
    ['still away: b'],
  ],
];

for (const [name, told, boots, texts] of failures) {
  test(`the verdict fails on ${name}`, () => {
    const verdict = judged(told, boots);
    assert.deepEqual(wrong(verdict), texts);
    assert.equal(verdict.ok, false);
  });
}

test('no history shows nothing', () => {
  const boots = new Map([['a', 2]]);
  assert.equal(judge({ nodes: ['a'], changes: [], boots }).ok, false);
});
