import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  cordonIsOurs,
  cordonPatch,
  fencePatch,
  markAnnotation,
  readMark,
  restorePatch,
  settlePatch,
  writeAnnotation,
} from '../../src/core/cordon-mark.ts';
import { wroteNothing } from '../../src/core/node-changes.ts';
import type { NodeSnapshot } from '../../src/core/node-view.ts';
import { node } from './phases/server.ts';

const ours = { manager: 'kured-host' };
const theirs = { manager: 'kubectl-cordon' };
const note = {
  claim: 'claim-1',
  boot: { id: 'boot-n1', soft: 0 },
  need: { fingerprint: 'file:1', reasons: ['linux-image'] },
};
const lease = 'kured-host/kured-host';
const mark = { ...note, lease };
const marked = (cordoned: boolean) => ({ [markAnnotation]: JSON.stringify({ ...mark, cordoned }) });

describe('a cordon', () => {
  const table: readonly (readonly [string, Partial<NodeSnapshot>, boolean])[] = [
    ['with our mark and our field', { unschedulable: true, annotations: marked(true), cordonOwner: ours }, true],
    [
      'with our mark where no owner is told',
      { unschedulable: true, annotations: marked(true), cordonOwner: 'unknown' },
      true,
    ],
    ['that a person set again', { unschedulable: true, annotations: marked(true), cordonOwner: theirs }, false],
    ['that nobody owns', { unschedulable: true, annotations: marked(true), cordonOwner: 'nobody' }, false],
    ['that stood before our mark', { unschedulable: true, annotations: marked(false), cordonOwner: theirs }, false],
    ['whose mark was taken away', { unschedulable: true, cordonOwner: ours }, false],
    [
      'whose mark cannot be read',
      { unschedulable: true, annotations: { [markAnnotation]: '{' }, cordonOwner: ours },
      false,
    ],
    ['that is none', { unschedulable: false, annotations: marked(true), cordonOwner: ours }, false],
  ];
  for (const [title, change, is] of table) {
    it(`${title} is ${is ? 'ours' : "a person's"}`, () => {
      assert.equal(cordonIsOurs(node(change)), is);
      assert.equal(restorePatch(node(change), null, 'n').unschedulable, is ? false : undefined);
    });
  }
});

describe('the cordon PATCH', () => {
  const cordoned = (change: Partial<NodeSnapshot>) => {
    const patch = cordonPatch(node(change), mark, 'n');
    return [patch.unschedulable, JSON.parse(patch.annotations[markAnnotation] ?? '').cordoned];
  };

  it('cordons and marks in one, and says whose the cordon is', () => {
    assert.deepEqual(cordoned({}), [true, true]);
    assert.deepEqual(cordoned({ unschedulable: true, cordonOwner: theirs }), [undefined, false]);
    assert.deepEqual(cordoned({ unschedulable: true, annotations: marked(true), cordonOwner: ours }), [
      undefined,
      true,
    ]);
    assert.deepEqual(cordoned({ unschedulable: true, annotations: marked(true), cordonOwner: theirs }), [
      undefined,
      false,
    ]);
  });

  it('is read back as it was written', () => {
    const { annotations } = cordonPatch(node(), mark, 'n');
    const read = readMark(node({ annotations: { [markAnnotation]: annotations[markAnnotation] ?? '' } }));
    assert.deepEqual(read, { is: 'mark', mark: { ...mark, cordoned: true, wrote: wroteNothing } });
  });
});

describe('every PATCH', () => {
  const all = [
    cordonPatch(node(), mark, 'n'),
    fencePatch(node(), { ...note, need: { fingerprint: 'file:2', reasons: [] } }, lease, 'n'),
    restorePatch(node(), null, 'n'),
    settlePatch(node(), 'n'),
  ];

  it('is guarded by the resourceVersion it was decided on, and never without a change', () => {
    for (const patch of all) {
      assert.deepEqual([patch.uid, patch.resourceVersion], ['uid-n1', '50']);
      assert.equal(patch.annotations[writeAnnotation], 'n');
    }
  });

  it('leaves the cordon alone where only the need or nothing is to be said', () => {
    assert.deepEqual([all[1]?.unschedulable, all[3]?.unschedulable], [undefined, undefined]);
    assert.equal(JSON.parse(all[1]?.annotations[markAnnotation] ?? '').cordoned, false);
  });
});
