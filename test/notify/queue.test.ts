import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delivery, Message } from '../../src/notify/message.ts';
import { longestAge, mostKept, mostUnsent, NoticeQueue, type Outbox, type QueueParts } from '../../src/notify/queue.ts';
import type { Target } from '../../src/notify/targets.ts';
import type { Log } from '../../src/ports/outlets.ts';
import { ManualClock } from '../fakes/clock.ts';

const sent: Delivery = { is: 'sent' };
const down: Delivery = { is: 'failed', why: 'it is down', after: null };
const hangs = new Promise<Delivery>(() => {});

type Answer = (message: Message) => Delivery | Promise<Delivery>;

/** Receivers by their names, each with its answer; what is kept lies in `disk` and outlives `restart`. */
function story(receivers: Record<string, Answer>, disk: { kept: Outbox | null } = { kept: null }) {
  const clock = new ManualClock();
  const got: string[] = [];
  const logged: string[] = [];
  const counts = { sent: 0, failed: 0, lost: 0 };
  let problems: readonly { file: string; message: string }[] = [];
  const log: Log = {
    event: (code, fields) => void logged.push(`${code} ${fields?.receiver ?? ''}: ${fields?.why ?? ''}`),
    always: () => {},
    setLevel: () => {},
  };
  const target = (name: string): Target => ({
    key: name,
    name,
    way: { by: 'http', post: () => assert.fail('nothing is posted here') },
  });
  const parts = (signal: AbortSignal): QueueParts => ({
    targets: async () => ({ targets: problems.length > 0 ? [] : Object.keys(receivers).map(target), problems }),
    deliver: async ({ name }, message) => {
      got.push(`${clock.mono() / 1000} ${name} ${message.text}`);
      return (await receivers[name]?.(message)) ?? down;
    },
    store: {
      read: async () => disk.kept,
      async keep(outbox) {
        disk.kept = structuredClone(outbox);
        return null;
      },
    },
    clock,
    log,
    count: (outcome) => {
      counts[outcome] += 1;
    },
    signal,
  });
  let life = new AbortController();
  let queue = new NoticeQueue(parts(life.signal));
  return {
    clock,
    got,
    logged,
    counts,
    disk,
    receivers,
    unreadable: (message: string | null) => {
      problems = message === null ? [] : [{ file: '/f', message }];
    },
    tell(text: string, once: string | null = null) {
      const at = new Date(clock.now().wall).toISOString();
      queue.tell({ moment: 'draining', node: 'a', why: '', at, text }, once);
    },
    flush: () => queue.flush(),
    restart() {
      life.abort();
      life = new AbortController();
      queue = new NoticeQueue(parts(life.signal));
    },
  };
}

test('everybody who is named is told, each in the order it happened', async () => {
  const { tell, got, clock, disk } = story({ chat: () => sent, mail: () => sent });
  tell('one');
  tell('two');
  await clock.advance(0);
  assert.deepEqual(
    got.filter((line) => line.includes('chat')),
    ['0 chat one', '0 chat two'],
  );
  assert.deepEqual(
    got.filter((line) => line.includes('mail')),
    ['0 mail one', '0 mail two'],
  );
  assert.deepEqual(disk.kept?.unsent, []);
});

test('a receiver that hangs delays no other', async () => {
  const { tell, got, clock } = story({ hung: () => hangs, chat: () => sent });
  tell('one');
  tell('two');
  await clock.advance(0);
  assert.deepEqual(got, ['0 hung one', '0 chat one', '0 chat two']);
});

test('what fails is tried again with growing distance, and then in its order', async () => {
  const { tell, got, clock, receivers, logged } = story({ chat: () => down });
  tell('one');
  tell('two');
  await clock.advance(60_000);
  const times = got.map((line) => Number.parseFloat(line));
  const distances = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  for (const [index, least] of [5, 10, 20].entries()) {
    const distance = distances[index] ?? 0;
    assert.ok(distance >= least && distance <= least * 1.25, distances.join());
  }
  assert.deepEqual(logged, ['notification-delayed chat: it is down']);
  receivers['chat'] = () => sent;
  await clock.advance(60_000);
  assert.deepEqual(
    got.slice(-2).map((line) => line.split(' ')[2]),
    ['one', 'two'],
  );
});

test('what is sent, tries that fail and what is given up are counted', async () => {
  const { tell, clock, counts, receivers, unreadable } = story({ chat: () => down, mail: () => sent });
  tell('one');
  await clock.advance(10_000);
  assert.deepEqual(counts, { sent: 1, failed: 2, lost: 0 });
  receivers['chat'] = () => ({ is: 'refused', why: 'no such channel' });
  await clock.advance(60_000);
  assert.deepEqual(counts, { sent: 1, failed: 2, lost: 1 });
  unreadable('it cannot be read');
  tell('two');
  await clock.advance(0);
  assert.deepEqual(counts, { sent: 1, failed: 2, lost: 2 });
});

