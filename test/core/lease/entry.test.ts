import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNodeName } from '../../../src/core/lease/entry.ts';
import { readRecord } from '../../../src/core/lease/format.ts';
import type { LeaseObject } from '../../../src/core/lease/object.ts';
import type { LeaseRecord } from '../../../src/core/lease/record.ts';
import { entryText, waitingText } from './element-text.ts';
import { lease, waiting } from './samples.ts';

function read(object: LeaseObject): LeaseRecord {
  const reading = readRecord(object);
  if (!reading.readable) throw new Error(reading.why);
  return reading.record;
}

/** Each field that may not be missing: once missing, twice of a type that it never has. */
function withoutEach(fields: string, text: typeof entryText): readonly string[] {
  return fields.split(' ').flatMap((field) => [text({}, [field]), text({ [field]: [] }), text({ [field]: null })]);
}

test('an element that is no entry counts as a holder', () => {
  const wrong: readonly string[] = [
    '"n1"',
    'null',
    '[]',
    '{}',
    ...withoutEach('node uid machine claim boot phase by attempt starts need limit reads since changed', entryText),
    entryText({ node: 'N1' }),
    entryText({ claim: '' }),
    entryText({ boot: '' }),
    entryText({ phase: '' }),
    entryText({ attempt: -1 }),
    entryText({ starts: 0.5 }),
    entryText({ limit: 0 }),
    entryText({ reads: '1' }),
    entryText({ need: { fingerprint: 'x', reasons: [1] } }),
    entryText({ need: { fingerprint: 1, reasons: [] } }),
    entryText({ need: { fingerprint: 'x' } }),
    entryText({ soft: 'x' }),
    entryText({ soft: -1 }),
    entryText({ method: 1 }),
    entryText({ stuck: true }),
    entryText({ releaseAfter: 1 }),
  ];
  for (const text of wrong) {
    const { holders } = read(lease({ 'kured-host/holders': `[${text}]` }, { holderIdentity: 'n1' }));
    assert.deepEqual(holders, [{ readable: false, text }], text);
  }
});

test('an element of the queue that is no entry is kept in its place', () => {
  const wrong: readonly string[] = [
    '"n1"',
    'null',
    '{}',
    ...withoutEach('node uid id limit priority since reads', waitingText),
    waitingText({ node: 'N1' }),
    waitingText({ id: '' }),
    waitingText({ limit: 0 }),
    waitingText({ reads: 0 }),
    waitingText({ priority: 0.5 }),
  ];
  for (const text of wrong) {
    const { queue } = read(lease({ 'kured-host/queue': `[${waitingText()},${text}]` }));
    assert.deepEqual(
      queue,
      [
        { ...waiting('n1'), text: waitingText() },
        { readable: false, text },
      ],
      text,
    );
  }
});

test('a node has a name that the API server lets a Node have', () => {
  const longest = `n${'.1'.repeat(126)}`;
  for (const name of ['n', 'n1', '1', 'n-1.example.org', longest]) assert.ok(isNodeName(name), name);
  for (const name of ['', '-', 'n-', '-n', 'n.', '.n', 'N', 'n_1', 'n,m', 'n 1', 'n\n', '?', `${longest}1`, 1, null]) {
    assert.ok(!isNodeName(name), String(name));
  }
});
