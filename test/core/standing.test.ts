import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NodePatch, NodeSnapshot, Taint } from '../../src/core/node-view.ts';
import {
  inProgressAnnotation as inProgress,
  mostRecentAnnotation as mostRecent,
  type Standing,
  type StandingSettings,
  standingAnnotation,
  standingPatch,
} from '../../src/core/standing.ts';
import { at } from './lease/samples.ts';
import { node } from './phases/server.ts';

const key = 'example.com/reboot';
const nothing: StandingSettings = { taint: null, kuredAnnotations: false };
const both: StandingSettings = { taint: key, kuredAnnotations: true };
const ours: Taint = { key, effect: 'PreferNoSchedule' };
const theirs: Taint = { key: 'disk', effect: 'NoExecute', timeAdded: '2026-01-05T08:00:00Z' };
/** The moment of every PATCH, as it is written. */
const moment = '2026-03-01T02:53:08Z';
const earlier = '2026-01-01T00:00:00Z';

/** What stands on the Node after the PATCH; null: there is none. */
function after(of: Partial<NodeSnapshot>, settings: StandingSettings, wanted: Standing): Partial<NodeSnapshot> | null {
  const before = node(of);
  const patch = standingPatch(before, settings, wanted, at(1_000, 'n'));
  if (patch === null) return null;
  assert.deepEqual([patch.uid, patch.resourceVersion, patch.annotations['kured-host/write']], ['uid-n1', '50', 'n']);
  const { annotations, taints } = applied(before, patch);
  return { annotations, taints };
}

function applied(before: NodeSnapshot, patch: NodePatch): NodeSnapshot {
  const all = Object.entries({ ...before.annotations, ...patch.annotations });
  const annotations = Object.fromEntries(
    all.filter((entry): entry is [string, string] => entry[1] !== null && entry[0] !== 'kured-host/write'),
  );
  return { ...before, annotations, taints: patch.taints ?? before.taints };
}

const record = (taint: string | null, since: string | null) => ({
  [standingAnnotation]: JSON.stringify({ taint, since }),
});

describe('what stands on the Node while it waits for a reboot', () => {
  const table: readonly [string, Partial<NodeSnapshot>, StandingSettings, Standing, Partial<NodeSnapshot> | null][] = [
    ['nothing where nothing is configured', {}, nothing, 'on', null],
    [
      'the taint beside those of others, and when it began as kured says it',
      { taints: [theirs] },
      both,
      'on',
      {
        annotations: { [inProgress]: moment, [mostRecent]: moment, ...record(key, moment) },
        taints: [theirs, ours],
      },
    ],
    [
      'the same once only',
      { taints: [ours], annotations: { [inProgress]: earlier, [mostRecent]: earlier, ...record(key, earlier) } },
      both,
      'on',
      null,
    ],
    [
      'nothing any more when no reboot is needed, but when one was needed last',
      {
        taints: [ours, theirs],
        annotations: { [inProgress]: earlier, [mostRecent]: earlier, ...record(key, earlier) },
      },
      both,
      'off',
      { annotations: { [mostRecent]: earlier }, taints: [theirs] },
    ],
    ['what stood, while nobody can tell', { taints: [ours], annotations: record(key, null) }, both, 'leave', null],
    [
      'nothing of kured itself, which left it with the keys that are ours now',
      { taints: [{ ...ours, value: 'x' }], annotations: { [inProgress]: earlier } },
      both,
      'off',
      { annotations: {}, taints: [] },
    ],
    [
      'the time that kured began with',
      { annotations: { [inProgress]: earlier } },
      { ...nothing, kuredAnnotations: true },
      'on',
      { annotations: { [inProgress]: earlier, ...record(null, earlier) }, taints: [] },
    ],
    [
      "a taint of another effect with our key, which is somebody else's",
      { taints: [{ key, effect: 'NoSchedule' }] },
      { ...nothing, taint: key },
      'off',
      null,
    ],
  ];
  for (const [what, of, settings, wanted, expected] of table)
    it(`${wanted}: ${what}`, () => assert.deepEqual(after(of, settings, wanted), expected));
});

describe('what a setting that is gone has left on the Node', () => {
  const left = { taints: [ours], annotations: { [inProgress]: earlier, ...record(key, earlier) } };

  it('is taken off by a start without that setting, needed or not', () => {
    for (const wanted of ['on', 'off'] as const)
      assert.deepEqual(after(left, nothing, wanted), { annotations: {}, taints: [] });
  });

  it('gives way to another key', () => {
    const other = { key: 'example.com/other', effect: 'PreferNoSchedule' };
    assert.deepEqual(
      after({ taints: [ours], annotations: record(key, null) }, { ...nothing, taint: other.key }, 'on'),
      {
        annotations: record(other.key, null),
        taints: [other],
      },
    );
  });

  it('is left alone where it is not known to be ours, or is another by now', () => {
    assert.equal(after({ taints: [ours], annotations: { [inProgress]: earlier } }, nothing, 'off'), null);
    const changed = { annotations: { [inProgress]: moment, ...record(null, earlier) } };
    assert.deepEqual(after(changed, nothing, 'off')?.annotations, { [inProgress]: moment });
  });

  it('is nothing where the record cannot be read, which then goes', () => {
    for (const text of ['{', '[]', 'null', '{"taint":1}'])
      assert.deepEqual(after({ taints: [ours], annotations: { [standingAnnotation]: text } }, nothing, 'off'), {
        annotations: {},
        taints: [ours],
      });
  });
});
