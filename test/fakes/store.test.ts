import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { KubeObject } from './api/object.ts';
import { type Commit, Store } from './store.ts';

function thing(name: string, note = ''): KubeObject {
  return { kind: 'Thing', metadata: { name, namespace: 'ns' }, spec: { note } };
}

type Step = { readonly put: string; readonly note: string } | { readonly remove: string };

const steps = fc.array(
  fc.oneof(
    fc.record({ put: fc.constantFrom('a', 'b', 'c'), note: fc.string({ maxLength: 3 }) }),
    fc.record({ remove: fc.constantFrom('a', 'b', 'c') }),
  ),
  { maxLength: 40 },
);

function perform(store: Store, step: Step): void {
  if ('put' in step) store.put('things', thing(step.put, step.note));
  else store.remove('things', 'ns', step.remove);
}

function byName(commits: readonly Commit[]): Map<string, KubeObject> {
  const state = new Map<string, KubeObject>();
  for (const { type, object } of commits) {
    if (type === 'DELETED') state.delete(object.metadata.name ?? '');
    else state.set(object.metadata.name ?? '', object);
  }
  return state;
}

describe('the store', () => {
  it('law: the changes since any resourceVersion lead from what was there to what is there', () => {
    fc.assert(
      fc.property(steps, fc.nat(40), (all, cut) => {
        const store = new Store();
        for (const step of all.slice(0, cut)) perform(store, step);
        const then = store.revision;
        const before = new Map(store.list('things').map((object) => [object.metadata.name ?? '', object]));
        for (const step of all.slice(cut)) perform(store, step);
        const since = store.since('things', then);
        assert.ok(!('oldest' in since));
        for (const [name, object] of byName(since)) before.set(name, object);
        for (const commit of since) if (commit.type === 'DELETED') before.delete(commit.object.metadata.name ?? '');
        for (const [name, object] of byName(since)) before.set(name, object);
        assert.deepEqual([...before.values()].map(name).sort(), store.list('things').map(name));
        assert.deepEqual(
          since.map((commit) => commit.resourceVersion),
          since.map((_, index) => then + 1 + index),
        );
      }),
    );
  });

  it('law: a restored snapshot is the state it was taken of, and the resourceVersion goes back with it', () => {
    fc.assert(
      fc.property(steps, steps, (first, second) => {
        const store = new Store();
        for (const step of first) perform(store, step);
        const [snapshot, then] = [store.snapshot(), store.list('things')];
        for (const step of second) perform(store, step);
        store.restore(snapshot);
        assert.deepEqual(store.list('things'), then);
        assert.equal(store.revision, snapshot.revision);
      }),
    );
  });

  it('tells the oldest resourceVersion it can resume from when an older one is asked for', () => {
    const store = new Store({ history: 2 });
    for (const note of ['1', '2', '3']) store.put('things', thing('a', note));
    assert.deepEqual(store.since('things', 1), { oldest: 2 });
    store.compact();
    assert.deepEqual(store.since('things', 3), { oldest: 4 });
    assert.deepEqual(store.since('things', 4), []);
  });

  it('tells all listeners of one change before the next, also when one of them writes', () => {
    const store = new Store();
    const told: string[] = [];
    store.subscribe({
      committed: ({ object }) => {
        if (object.metadata.name === 'first') store.put('things', thing('second'));
      },
      restored: () => undefined,
    });
    store.subscribe({ committed: ({ object }) => void told.push(name(object)), restored: () => undefined });
    store.put('things', thing('first'));
    assert.deepEqual(told, ['first', 'second']);
  });

  it('keeps what it holds from being changed from outside', () => {
    const stored = new Store().put('things', thing('a'));
    assert.throws(() => {
      stored.metadata.name = 'b';
    }, TypeError);
  });
});

function name(object: KubeObject): string {
  return object.metadata.name ?? '';
}
