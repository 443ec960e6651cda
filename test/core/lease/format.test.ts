import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readRecord, settleWrite, writeRecord } from '../../../src/core/lease/format.ts';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { Holder, LeaseRecord } from '../../../src/core/lease/record.ts';
import { entryText } from './element-text.ts';
import { broken, entryOf, holder, lease, now, record, waiting } from './samples.ts';

function read(object: LeaseObject): LeaseRecord {
  const reading = readRecord(object);
  if (!reading.readable) throw new Error(reading.why);
  return reading.record;
}

function whyNot(object: LeaseObject): string {
  const reading = readRecord(object);
  return reading.readable ? 'readable' : reading.why;
}

suite('reading', () => {
  test('a Lease as the manifest makes it, without annotations and spec, is the empty record', () => {
    assert.deepEqual(read(lease()), record());
    assert.deepEqual(read(lease({}, {})), record());
    assert.deepEqual(read(lease({}, { holderIdentity: '' })), record());
  });

  test('what cannot be understood names the annotation or field to mend', () => {
    const held = { 'kured-host/holders': `[${entryText()}]` };
    const table: readonly (readonly [Record<string, string>, LeaseObject['spec'], RegExp])[] = [
      [{ 'kured-host/format': '2' }, {}, /kured-host\/format says 2.*newer/],
      [{ 'kured-host/format': '0' }, {}, /kured-host\/format/],
      [{ 'kured-host/format': 'one' }, {}, /kured-host\/format.*"one"/],
      [{ 'kured-host/holders': '[{]' }, {}, /kured-host\/holders is not a JSON list/],
      [{ 'kured-host/holders': '' }, {}, /kured-host\/holders/],
      [{ 'kured-host/holders': '{}' }, {}, /kured-host\/holders/],
      [{ 'kured-host/queue': 'x' }, {}, /kured-host\/queue/],
      [{ 'kured-host/concurrency': '0' }, {}, /kured-host\/concurrency/],
      [{ 'kured-host/concurrency': '-1' }, {}, /kured-host\/concurrency/],
      [{ 'kured-host/concurrency': '50%' }, {}, /kured-host\/concurrency.*"50%"/],
      [{ 'kured-host/concurrency': '1.5' }, {}, /kured-host\/concurrency/],
      [{ 'kured-host/concurrency': '' }, {}, /kured-host\/concurrency/],
      [{ 'kured-host/concurrency': '1000000000' }, {}, /kured-host\/concurrency/],
      [{ 'kured-host/concurrency': '1x' }, {}, /kured-host\/concurrency/],
      [{}, { leaseTransitions: -1 }, /leaseTransitions/],
      [{}, { leaseTransitions: 1.5 }, /leaseTransitions/],
      [{}, { holderIdentity: 'somebody' }, /names nobody and spec.holderIdentity names "somebody"/],
      [held, {}, /names "n1" and spec.holderIdentity names nobody/],
      [held, { holderIdentity: 'n2' }, /names "n1" and spec.holderIdentity names "n2"/],
      [held, { holderIdentity: 'n1,n1' }, /holderIdentity/],
    ];
    for (const [annotations, spec, why] of table) assert.match(whyNot(lease(annotations, spec)), why);
  });

  test('text of strangers is shown bounded and escaped', () => {
    const why = whyNot(lease({ 'kured-host/concurrency': `\u001b[2J${'x'.repeat(5000)}` }));
    assert.match(why, /\\x1b\[2J/);
    assert.ok(why.length < 200);
  });

  test('an admin may leave white space around a number or a name', () => {
    const annotations = {
      'kured-host/concurrency': ' 3 ',
      'kured-host/release': 'n1\n',
      'kured-host/force-release': '',
    };
    assert.deepEqual(read(lease(annotations)), record({ concurrency: 3, release: 'n1' }));
    assert.equal(read(lease({ 'kured-host/concurrency': '10' })).concurrency, 10);
  });

  test('paused without a reason is paused', () => {
    assert.equal(read(lease({ 'kured-host/paused': '' })).paused, '');
  });

  test('spec.holderIdentity has to name the node of a broken element that has one, and any one name for one that has none', () => {
    const named = entryText({ attempt: -1 });
    const table: readonly (readonly [string, string, boolean])[] = [
      [`[${named}]`, 'n1', true],
      [`[${named}]`, '?', false],
      [`[${named}]`, 'n2', false],
      ['["x"]', '?', true],
      ['["x"]', 'n7', true],
      ['["x"]', '', false],
      ['["x"]', 'n7,n8', false],
      [`["x",${entryText()}]`, '?,n1', true],
      [`["x",${entryText()}]`, 'n1,?', false],
      [`["x",${entryText()}]`, ',n1', false],
      ['[{"node":"N 1"}]', '?', true],
      ['[{"node":"a,b"}]', 'a,b', false],
    ];
    for (const [holders, holderIdentity, agrees] of table) {
      const reading = readRecord(lease({ 'kured-host/holders': holders }, { holderIdentity }));
      assert.equal(reading.readable, agrees, `${holders} ${holderIdentity}`);
    }
  });

  test('what a newer version says is read as what permits least', () => {
    const text = entryText({ phase: 'waiting-for-cosmic-rays', method: 'cosmic-rays' });
    const entry = entryOf(read(lease({ 'kured-host/holders': `[${text}]` }, { holderIdentity: 'n1' })), 'n1');
    assert.equal(entry.phase, 'rebooting');
    assert.equal(entry.method, 'command');
  });
});

suite('writing', () => {
  const spec = {
    holderIdentity: 'n1',
    leaseDurationSeconds: 3600,
    leaseTransitions: 4,
    acquireTime: 'then',
    renewTime: 'then',
  };
  const held = record({ holders: [holder('n1')], transitions: 4 });
  const base = { ...writeRecord(lease(), held, now), spec };

  test('a write always differs from its base, also when the record is the same', () => {
    const again = writeRecord(base, held, { ...now, chance: 'd'.repeat(32) });
    assert.equal(again.metadata.annotations?.['kured-host/write'], 'd'.repeat(32));
    assert.deepEqual(again.spec, spec);
  });

  test('uid and resourceVersion are those of the base, so that it is a compare-and-swap', () => {
    const { uid, resourceVersion } = writeRecord(base, record(), now).metadata;
    assert.deepEqual({ uid, resourceVersion }, { uid: 'lease-1', resourceVersion: '7' });
  });

  test('settling changes nothing but the write annotation, also of a Lease that cannot be read', () => {
    const strange = lease({ 'kured-host/holders': 'oops', other: 'kept' }, { holderIdentity: 'x' });
    const settled = settleWrite(strange, now);
    assert.deepEqual(settled, {
      ...strange,
      metadata: {
        ...strange.metadata,
        annotations: { ...strange.metadata.annotations, 'kured-host/write': now.chance },
      },
    });
  });

  test('a claim counts leaseTransitions up and sets acquireTime and renewTime, in microseconds', () => {
    const claimed = record({ holders: [holder('n1'), holder('n2')], transitions: 5 });
    assert.deepEqual(writeRecord(base, claimed, now).spec, {
      holderIdentity: 'n1,n2',
      leaseDurationSeconds: 3600,
      leaseTransitions: 5,
      acquireTime: '2026-03-01T02:53:07.250000Z',
      renewTime: '2026-03-01T02:53:07.250000Z',
    });
  });

  test('a renewal moves renewTime alone', () => {
    const renewed = record({ holders: [holder('n1', { changed: '2026-03-01T02:53:07Z' })], transitions: 4 });
    assert.deepEqual(writeRecord(base, renewed, now).spec, { ...spec, renewTime: '2026-03-01T02:53:07.250000Z' });
  });

  test('somebody who joins the queue renews nothing', () => {
    assert.deepEqual(writeRecord(base, { ...held, queue: [waiting('n2')] }, now).spec, spec);
    assert.equal(writeRecord(lease(), record({ queue: [waiting('n2')] }), now).spec, undefined);
  });

  test('the release of the last holder leaves no holderIdentity, a duration of 1 and the transitions', () => {
    const after = writeRecord(base, record({ transitions: 4 }), now);
    assert.deepEqual(after.spec, {
      leaseDurationSeconds: 1,
      leaseTransitions: 4,
      acquireTime: '2026-03-01T02:53:07.250000Z',
      renewTime: '2026-03-01T02:53:07.250000Z',
    });
    assert.equal(after.metadata.annotations?.['kured-host/holders'], undefined);
  });

  test('empty parts of the record leave no annotation, an empty reason to pause does', () => {
    const full = record({ concurrency: 2, paused: 'x', release: 'n1', forceRelease: 'n2', queue: [waiting('n3')] });
    const object = writeRecord(lease(), full, now);
    assert.deepEqual({ ...read(object), queue: full.queue }, full);
    assert.deepEqual(read(writeRecord(object, record(), now)), record());
    const names = Object.keys(writeRecord(object, record({ paused: '' }), now).metadata.annotations ?? {});
    assert.deepEqual(names.toSorted(), ['kured-host/format', 'kured-host/paused', 'kured-host/write']);
  });

  test('a name that cannot be read is a question mark in holderIdentity, and reads back', () => {
    const object = writeRecord(
      lease(),
      record({ holders: [broken('"x"'), holder('n1'), broken('{"node":"n2"}')], transitions: 1 }),
      now,
    );
    assert.equal(object.spec?.holderIdentity, '?,n1,n2');
    assert.equal(readRecord(object).readable, true);
  });

  test('elements that are not rewritten go back byte for byte', () => {
    const strange = '{ "node":"n2" ,"node":"n1", "big": 12345678901234567890 }';
    const foreign = entryText({ node: 'n3', phase: 'unheard-of', extra: { a: 1 } }).replaceAll(',', ' ,\t');
    const object = lease({ 'kured-host/holders': `[ ${strange},\n${foreign} ]` }, { holderIdentity: 'n1,n3' });
    const after = writeRecord(object, { ...read(object), queue: [waiting('n9')] }, now);
    assert.equal(after.metadata.annotations?.['kured-host/holders'], `[${strange},${foreign}]`);
  });

  test('a rewritten entry keeps the fields that a newer version put into it and into its need', () => {
    const text = entryText({ flavour: { deep: [1] }, need: { fingerprint: 'f', reasons: [], origin: 'moon' } });
    const before = read(lease({ 'kured-host/holders': `[${text}]` }, { holderIdentity: 'n1' }));
    const rewritten: Holder = { ...entryOf(before, 'n1'), attempt: 1 };
    const after = writeRecord(lease(), { ...before, holders: [{ readable: true, entry: rewritten }] }, now);
    const [fields] = JSON.parse(after.metadata.annotations?.['kured-host/holders'] ?? '') as Record<string, unknown>[];
    assert.deepEqual(fields, { ...JSON.parse(text), attempt: 1 });
  });

  test('a format that this version does not know is never written', () => {
    assert.throws(() => writeRecord(lease(), record({ format: 2 }), now), /format 2 cannot be written/);
  });

  test('a full queue and a holder stay under 16 KiB', () => {
    const name = 'ip-10-0-100-200.eu-central-1.compute.internal';
    const uid = '123e4567-e89b-12d3-a456-426614174000';
    const queue = Array.from({ length: 32 }, (_, place) => waiting(`${name}-${place}`, { uid, id: 'c'.repeat(32) }));
    const held = holder(name, {
      uid,
      machine: 'm'.repeat(64),
      claim: 'c'.repeat(32),
      by: 'b'.repeat(32),
      boot: { id: uid, soft: 3 },
    });
    const object = writeRecord(lease(), record({ queue, holders: [held], transitions: 1 }), now);
    assert.ok(JSON.stringify(object).length < 16 * 1024, `${JSON.stringify(object).length} bytes`);
  });
});
