import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { emptyMemory, type Memory } from '../../src/core/memory.ts';
import { type Reason, reason } from '../../src/core/reasons.ts';
import { openMemoryFile } from '../../src/host/memory-file.ts';
import { ownFolder } from './folder.ts';

const because = (why: string): Reason => reason('drain-failed', { why });

const full: Memory = {
  backOff: { failures: 2, until: 1_700_000_000_000 },
  waiting: { fingerprint: 'f', since: 1 },
  fenced: null,
};

test('what was written is read back, whatever it is', async (t) => {
  const store = openMemoryFile(join(ownFolder(t), 'memory.json'), because);
  const plain = { noNullPrototype: true };
  const time = fc.nat({ max: 4_000_000_000_000 });
  const fenced = fc.record(
    {
      claim: fc.string(),
      boot: fc.record({ id: fc.uuid(), soft: fc.option(fc.nat()) }, plain),
      need: fc.record({ fingerprint: fc.string(), reasons: fc.array(fc.string()) }, plain),
    },
    plain,
  );
  const memory: fc.Arbitrary<Memory> = fc.record(
    {
      backOff: fc.option(fc.record({ failures: fc.nat(), until: time }, plain)),
      waiting: fc.option(fc.record({ fingerprint: fc.string({ unit: 'binary' }), since: time }, plain)),
      fenced: fc.option(fenced),
    },
    plain,
  );
  await fc.assert(
    fc.asyncProperty(memory, async (written) => {
      assert.equal(await store.write(written), null);
      const read = await store.read();
      assert.deepEqual(read, { is: 'yes', value: written });
    }),
    { numRuns: 50 },
  );
});

test('what is still being written is waited for by who reads', async (t) => {
  const store = openMemoryFile(join(ownFolder(t), 'memory.json'), because);
  const writing = store.write(full);
  assert.deepEqual(await store.read(), { is: 'yes', value: full });
  assert.equal(await writing, null);
});

test('before anything was written there is nothing', async (t) => {
  assert.deepEqual(await openMemoryFile(join(ownFolder(t), 'memory.json'), because).read(), { is: 'no' });
});

test('the file is for its owner alone, and nothing else is left in the folder', async (t) => {
  const folder = ownFolder(t);
  const file = join(folder, 'memory.json');
  await openMemoryFile(file, because).write(full);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['memory.json']);
});

test('writes that come at the same time are done one after the other, the last one last', async (t) => {
  const store = openMemoryFile(join(ownFolder(t), 'memory.json'), because);
  const memories = Array.from(
    { length: 20 },
    (_, failures): Memory => ({ ...emptyMemory, backOff: { failures, until: 0 } }),
  );
  const answers = await Promise.all(memories.map((memory) => store.write(memory)));
  assert.deepEqual(
    answers,
    memories.map(() => null),
  );
  assert.deepEqual(await store.read(), { is: 'yes', value: memories.at(-1) });
});

for (const [name, text] of [
  ['half a text', '{"backOff":{"fail'],
  ['nothing at all', ''],
  ['a list', '[]'],
  ['null', 'null'],
  ['text', '"x"'],
  ['a back-off of another shape', '{"backOff":3}'],
  ['a count that is none', '{"backOff":{"failures":-1,"until":0}}'],
  ['a count that is broken', '{"backOff":{"failures":1.5,"until":0}}'],
  ['a time that is none', '{"backOff":{"failures":1,"until":"soon"}}'],
  ['a need without a name', '{"waiting":{"since":1}}'],
  [
    'a fence that does not say of which claim',
    '{"fenced":{"boot":{"id":"b"},"need":{"fingerprint":"f","reasons":[]}}}',
  ],
  ['a need without a time', '{"waiting":{"fingerprint":"x"}}'],
  ['more than a memory can be', JSON.stringify({ backOff: null, pad: 'x'.repeat(70_000) })],
] as const) {
  test(`${name} is unknown, and a write mends it`, async (t) => {
    const file = join(ownFolder(t), 'memory.json');
    writeFileSync(file, text);
    const store = openMemoryFile(file, because);
    const read = await store.read();
    assert.equal(read.is, 'unknown');
    assert.match(read.is === 'unknown' ? (read.reason.details['why'] ?? '') : '', /memory\.json/);
    assert.equal(await store.write(full), null);
    assert.deepEqual(await store.read(), { is: 'yes', value: full });
  });
}

test('parts that are absent, and parts that a newer version wrote, do no harm', async (t) => {
  const file = join(ownFolder(t), 'memory.json');
  writeFileSync(file, '{"notifications":[1],"waiting":null}');
  assert.deepEqual(await openMemoryFile(file, because).read(), { is: 'yes', value: emptyMemory });
});

test('a file that cannot be read is unknown', async (t) => {
  const file = join(ownFolder(t), 'memory.json');
  mkdirSync(file);
  assert.equal((await openMemoryFile(file, because).read()).is, 'unknown');
});

test('a write that fails says why, leaves the old memory, and the next one works', async (t) => {
  const folder = ownFolder(t);
  const file = join(folder, 'memory.json');
  const store = openMemoryFile(file, because);
  await store.write(full);
  // The second file cannot be opened: a link to itself.
  symlinkSync('memory.json.new', `${file}.new`);
  const refused = await store.write(emptyMemory);
  assert.match(refused?.details['why'] ?? '', /memory\.json cannot be written: ELOOP/);
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), full);
  assert.equal(await store.write(emptyMemory), null);
});

test('a folder that is gone is a reason, not an error', async (t) => {
  const folder = join(ownFolder(t), 'state');
  mkdirSync(folder);
  chmodSync(folder, 0o700);
  const store = openMemoryFile(join(folder, 'memory.json'), because);
  rmSync(folder, { recursive: true });
  assert.match((await store.write(full))?.details['why'] ?? '', /ENOENT/);
  assert.deepEqual(await store.read(), { is: 'no' });
});

test('the round of the command stands beside the memory: each keeps the other, over restarts', async (t) => {
  const file = join(ownFolder(t), 'memory.json');
  const store = openMemoryFile(file, because);
  assert.equal(await store.round.read(), null);
  await Promise.all([store.round.keep(7), store.write(full)]);
  const again = openMemoryFile(file, because);
  assert.equal(await again.round.read(), 7);
  assert.deepEqual(await again.read(), { is: 'yes', value: full });
  await again.round.keep(8);
  assert.deepEqual(await again.read(), { is: 'yes', value: full });
  writeFileSync(file, 'x');
  assert.equal(await again.round.read(), null);
  rmSync(file);
  mkdirSync(file);
  assert.equal(await again.round.keep(9), false);
});

test('what people are still to be told is kept beside what the decisions remember, and neither takes the other away', async (t) => {
  const file = join(ownFolder(t), 'memory.json');
  const store = openMemoryFile(file, because);
  assert.equal(await store.notices.read(), null);
  const notices = { unsent: [{ text: 'é'.repeat(30_000) }], told: ['needed 1'] };
  assert.equal(await store.write(full), null);
  assert.equal(await store.notices.keep(notices), null);
  assert.equal(await store.write(full), null);
  const next = openMemoryFile(file, because);
  assert.deepEqual(await next.notices.read(), notices);
  assert.deepEqual(await next.read(), { is: 'yes', value: full });
});
