import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type BeforeDrain, cordonPatch, markAnnotation, readMark, restorePatch } from '../../src/core/cordon-mark.ts';
import { type AroundReboot, type Changes, excludeLabel } from '../../src/core/node-changes.ts';
import type { NodePatch, NodeSnapshot } from '../../src/core/node-view.ts';
import { node } from './phases/server.ts';

type Texts = Readonly<Record<string, string>>;

const mark = {
  claim: 'claim-1',
  boot: { id: 'boot-n1', soft: 0 },
  need: { fingerprint: 'file:1', reasons: [] },
  lease: 'kured-host/kured-host',
};
const before = (labels: Changes, more: Partial<BeforeDrain> = {}): BeforeDrain => ({
  labels,
  annotations: {},
  excludeFromLoadBalancers: false,
  ...more,
});
const after = (labels: Changes): AroundReboot => ({ labels, annotations: {} });

const cordoned = (of: NodeSnapshot, wanted: BeforeDrain, claim = mark.claim) =>
  patched(of, cordonPatch(of, { ...mark, claim }, 'n', wanted));

describe('labels before the drain and after the reboot', () => {
  const table: readonly {
    readonly what: string;
    readonly stands: Texts;
    readonly before: Changes;
    readonly drained: Texts;
    /** What somebody else changes while the node is away. */
    readonly meanwhile?: Changes;
    readonly after?: Changes;
    readonly rebooted: Texts;
    readonly backedOut: Texts;
  }[] = [
    {
      what: 'one that was not there goes with the restore',
      stands: {},
      before: { work: 'yes' },
      drained: { work: 'yes' },
      rebooted: {},
      backedOut: {},
    },
    {
      what: 'one that had another value gets it back',
      stands: { work: 'no' },
      before: { work: 'yes' },
      drained: { work: 'yes' },
      rebooted: { work: 'no' },
      backedOut: { work: 'no' },
    },
    {
      what: 'one that stood already stays, because it is not ours',
      stands: { work: 'yes' },
      before: { work: 'yes' },
      drained: { work: 'yes' },
      rebooted: { work: 'yes' },
      backedOut: { work: 'yes' },
    },
    {
      what: 'one that was taken off comes back',
      stands: { ingress: 'a' },
      before: { ingress: null },
      drained: {},
      rebooted: { ingress: 'a' },
      backedOut: { ingress: 'a' },
    },
    {
      what: 'what somebody changed meanwhile stays theirs',
      stands: { one: 'a', two: 'a', gone: 'a' },
      before: { one: 'b', two: null, gone: null, three: 'b' },
      drained: { one: 'b', three: 'b' },
      meanwhile: { one: 'c', two: 'c', three: null },
      rebooted: { one: 'c', two: 'c', gone: 'a' },
      backedOut: { one: 'c', two: 'c', gone: 'a' },
    },
    {
      what: 'after a reboot, and only then, those for after it are written, whatever stood there',
      stands: { work: 'no', old: 'x' },
      before: { work: 'yes' },
      drained: { work: 'yes', old: 'x' },
      after: { work: 'done', old: null, new: '' },
      rebooted: { work: 'done', new: '' },
      backedOut: { work: 'no', old: 'x' },
    },
    {
      what: 'keys may be called as what every object has',
      stands: {},
      before: { constructor: 'a', toString: null },
      drained: { constructor: 'a' },
      rebooted: {},
      backedOut: {},
    },
  ];
  for (const { what, stands, before: wanted, drained, meanwhile = {}, after: later = {}, ...ends } of table)
    for (const cordoner of ['us', 'a person'] as const)
      it(`${what} (cordoned by ${cordoner})`, () => {
        const theirs: Partial<NodeSnapshot> =
          cordoner === 'us' ? {} : { unschedulable: true, cordonOwner: { manager: 'kubectl' } };
        const away = cordoned(node({ labels: stands, ...theirs }), before(wanted));
        assert.deepEqual(away.labels, drained);
        const changed = { ...away, labels: merged(away.labels, meanwhile) };
        assert.deepEqual(patched(changed, restorePatch(changed, '{}', 'n', after(later))).labels, ends.rebooted);
        assert.deepEqual(patched(changed, restorePatch(changed, null, 'n')).labels, ends.backedOut);
      });

  it('annotations follow the same rules, beside our own', () => {
    const wanted = before({}, { annotations: { 'a.example/x': 'true', 'a.example/y': null } });
    const away = cordoned(node({ annotations: { 'a.example/y': 'was' } }), wanted);
    assert.equal(away.annotations['a.example/x'], 'true');
    assert.ok(!('a.example/y' in away.annotations) && markAnnotation in away.annotations);
    const back = patched(away, restorePatch(away, null, 'm'));
    assert.deepEqual(back.annotations, { 'a.example/y': 'was', 'kured-host/write': 'm' });
  });

  it('without wishes neither PATCH says anything of labels', () => {
    assert.ok(!('labels' in cordonPatch(node(), mark, 'n')));
    assert.ok(!('labels' in restorePatch(node(), null, 'n')));
    assert.doesNotMatch(cordonPatch(node(), mark, 'n').annotations[markAnnotation] ?? '', /wrote/);
  });

  it('of a mark that cannot be read nothing is put back, and what is for after the reboot is written', () => {
    const odd = node({ labels: { work: 'yes' }, annotations: { [markAnnotation]: '{' } });
    assert.deepEqual(patched(odd, restorePatch(odd, null, 'n', after({ work2: 'x' }))).labels, {
      work: 'yes',
      work2: 'x',
    });
  });
});

