import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openLineStream } from '../../src/log/stream.ts';
import { ManualClock } from '../fakes/clock.ts';
import { outputFile, ownFolder } from './fakes.ts';

/** Both ends of a named pipe that does not block. */
async function pipe(t: TestContext) {
  const path = join(ownFolder(t), 'pipe');
  await once(spawn('mkfifo', [path]), 'exit');
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  t.after(() => closeSync(writer));
  const buffer = Buffer.alloc(1 << 20);
  const read = (): string => {
    try {
      return buffer.toString('utf8', 0, readSync(reader, buffer));
    } catch {
      return '';
    }
  };
  return { reader, writer, read };
}

test('what is written arrives whole and in order', async (t) => {
  const out = outputFile(t);
  const stream = openLineStream(out.fd, new ManualClock());
  const lines = Array.from({ length: 1000 }, (_, i) => `line ${i} ä\n`);
  for (const line of lines) assert.equal(stream.write(line), 'sent');
  await stream.close();
  assert.equal(out.text(), lines.join(''));
  assert.equal(stream.write('late'), 'lost');
});

test('a reader that stalls delays nothing; beyond a megabyte entries are lost, and the rest comes when it reads', async (t) => {
  const { writer, read, reader } = await pipe(t);
  t.after(() => closeSync(reader));
  const clock = new ManualClock();
  const stream = openLineStream(writer, clock);
  const line = `${'x'.repeat(1023)}\n`;
  let sent = 0;
  while (stream.write(line) === 'sent') sent += 1;
  assert.ok(sent >= 1024, `${sent}`);
  let received = '';
  while (received.length < sent * line.length) {
    received += read();
    await clock.advance(100);
  }
  assert.equal(received, line.repeat(sent));
});

test('a reader that is gone throws nothing, loses what is written, and does not hold the end of the process', async (t) => {
  const { writer, reader } = await pipe(t);
  closeSync(reader);
  const stream = openLineStream(writer, new ManualClock());
  assert.equal(stream.write('first\n'), 'sent');
  let outcome: string;
  do {
    await new Promise(setImmediate);
    outcome = stream.write('again\n');
  } while (outcome !== 'lost');
  await stream.close();
});

test('what still waits at the end is handed to a reader that reads within a second', async (t) => {
  const { writer, read, reader } = await pipe(t);
  t.after(() => closeSync(reader));
  const clock = new ManualClock();
  const stream = openLineStream(writer, clock);
  stream.write('x'.repeat(100_000));
  while (clock.untilNext() === null) await clock.settle();
  const closing = stream.close();
  let received = read();
  await clock.advance(100);
  await closing;
  received += read();
  assert.equal(received.length, 100_000);
});

test('a reader that stalls holds the end of the process for a second', async (t) => {
  const { writer, reader } = await pipe(t);
  t.after(() => closeSync(reader));
  const clock = new ManualClock();
  const stream = openLineStream(writer, clock);
  stream.write('x'.repeat(1 << 19));
  while (clock.untilNext() === null) await clock.settle();
  const closing = stream.close();
  await clock.advance(1000);
  await closing;
});
