import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AuditEntry } from '../cluster/audit.ts';
import { personIn, seenOf } from './from-audit.ts';
import { account, begin, holds, lease, node, turn } from './histories.ts';
import { breaches, fences, momentsOf, mostCordoned } from './moments.ts';
import type { Seen } from './seen.ts';

const start = begin('a', 'b');
const broken = (history: readonly Seen[], limit = 1): readonly string[] =>
  breaches(momentsOf([...start, ...history]), limit, { account });

describe('how a pool stood after each write', () => {
  it('two nodes that take their turns break nothing, fence once each, and are never cordoned together', () => {
    const both = [...Object.values(turn('a')), ...Object.values(turn('b', 1))];
    const history = momentsOf([...start, ...both]);
    assert.deepEqual(breaches(history, 1, { account }), []);
    assert.deepEqual(fences(history), { a: 1, b: 1 });
    assert.equal(mostCordoned(history), 1);
  });

  it('a fence that was taken back and written again counts as two', () => {
    const { claim, cordon, fence } = turn('a');
    assert.deepEqual(fences(momentsOf([claim, cordon, fence, claim, fence])), { a: 2 });
  });

  it('a cordon of a person is none of ours, whatever the mark stands on', () => {
    const [moment] = momentsOf([node('a', { mark: 'claim-a', cordoned: true, ours: false, owner: 'kubectl' })]);
    assert.deepEqual([moment?.marked, moment?.cordoned, moment?.unschedulable], [['a'], [], ['a']]);
  });

  it('more at once than the test allows is told, whatever the entries allow', () => {
    const limit = 2;
    const [a, b] = [holds('a', { limit }), holds('b', { limit })];
    const history = [
      lease('a', { holders: [a], transitions: 1 }),
      lease('b', { holders: [a, b], transitions: 2 }),
      node('a', { mark: 'claim-a', cordoned: true }),
      node('b', { mark: 'claim-b', cordoned: true }),
    ];
    assert.deepEqual(broken(history, 2), []);
    assert.match(
      broken(history).join('\n'),
      /holders at once: a, b\n.*\n.*cordoned at once: a, b\n.*marked at once: a, b/,
    );
  });

  it('a breach is told with the write that made it', () => {
    assert.deepEqual(broken([node('a', {}, 'b')]), ['write 3 (a): b wrote the Node a']);
  });
});

describe('an audit log as a history', () => {
  const entry = (verb: string, version: string, answered: number, over: Partial<AuditEntry> = {}): AuditEntry => ({
    auditID: version,
    stage: 'ResponseComplete',
    verb,
    requestURI: '/api/v1/nodes/a',
    user: 'system:node:a',
    groups: [],
    impersonatedUser: undefined,
    userAgent: '',
    objectRef: { resource: 'nodes', name: 'a' },
    code: 200,
    received: answered - 10,
    answered,
    requestObject: undefined,
    responseObject: { metadata: { resourceVersion: version } },
    ...over,
  });

  it('goes by the resourceVersions, and its times never go back', () => {
    const seen = seenOf([entry('patch', '12', 2_000), entry('patch', '9', 3_000)]);
    assert.deepEqual(
      seen.map((one) => [one.at, one.is === 'wrote' && (one.object as { metadata: unknown }).metadata]),
      [
        [3, { resourceVersion: '9' }],
        [3, { resourceVersion: '12' }],
      ],
    );
  });

  it('leaves out dry runs, and puts a deletion where its time has it', () => {
    const gone = entry('delete', '', 2_500, { responseObject: { kind: 'Status', metadata: {} } });
    const dry = entry('patch', '10', 2_200, { requestURI: '/api/v1/nodes/a?dryRun=All' });
    const seen = seenOf([entry('patch', '9', 2_000), entry('create', '20', 3_000), gone, dry]);
    assert.deepEqual(
      seen.map((one) => one.is === 'wrote' && one.object !== null),
      [true, false, true],
    );
  });

  it('knows what a person does by the command on a node', () => {
    const acts: readonly (readonly [string, string | null, string?])[] = [
      ['/usr/bin/kured-host retry', 'retry'],
      ['node /work/dist/app.cjs pause --reason x', 'pause'],
      ['kured-host lease release node-b --timeout 60s', 'release', 'node-b'],
      ['kured-host lease release --timeout 60s node-b --force', 'force-release', 'node-b'],
      ['kured-host lease show', null],
      ['kured-host status', null],
      ['systemctl restart kured-host', null],
      ['cat /etc/kured-host/pause', null],
    ];
    for (const [command, act, of] of acts) {
      const expected = { is: 'person', at: 1, through: 'node-a', act, ...(of === undefined ? {} : { of }) };
      assert.deepEqual(personIn(command, 'node-a', 1), act === null ? null : expected, command);
    }
  });
});
