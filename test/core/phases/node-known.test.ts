import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NodeFacts } from '../../../src/core/phases/facts.ts';
import { nodePatched, nodeRead, nodeWatched, unseenNode, withNode } from '../../../src/core/phases/observe-node.ts';
import { moment, moments, raw } from './samples.ts';
import { lost, node } from './server.ts';

/** The own Node, read and watched. */
function known(change: Partial<NodeFacts> = {}): NodeFacts {
  const seen = { is: 'node', node: node({ resourceVersion: '7' }) } as const;
  return { ...unseenNode, seen, current: true, watch: 'running', ...change };
}

const { uid } = node();
const base = `${uid}/7`;
const factsOf = (of: NodeFacts) => withNode(raw({ name: 'idle' }).facts, of);
const version = (resourceVersion: string, change: object = {}) => node({ resourceVersion, ...change });
const versionOf = ({ seen }: NodeFacts) => (seen.is === 'node' ? seen.node.resourceVersion : seen.is);
const patched = (of: NodeFacts, result: Parameters<typeof nodePatched>[1]) =>
  nodePatched(of, result, base, moments.now);

describe('the own Node as it is known', () => {
  it('is never exchanged for an older one of the same Node while the watch tells of what is newer', () => {
    for (const [object, after] of [
      [version('6'), '7'],
      [version('8'), '8'],
      [version('6', { uid: 'another' }), '6'],
    ] as const) {
      assert.equal(versionOf(nodeRead(known({ toldSince: true }), { is: 'found', object }, moments.now)), after);
      assert.equal(versionOf(patched(known({ toldSince: true }), { is: 'written', object })), after);
      // Recovery that begins meanwhile wants to read anew; what the watch told is no older for it.
      assert.equal(versionOf(patched(known({ toldSince: true, current: false }), { is: 'written', object })), after);
      assert.equal(versionOf(nodeWatched(factsOf(known()), { is: 'changed', object }, moments.now).node), after);
    }
    for (const change of [
      {},
      { toldSince: true, watch: 'broken' },
      { toldSince: true, seen: { is: 'gone' } },
    ] as const) {
      assert.equal(versionOf(nodeRead(known(change), { is: 'found', object: version('6') }, moments.now)), '6');
    }
  });

  it('went back when an older state of the same Node is shown, until another one is', () => {
    const listed = (of: NodeFacts, object?: ReturnType<typeof version>) =>
      nodeWatched(factsOf(of), { is: 'listed', objects: object === undefined ? [] : [object] }, moments.now).node;
    const broken = known({ watch: 'broken', current: false });
    const back = nodeRead(broken, { is: 'found', object: version('6') }, moments.now);
    assert.equal(back.wentBack, true);
    assert.equal(
      nodeRead({ ...back, current: false }, { is: 'found', object: version('6') }, moments.now).wentBack,
      true,
    );
    for (const [of, object] of [
      [back, version('7')],
      [back, version('5', { uid: 'another' })],
      [back, undefined],
      [known(), version('7')],
      [known(), version('8')],
      [unseenNode, version('6')],
    ] as const)
      assert.equal(listed(of, object).wentBack, false, object?.resourceVersion);
  });

  it('is not exchanged for an older one that a list shows, and is no base until a read tells which of the two is late', () => {
    const { watch, knownAt } = unseenNode;
    for (const change of [{}, { watch: 'broken' }, { watch, knownAt, current: false, doubt: base }] as const) {
      const told = { is: 'listed', objects: [version('6')] } as const;
      const of = nodeWatched(factsOf(known(change)), told, moments.now).node;
      assert.deepEqual([versionOf(of), of.watch, of.current, of.contradicted], ['7', 'running', false, true]);
      assert.deepEqual([of.wentBack, of.doubt], [false, known(change).doubt]);
      for (const [object, back] of [
        [version('6'), true],
        [version('7'), false],
        [version('8'), false],
      ] as const) {
        const after = nodeRead(of, { is: 'found', object }, moments.now);
        assert.deepEqual([versionOf(after), after.wentBack], [object.resourceVersion, back]);
        assert.deepEqual([after.current, after.contradicted], [true, false]);
      }
      assert.equal(nodeRead(of, { is: 'gone' }, moments.now).contradicted, false);
      const failed = nodeRead(of, { is: 'failed', reason: lost }, moments.now);
      assert.deepEqual([versionOf(failed), failed.current, failed.contradicted], ['7', false, true]);
    }
  });

  it('gives the UID, and one that was never seen, or is gone, leaves it as it was', () => {
    assert.equal(factsOf(known()).me.uid, uid);
    assert.equal(factsOf(known({ seen: { is: 'node', node: version('9', { uid: 'another' }) } })).me.uid, 'another');
    const { me } = raw({ name: 'idle' }).facts;
    assert.equal(factsOf(known({ seen: { is: 'gone' } })).me, me);
  });

  it('that is listed anew brings the second look at the Lease forward, the first list does not', () => {
    const listed = (of: NodeFacts, nextLook: number) =>
      nodeWatched({ ...factsOf(of), nextLook }, { is: 'listed', objects: [version('8')] }, moments.now);
    const far = moment + 3_000_000;
    assert.equal(listed(unseenNode, far).nextLook, far);
    for (const before of [known(), known({ watch: 'broken' }), known({ watch: 'starting' })]) {
      const { nextLook } = listed(before, far);
      assert.ok(nextLook >= moment + 90_000 && nextLook <= moment + 150_000, String(nextLook - moment));
    }
    assert.equal(listed(known(), moment + 5).nextLook, moment + 5);
    assert.equal(nodeWatched(factsOf(known()), { is: 'listed', objects: [] }, moments.now).node.seen.is, 'gone');
  });

  it('keeps what is wrong with a write when somebody else’s is seen, and not what was wrong with the watch', () => {
    const changed = (of: NodeFacts) =>
      nodeWatched(factsOf(of), { is: 'changed', object: version('8') }, moments.now).node;
    assert.equal(changed(known({ problem: lost })).problem, lost);
    assert.equal(changed(known({ problem: lost, watch: 'broken', current: false })).problem, null);
  });

  it('and the Lease are asked for at once when the API server answers the watch again', () => {
    const waits = factsOf(known({ notBefore: moment + 30_000, watch: 'broken', problem: lost }));
    const facts = { ...waits, lease: { ...waits.lease, notBefore: moment + 30_000 } };
    for (const told of [{ is: 'resumed' }, { is: 'listed', objects: [version('8')] }] as const) {
      const after = nodeWatched(facts, told, moments.now);
      assert.deepEqual([after.node.notBefore, after.lease.notBefore, after.node.watch], [0, 0, 'running'], told.is);
    }
    const broken = nodeWatched(factsOf(known()), { is: 'broken', reason: lost }, moments.now).node;
    assert.deepEqual([broken.watch, broken.current, broken.problem], ['broken', false, lost]);
  });
});

