import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Answer, no, unknown, yes } from '../../src/core/answer.ts';
import type { Need } from '../../src/core/need.ts';
import type { Permission } from '../../src/core/permission.ts';
import { reason } from '../../src/core/reasons.ts';
import { openInbox } from '../../src/daemon/inbox.ts';
import { createAsking, observeSources } from '../../src/daemon/observe-permission.ts';
import type { DatedPermission, NeedSource, PermissionSource } from '../../src/ports/source.ts';
import { ManualClock } from '../fakes/clock.ts';

/** A sentinel whose answer, and the time it takes, are set by hand. */
class Sentinel implements NeedSource {
  readonly name: string;
  answer: Answer<Need> = no;
  looks = 0;
  takes = 0;
  hint = () => {};
  readonly #clock: ManualClock;

  constructor(name: string, clock: ManualClock) {
    this.name = name;
    this.#clock = clock;
  }

  async look(signal: AbortSignal): Promise<Answer<Need>> {
    this.looks += 1;
    const { answer } = this;
    if (this.takes > 0) await this.#clock.sleep(this.takes, signal);
    return answer;
  }

  watch(hint: () => void): void {
    this.hint = hint;
  }
}

class Blocker implements PermissionSource {
  readonly name = 'blocker';
  answer: Permission = { is: 'allowed' };
  asked = 0;
  takes = 0;
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  async ask(signal: AbortSignal): Promise<Permission> {
    this.asked += 1;
    if (this.takes > 0) await this.#clock.sleep(this.takes, signal);
    return this.answer;
  }

  watch(): void {}
}

class SlowBlocker extends Blocker {
  readonly longest = 30_000;
}

const need = (name: string): Answer<Need> => yes({ fingerprint: name, source: name, reasons: [], older: false });
const cannotTell = unknown(reason('need-unknown', { source: 'command', why: 'it hangs' }));
const refused: Permission = { is: 'refused', reasons: [reason('blocked', { source: 'blocker', why: 'a backup' })] };

function open(t: TestContext) {
  const clock = new ManualClock();
  const stop = new AbortController();
  t.after(() => stop.abort());
  const [file, command] = [new Sentinel('file', clock), new Sentinel('command', clock)];
  const blocker = new Blocker(clock);
  const asking = createAsking([file, command], [blocker], clock);
  const told: string[] = [];
  const inbox = { ...openInbox(), put: (event: { on: string }) => void told.push(shown(event)) };
  const observe = async () => {
    observeSources([file, command], [blocker], asking, inbox, stop.signal);
    await clock.settle();
  };
  const ask = async (ms = 0) => {
    const answer = asking.ask(stop.signal);
    await clock.advance(ms);
    return await answer;
  };
  return { clock, file, command, blocker, told, observe, ask };
}

function shown(event: object): string {
  if (!('answer' in event)) return '';
  const answer = event.answer as Answer<Need>;
  return answer.is === 'yes' ? answer.value.fingerprint : answer.is;
}

test('a hint looks at its own sentinel only, and the others keep what they said', async (t) => {
  const { file, command, clock, told, observe } = open(t);
  command.answer = need('kernel');
  await observe();
  assert.deepEqual([file.looks, command.looks], [1, 1]);
  file.answer = need('packages');
  for (let times = 0; times < 60; times += 1) {
    file.hint();
    await clock.settle();
  }
  assert.equal(command.looks, 1);
  assert.equal(file.looks, 61);
  assert.equal(told.at(-1), 'kernel+packages');
});

test('a sentinel that takes long keeps no other from being heard', async (t) => {
  const { file, command, clock, told, observe } = open(t);
  command.takes = 20_000;
  await observe();
  assert.deepEqual(told, [], 'the command may say yes yet');
  file.answer = need('packages');
  file.hint();
  await clock.settle();
  assert.deepEqual(told, ['packages']);
  command.answer = need('kernel');
  await clock.advance(20_000);
  assert.equal(told.at(-1), 'packages');
  command.hint();
  await clock.advance(20_000);
  assert.equal(told.at(-1), 'kernel+packages');
});

test('a sentinel that cannot tell stays unknown until it is looked at again', async (t) => {
  const { file, command, clock, told, observe } = open(t);
  command.answer = cannotTell;
  await observe();
  file.hint();
  await clock.settle();
  assert.equal(told.at(-1), 'unknown');
});

test('hints during a look lead to one more look', async (t) => {
  const { file, clock, observe } = open(t);
  file.takes = 1_000;
  await observe();
  for (let times = 0; times < 5; times += 1) file.hint();
  await clock.advance(5_000);
  assert.equal(file.looks, 2);
});

test('a sentinel that does not answer within half a minute is unknown, one with a longer time has that', async (t) => {
  const { file, clock, told, observe } = open(t);
  file.takes = 600_000;
  await observe();
  await clock.advance(30_000);
  assert.equal(told.at(-1), 'unknown');
});