test('each message that has no room is counted as lost', async () => {
  const { tell, clock, counts } = story({ chat: () => hangs, mail: () => hangs });
  for (let n = 0; n < mostUnsent; n++) tell(`${n}`);
  await clock.advance(0);
  assert.deepEqual(counts, { sent: 0, failed: 0, lost: mostUnsent });
});

test('a receiver that asks for a pause gets it', async () => {
  const { tell, got, clock } = story({ chat: () => ({ ...down, after: 120_000 }) });
  tell('one');
  await clock.advance(119_999);
  assert.equal(got.length, 1);
  await clock.advance(31_000);
  assert.equal(got.length, 2);
});

test('what is refused is told in the log, and not tried again', async () => {
  const { tell, got, clock, logged, disk } = story({ chat: () => ({ is: 'refused', why: 'no such channel' }) });
  tell('one');
  await clock.advance(3_600_000);
  assert.equal(got.length, 1);
  assert.deepEqual(logged, ['notification-lost chat: no such channel']);
  assert.deepEqual(disk.kept?.unsent, []);
});

test('what is a day old is no news', async () => {
  const { tell, clock, logged, disk } = story({ chat: () => down });
  tell('one');
  await clock.advance(longestAge + 800_000);
  assert.equal(logged.at(-1), 'notification-lost chat: it is down');
  assert.deepEqual(disk.kept?.unsent, []);
});

test('what waits is bounded, and the oldest goes', async () => {
  const { tell, clock, disk, logged } = story({ chat: () => hangs });
  for (let n = 0; n <= mostUnsent; n++) tell(`${n}`);
  await clock.advance(0);
  assert.equal(disk.kept?.unsent.length, mostUnsent);
  assert.equal(disk.kept?.unsent.at(-1)?.message.text, `${mostUnsent}`);
  assert.match(logged.join(), /notification-lost : too many messages wait/);
});

test('what waits is bounded in bytes, too', async () => {
  const { tell, clock, disk } = story({ chat: () => hangs });
  for (let n = 0; n < mostUnsent; n++) tell(`${n} ${'\\'.repeat(2000)}`);
  await clock.advance(0);
  assert.ok(Buffer.byteLength(JSON.stringify(disk.kept?.unsent)) <= mostKept);
  assert.match(disk.kept?.unsent.at(-1)?.message.text ?? '', new RegExp(`^${mostUnsent - 1} `));
});

test('it is on the disk before it is sent, and what was not sent is sent by the next process', async () => {
  const disk: { kept: Outbox | null } = { kept: null };
  let atSending = 0;
  const s = story(
    {
      chat: () => {
        atSending = disk.kept?.unsent.length ?? 0;
        return hangs;
      },
    },
    disk,
  );
  s.tell('one');
  await s.clock.advance(0);
  assert.equal(atSending, 1);
  s.receivers['chat'] = () => sent;
  s.restart();
  await s.clock.advance(0);
  assert.deepEqual(s.got, ['0 chat one', '0 chat one']);
  assert.deepEqual(s.disk.kept?.unsent, []);
});

test('what is told once is told once, over restarts as well', async () => {
  const { tell, got, clock, restart } = story({ chat: () => sent });
  tell('one', 'needed 1');
  tell('one', 'needed 1');
  await clock.advance(0);
  restart();
  tell('one', 'needed 1');
  tell('other', 'needed 2');
  await clock.advance(0);
  assert.deepEqual(got, ['0 chat one', '0 chat other']);
});

test('a receiver that is not configured any more gets nothing', async () => {
  const { tell, clock, receivers, disk, logged, restart } = story({ chat: () => down });
  tell('one');
  await clock.advance(0);
  delete receivers['chat'];
  restart();
  await clock.advance(0);
  assert.deepEqual(disk.kept?.unsent, []);
  assert.equal(logged.at(-1), 'notification-lost : its receiver is not configured any more');
});

test('while a file of receivers cannot be read, what waits goes on waiting', async () => {
  const { tell, clock, unreadable, got, receivers } = story({ chat: () => down });
  tell('one');
  await clock.advance(0);
  unreadable('it cannot be read');
  await clock.advance(60_000);
  unreadable(null);
  receivers['chat'] = () => sent;
  await clock.advance(600_000);
  assert.equal(got.length, 2);
});

test('a message that cannot be sent is complained about once, where it is told once', async () => {
  const { tell, clock, unreadable, logged } = story({ chat: () => sent });
  unreadable('it cannot be read');
  for (let n = 0; n < 5; n++) tell('one', 'needed 1');
  await clock.advance(0);
  assert.deepEqual(logged, ['notification-lost : it cannot be read']);
});

test('flushed means: each was tried, and what failed waits for its next time', async () => {
  const { tell, flush, clock, got, receivers } = story({ chat: () => down, mail: () => sent });
  let flushed = false;
  tell('one');
  await flush();
  assert.equal(got.length, 2);
  receivers['chat'] = () => hangs;
  await clock.advance(10_000);
  void flush().then(() => {
    flushed = true;
  });
  await clock.advance(1_000);
  assert.equal(flushed, false);
});
