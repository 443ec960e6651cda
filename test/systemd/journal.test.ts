import assert from 'node:assert/strict';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { isJournalStream, journalDatagram, openJournal } from '../../src/systemd/journal.ts';
import { longestDatagram } from '../../src/systemd/libc.ts';
import { ownFolder } from './folder.ts';
import { fill, ownLibc, receiveAt } from './native.ts';

/** Reads an entry as journald does: `NAME=value`, or `NAME`, length, bytes; each ends in a newline. */
function decode(datagram: Buffer): [string, string][] {
  const fields: [string, string][] = [];
  let at = 0;
  while (at < datagram.length) {
    const end = datagram.indexOf('\n', at);
    assert.notEqual(end, -1, 'a field ends in a newline');
    const line = datagram.toString('utf8', at, end);
    const equals = line.indexOf('=');
    if (equals >= 0) {
      fields.push([line.slice(0, equals), line.slice(equals + 1)]);
      at = end + 1;
    } else {
      const length = Number(datagram.readBigUInt64LE(end + 1));
      fields.push([line, datagram.toString('utf8', end + 9, end + 9 + length)]);
      at = end + 9 + length + 1;
      assert.equal(datagram[at - 1], 10, 'the value ends in a newline');
    }
  }
  return fields;
}

test('an entry reaches the journal as fields, values of several lines included', (t) => {
  const libc = ownLibc(t);
  const socket = join(ownFolder(t), 'journal');
  const receiver = receiveAt(t, socket);
  const fields: [string, string][] = [
    ['MESSAGE', 'The reason changed: blocked by apt'],
    ['PRIORITY', '6'],
    ['KURED_STACK', 'Error: x\n    at y'],
  ];
  assert.equal(openJournal(libc, socket).write(fields), 'sent');
  assert.deepEqual(decode(receiver.take() ?? Buffer.alloc(0)), fields);
});

test('whatever the values are, journald reads back what was written', () => {
  const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,20}$/);
  const fields = fc.array(fc.tuple(name, fc.string({ unit: 'grapheme', maxLength: 200 })), { maxLength: 20 });
  fc.assert(fc.property(fields, (written) => assert.deepEqual(decode(journalDatagram(written)), written)));
});

test('names that journald would drop or mistrust are left out', () => {
  const datagram = journalDatagram([
    ['MESSAGE', 'x'],
    ['_PID', '1'],
    ['lower', '1'],
    ['A=B', '1'],
    ['', '1'],
    ['X'.repeat(65), '1'],
  ]);
  assert.deepEqual(decode(datagram), [['MESSAGE', 'x']]);
});

test('a long value is cut at a whole character', () => {
  const [[, value] = ['', '']] = decode(journalDatagram([['MESSAGE', `x${'ä'.repeat(20_000)}`]]));
  assert.match(value, /^xä+$/);
  assert.ok(Buffer.byteLength(value) <= 16_384);
});

test('an entry always fits one datagram: what comes last is left out, never the message', () => {
  const many = Array.from({ length: 50 }, (_, i): [string, string] => [`FIELD_${i}`, 'y'.repeat(10_000)]);
  const datagram = journalDatagram([['MESSAGE', 'kept'], ...many]);
  assert.ok(datagram.length <= longestDatagram);
  assert.deepEqual(decode(datagram)[0], ['MESSAGE', 'kept']);
});

test('a journal that does not read, or is not there, loses the entry at once', (t) => {
  const libc = ownLibc(t);
  const folder = ownFolder(t);
  const socket = join(folder, 'journal');
  receiveAt(t, socket);
  fill(libc, socket);
  assert.equal(openJournal(libc, socket).write([['MESSAGE', 'x']]), 'lost');
  assert.equal(openJournal(libc, join(folder, 'nobody')).write([['MESSAGE', 'x']]), 'lost');
});

test('only the very stream that JOURNAL_STREAM names is the journal', (t) => {
  const fd = openSync(join(ownFolder(t), 'stream'), 'w');
  const { dev, ino } = fstatSync(fd, { bigint: true });
  assert.equal(isJournalStream(`${dev}:${ino}`, fd), true);
  assert.equal(isJournalStream(`${dev}:${ino + 1n}`, fd), false);
  assert.equal(isJournalStream(`${dev + 1n}:${ino}`, fd), false);
  assert.equal(isJournalStream('', fd), false);
  assert.equal(isJournalStream(undefined, fd), false);
  closeSync(fd);
  assert.equal(isJournalStream(`${dev}:${ino}`, fd), false);
});