test('where something refuses no sentinel is looked at again; where nothing does, all are looked at afresh', async (t) => {
  const { file, command, blocker, observe, ask } = open(t);
  command.answer = need('kernel');
  await observe();
  blocker.answer = refused;
  const waiting = await ask();
  assert.equal(waiting.answer.is, 'refused');
  assert.equal(shown({ answer: waiting.need }), 'kernel');
  assert.deepEqual([file.looks, command.looks], [1, 1]);
  blocker.answer = { is: 'allowed' };
  command.answer = no;
  const allowed = await ask();
  assert.deepEqual([allowed.answer.is, allowed.need.is], ['allowed', 'no']);
  assert.deepEqual([file.looks, command.looks], [2, 2]);
});

test('a slow sentinel does not age the permission: it is asked for once more behind it', async (t) => {
  const { command, blocker, clock, observe, ask } = open(t);
  await observe();
  command.takes = 20_000;
  const asked = ask(20_000);
  const slow = await asked;
  assert.equal(blocker.asked, 2);
  assert.equal(slow.askedAt, clock.mono());
});

test('a source of permission that takes longer than permission is worth is unknown', async (t) => {
  const { blocker, observe, ask } = open(t);
  await observe();
  blocker.takes = 60_000;
  const answer = await ask(9_000);
  assert.equal(answer.answer.is, 'unknown');
});

test('a source that goes on behind its time is unknown all the same', async () => {
  const clock = new ManualClock();
  const hangs = { name: 'package manager', ask: () => new Promise<never>(() => {}), watch: () => {} };
  const asked = createAsking([], [hangs], clock).ask(new AbortController().signal);
  await clock.advance(8_000);
  assert.equal((await asked).answer.is, 'unknown');
});

test('a slow source has its own time, and what answered at once is asked again behind it', async () => {
  const clock = new ManualClock();
  const [quick, slow] = [new Blocker(clock), new SlowBlocker(clock)];
  const asking = createAsking([], [quick, slow], clock);
  const answerAfter = async (ms: number) => {
    const answer = asking.ask(new AbortController().signal);
    await clock.advance(ms);
    return await answer;
  };
  slow.takes = 20_000;
  const permitted = await answerAfter(20_000);
  assert.deepEqual([permitted.answer.is, permitted.askedAt, clock.mono()], ['allowed', clock.mono(), clock.mono()]);
  assert.deepEqual([quick.asked, slow.asked], [2, 1]);
  const turning = asking.ask(new AbortController().signal);
  await clock.advance(10_000);
  quick.answer = refused;
  await clock.advance(10_000);
  assert.equal((await turning).answer.is, 'refused', 'what turned while the slow one was asked');
  slow.takes = 40_000;
  assert.equal((await answerAfter(30_000)).answer.is, 'refused');
  quick.answer = { is: 'allowed' };
  assert.equal((await answerAfter(30_000)).answer.is, 'unknown', 'longer than it may take');
  slow.takes = 500;
  quick.asked = 0;
  await answerAfter(500);
  assert.equal(quick.asked, 1, 'an answer that came soon asks nobody again');
});

test('a permission is as old as a slow source says that its own is', async () => {
  const clock = new ManualClock();
  const [quick, slow] = [new Blocker(clock), new SlowBlocker(clock)];
  const dated = { longest: 30_000, name: 'dated', watch: () => {}, ask: askDated };
  async function askDated(signal: AbortSignal): Promise<DatedPermission> {
    return { ...(await slow.ask(signal)), asOf: 17_000 };
  }
  const asking = createAsking([], [quick, dated], clock);
  slow.takes = 20_000;
  const answer = asking.ask(new AbortController().signal);
  await clock.advance(20_000);
  assert.deepEqual([(await answer).askedAt, quick.asked], [17_000, 2]);
});

test('a need that is seen gone while a slow sentinel is looked at is no need', async (t) => {
  const { file, command, clock, observe, ask } = open(t);
  file.answer = need('packages');
  await observe();
  command.takes = 5_000;
  const asked = ask();
  await clock.settle();
  file.answer = no;
  file.hint();
  await clock.advance(5_000);
  assert.equal((await asked).need.is, 'no');
});

test('a source that does not say that it may be slow makes nobody ask again', async (t) => {
  const { blocker, observe, ask } = open(t);
  await observe();
  blocker.takes = 5_000;
  assert.equal((await ask(5_000)).answer.is, 'allowed');
  assert.equal(blocker.asked, 1);
});

test('a source hears what everybody else said, and what is known besides; not what it said itself', async () => {
  const clock = new ManualClock();
  const heard: string[] = [];
  const [one, other] = [new Blocker(clock), new Blocker(clock)];
  const listening: PermissionSource = {
    name: 'users',
    ask: async () => refused,
    watch: () => {},
    heard: ({ is }) => void heard.push(is),
  };
  let known: Permission = { is: 'allowed' };
  const asking = createAsking([], [one, listening, other], clock, undefined, () => known);
  const ask = async () => (await asking.ask(new AbortController().signal)).answer.is;
  assert.equal(await ask(), 'refused');
  other.answer = refused;
  await ask();
  other.answer = { is: 'allowed' };
  known = { is: 'refused', reasons: [] };
  assert.equal(await ask(), 'refused');
  assert.deepEqual(heard, ['allowed', 'refused', 'refused']);
});
