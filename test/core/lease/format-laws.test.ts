import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readRecord, writeRecord } from '../../../src/core/lease/format.ts';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { Holder, LeaseRecord, QueueEntry } from '../../../src/core/lease/record.ts';
import { holder, lease, now, waiting } from './samples.ts';

const runs = { numRuns: 3000 };
const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,8}[a-z0-9])?$/);
const count = fc.nat({ max: 40 });
const known = new Set(
  'node uid machine claim boot soft phase by attempt starts need limit reads method stuck releaseAfter since changed id priority'.split(
    ' ',
  ),
);
/** Fields of a version that is newer than this one, names like `__proto__` and `toString` among them. */
const others = fc
  .dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'toString', 'constructor')), fc.jsonValue(), {
    maxKeys: 3,
    noNullPrototype: true,
  })
  // V8 of Node 24.21 reads the key "\"" as "\\" when an object's shape was seen before, so escapes are left out here; entries
  // that are not ours are kept as text and never go through that.
  .filter((fields) => !JSON.stringify(fields).includes('\\'))
  // What JSON cannot tell apart is one value here, too: -0 is 0.
  .map((fields) => JSON.parse(JSON.stringify(fields)) as Readonly<Record<string, unknown>>)
  .map((fields) => Object.fromEntries(Object.entries(fields).filter(([key]) => !known.has(key))));

const anyHolder: fc.Arbitrary<Holder> = fc
  .record({
    node: name,
    claim: fc.string({ minLength: 1 }),
    boot: fc.record({ id: fc.uuid(), soft: fc.option(count) }),
    phase: fc.constantFrom('draining', 'backing-out', 'rebooting', 'verifying'),
    attempt: count,
    starts: count,
    need: fc.record({ fingerprint: fc.string(), reasons: fc.array(fc.string(), { maxLength: 3 }) }),
    limit: fc.integer({ min: 1, max: 40 }),
    extra: fc.record(
      { stuck: fc.string(), releaseAfter: fc.string(), method: fc.constantFrom('logind', 'command') },
      { requiredKeys: [] },
    ),
    others,
  })
  .map(({ extra, others: more, ...change }) => {
    const slot = holder(change.node, {
      ...change,
      ...extra,
      ...(Object.keys(more).length === 0 ? {} : { others: more }),
    } as Partial<Holder>);
    return slot.readable ? slot.entry : fail();
  });

const anyEntry: fc.Arbitrary<QueueEntry> = fc
  .record({ node: name, id: fc.string({ minLength: 1 }), priority: fc.integer(), limit: fc.integer({ min: 1 }) })
  .map((change) => {
    const slot = waiting(change.node, change);
    return slot.readable ? slot.entry : fail();
  });

const anyElement = fc.jsonValue().map((value) => JSON.stringify(value));

const anyRecord: fc.Arbitrary<LeaseRecord> = fc
  .record({
    holders: fc.array(anyHolder, { maxLength: 4 }),
    queue: fc.array(anyEntry, { maxLength: 4 }),
    concurrency: fc.option(fc.integer({ min: 1, max: 99 })),
    paused: fc.option(fc.string()),
    release: fc.option(name),
    forceRelease: fc.option(name),
    transitions: count,
  })
  .map(({ holders, queue, ...rest }) => ({
    format: 1,
    holders: holders.map((entry) => ({ readable: true, entry }) as const),
    queue: queue.map((entry) => ({ readable: true, entry }) as const),
    ...rest,
  }));

/** A Lease with things in it that are none of our business. */
const anyBase: fc.Arbitrary<LeaseObject> = fc
  .record({
    annotations: fc.dictionary(fc.stringMatching(/^(example\.org\/|kured-host\/new-)[a-z]{1,8}$/), fc.string(), {
      noNullPrototype: true,
    }),
    spec: fc.option(
      fc.dictionary(fc.constantFrom('strategy', 'preferredHolder', 'future'), fc.jsonValue(), {
        noNullPrototype: true,
      }),
      { nil: undefined },
    ),
    top: fc.jsonValue(),
  })
  .map(({ annotations, spec, top }) => ({ ...lease(annotations, spec), future: top }));

test('what is written is what is read', () => {
  fc.assert(
    fc.property(anyBase, anyRecord, (base, written) => {
      const reading = readRecord(throughTheServer(writeRecord(base, written, now)));
      assert.ok(reading.readable);
      assert.deepEqual(withoutTexts(reading.record), withoutTexts(written));
    }),
    runs,
  );
});

test('a write keeps whatever it does not know: annotations, spec fields, top-level fields', () => {
  fc.assert(
    fc.property(anyBase, anyRecord, (base, written) => {
      const after = writeRecord(base, written, now);
      for (const [key, value] of Object.entries(base.metadata.annotations ?? {})) {
        assert.equal(after.metadata.annotations?.[key], value);
      }
      for (const [key, value] of Object.entries(base.spec ?? {})) assert.deepEqual(after.spec?.[key], value);
      assert.deepEqual(after.future, base.future);
    }),
    runs,
  );
});

test('elements that were only read, readable or not, go through any number of writes byte for byte', () => {
  fc.assert(
    fc.property(fc.array(anyElement, { maxLength: 5 }), fc.array(anyElement, { maxLength: 5 }), (holders, queue) => {
      const unknown = holders.map(() => '?').join(',');
      const annotations = { 'kured-host/holders': `[${holders}]`, 'kured-host/queue': `[${queue}]` };
      const reading = readRecord(lease(annotations, { holderIdentity: unknown }));
      fc.pre(reading.readable);
      const again = readRecord(throughTheServer(writeRecord(lease(), reading.record, now)));
      assert.ok(again.readable);
      assert.deepEqual(
        again.record.holders.map((slot) => slot.text),
        holders,
      );
      assert.deepEqual(
        again.record.queue.map((slot) => slot.text),
        queue,
      );
    }),
    runs,
  );
});

test('any text in our annotations is read as something or refused with a reason, never an exception', () => {
  const text = fc.oneof(fc.string(), fc.json(), fc.constantFrom('[', '[{}]', '[null]', '1', ''));
  const annotations = fc.record(
    {
      'kured-host/format': text,
      'kured-host/holders': text,
      'kured-host/queue': text,
      'kured-host/concurrency': text,
      'kured-host/release': text,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(annotations, fc.option(fc.string(), { nil: undefined }), (found, identity) => {
      const reading = readRecord(lease(found, identity === undefined ? {} : { holderIdentity: identity }));
      if (!reading.readable) assert.match(reading.why, /kured-host\/|spec\./);
    }),
    runs,
  );
});

/** As JSON over the wire and back. */
function throughTheServer(object: LeaseObject): LeaseObject {
  return JSON.parse(JSON.stringify(object)) as LeaseObject;
}

/** Cloned as well, because fast-check makes some of its records without a prototype. */
function withoutTexts(of: LeaseRecord): LeaseRecord {
  return structuredClone({
    ...of,
    holders: of.holders.map((slot) => (slot.readable ? { readable: true, entry: slot.entry } : slot)),
    queue: of.queue.map((slot) => (slot.readable ? { readable: true, entry: slot.entry } : slot)),
  });
}

function fail(): never {
  throw new Error('samples are readable');
}