describe('a PATCH of the own Node', () => {
  const doubted = known({ doubt: base, unmoved: true, failures: 2 });

  it('that was done, or found no Node, leaves no doubt', () => {
    for (const result of [{ is: 'written', object: version('8') }, { is: 'gone' }] as const) {
      const { doubt, unmoved, current, failures } = patched(doubted, result);
      assert.deepEqual([doubt, unmoved, current, failures], [null, false, true, 0], result.is);
    }
  });

  it('that met a conflict takes the doubt on its own base away and no other', () => {
    const { doubt, current, unmoved } = patched(doubted, { is: 'conflict' });
    assert.deepEqual([doubt, current, unmoved], [null, false, false]);
    assert.equal(patched(known({ doubt: `${uid}/5` }), { is: 'conflict' }).doubt, `${uid}/5`);
  });

  it('that was refused changed nothing, and is tried again with distance', () => {
    assert.equal(patched(known(), { is: 'refused', reason: lost }).current, true);
    assert.equal(patched(known({ current: false }), { is: 'refused', reason: lost }).current, false);
    const { failures, notBefore, problem } = patched(known({ failures: 1 }), { is: 'refused', reason: lost });
    assert.deepEqual([failures, problem], [2, lost]);
    assert.ok(notBefore >= moment + 500 && notBefore <= moment + 1_000, String(notBefore - moment));
  });

  it('without an answer is in doubt until its base has moved', () => {
    const unknown = patched(known(), { is: 'unknown', reason: lost });
    assert.deepEqual([unknown.doubt, unknown.unmoved, unknown.current], [base, false, false]);
    const found = (object: ReturnType<typeof version>) => {
      const { doubt, unmoved } = nodeRead(unknown, { is: 'found', object }, moments.now);
      return [doubt, unmoved];
    };
    assert.deepEqual(found(version('7')), [base, true]);
    assert.deepEqual(found(version('8')), [null, false]);
    assert.deepEqual(found(version('7', { uid: 'another' })), [null, false]);
    const none = nodeRead(known(), { is: 'found', object: version('7') }, moments.now);
    assert.deepEqual([none.doubt, none.unmoved], [null, false]);
  });
});
