import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { annotation, readRecord, writeRecord } from '../../../src/core/lease/format.ts';
import { jsonDepth } from '../../../src/core/lease/json-list.ts';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { LeaseRecord } from '../../../src/core/lease/record.ts';
import { release } from '../../../src/core/lease/release.ts';
import { emptyMemory } from '../../../src/core/memory.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import { startState } from '../../../src/core/phases/start.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { moments, settings } from '../phases/samples.ts';
import { node } from '../phases/server.ts';
import { entryText, waitingText } from './element-text.ts';
import { at, holder, lease, me, now, waiting } from './samples.ts';

/** As many lists in one another. */
function deep(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

/** An element with one field more, which no version of ours writes. */
function withField(element: string, value: string): string {
  return element.replace('{', `{"z":${value},`);
}

function leaseWith(holders: string, queue: string): LeaseObject {
  return lease({ [annotation.holders]: `[${holders}]`, [annotation.queue]: `[${queue}]` }, { holderIdentity: 'n1' });
}

function read(object: LeaseObject): LeaseRecord {
  const reading = readRecord(object);
  assert.ok(reading.readable);
  return reading.record;
}

describe('an element that is larger than any version of ours writes', () => {
  const values: readonly (readonly [string, string])[] = [
    ['is nested deeper than it can be written again', deep(5_000)],
    ['is nested a little too deep', deep(32)],
    ['is too long', `"${'x'.repeat(16_384)}"`],
  ];
  for (const [what, value] of values) {
    it(`${what}: it counts, and is kept byte for byte`, () => {
      const [holders, queue] = [withField(entryText(), value), withField(waitingText(), value)];
      const found = read(leaseWith(holders, queue));
      assert.deepEqual(found.holders, [{ readable: false, text: holders }]);
      assert.deepEqual(found.queue, [{ readable: false, text: queue }]);
      const written = writeRecord(lease(), found, now);
      assert.equal(written.metadata.annotations?.[annotation.holders], `[${holders}]`);
      assert.equal(written.spec?.holderIdentity, 'n1', 'a person names it by its node');
    });

    it(`${what}: a start that finds it as its own entry goes on, and waits for a person or for nothing`, () => {
      let object = leaseWith(withField(entryText(), value), '');
      let state = startState({ ...me, by: 'by-again' }, settings, emptyMemory, moments.now);
      const events: Event[] = [{ on: 'node-watch', told: { is: 'listed', objects: [node()] } }];
      for (let event = events.shift(); event !== undefined; event = events.shift()) {
        const after = transition(state, event, moments.now);
        state = after.state;
        for (const effect of after.effects) {
          if (effect.do === 'read-node') events.push({ on: 'node-read', result: { is: 'found', object: node() } });
          if (effect.do === 'write-lease') object = effect.object;
          if (effect.do === 'read-lease')
            events.push({
              on: 'lease-read',
              lease: effect.lease,
              consistency: 'consistent',
              result: { is: 'found', object },
            });
        }
      }
      assert.equal(state.phase.name, 'idle');
    });
  }

  it('is still ours where a newer version has added what is small', () => {
    const found = read(leaseWith(withField(entryText(), deep(30)), withField(waitingText(), deep(30))));
    assert.ok(found.holders[0]?.readable && found.queue[0]?.readable);
  });
});

test('whatever is nested in an own entry, however deep, every rewrite of it can be written', () => {
  const depth = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1_000, max: 9_000 }));
  fc.assert(
    fc.property(depth, depth, (holders, queue) => {
      const found = read(leaseWith(withField(entryText(), deep(holders)), withField(waitingText(), deep(queue))));
      const ours: LeaseRecord = { ...found, holders: [...found.holders, holder('n2')], queue: [waiting('n3')] };
      for (const record of [found, ours, { ...found, paused: 'why' }]) writeRecord(lease(), record, at(1));
      const [own] = found.holders;
      if (own?.readable) writeRecord(lease(), { ...found, holders: [{ readable: true, entry: own.entry }] }, at(1));
      const freed = release(found, me, 'claim-n1');
      assert.equal(freed.granted, own?.readable === true);
    }),
    { numRuns: 50 },
  );
});

test('the depth of a JSON text is that of its deepest place, and what stands in strings is none', () => {
  const table: readonly (readonly [string, number])[] = [
    ['1', 0],
    ['"[[["', 0],
    ['"\\"[["', 0],
    ['[]', 1],
    ['{"a":[{}],"b":[]}', 3],
    ['[[],[[]]]', 3],
  ];
  for (const [text, depth] of table) assert.equal(jsonDepth(text), depth, text);
});