describe('the label that takes the node out of external load balancers', () => {
  const excluded = before({}, { excludeFromLoadBalancers: true });

  it('is set with the cordon and goes with the restore', () => {
    const away = cordoned(node(), excluded);
    assert.deepEqual(away.labels, { [excludeLabel]: 'true' });
    assert.deepEqual(patched(away, restorePatch(away, '{}', 'n')).labels, {});
  });

  it("is left alone, before and after, where a person's stands, whatever its value", () => {
    for (const value of ['', 'true', 'false']) {
      const away = cordoned(node({ labels: { [excludeLabel]: value } }), excluded);
      assert.deepEqual(away.labels, { [excludeLabel]: value });
      assert.deepEqual(patched(away, restorePatch(away, '{}', 'n')).labels, { [excludeLabel]: value });
    }
  });

  it('that an older claim of ours left is ours still', () => {
    const again = cordoned(cordoned(node(), excluded), excluded, 'claim-2');
    assert.deepEqual(patched(again, restorePatch(again, '{}', 'n')).labels, {});
  });
});

describe('over any labels and wishes', () => {
  const texts = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y'), { noNullPrototype: true });
  const wishes = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y', null), {
    noNullPrototype: true,
  });

  it('a restore leads back to where the first of several claims began, and each cordon to what was wished', () => {
    fc.assert(
      fc.property(texts, fc.array(wishes, { minLength: 1, maxLength: 3 }), (stands, several) => {
        let now = node({ labels: stands });
        for (const [index, wanted] of several.entries()) {
          now = cordoned(now, before(wanted), `claim-${index}`);
          for (const [key, to] of Object.entries(wanted)) assert.equal(now.labels[key] ?? null, to);
        }
        const reading = readMark(now);
        assert.equal(reading.is, 'mark');
        assert.deepEqual(patched(now, restorePatch(now, null, 'n')).labels, stands);
      }),
    );
  });
});

function patched(of: NodeSnapshot, patch: NodePatch): NodeSnapshot {
  return {
    ...of,
    unschedulable: patch.unschedulable ?? of.unschedulable,
    cordonOwner: patch.unschedulable === true ? { manager: 'kured-host' } : of.cordonOwner,
    labels: merged(of.labels, patch.labels ?? {}),
    annotations: merged(of.annotations, patch.annotations),
  };
}

function merged(stands: Texts, changes: Changes): Texts {
  const all = Object.entries({ ...stands, ...changes });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== null));
}
