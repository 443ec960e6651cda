import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Blow, Gate } from './gate.ts';
import { Strikes } from './strikes.ts';
import { settled, Time } from './time.ts';

const quiet = { seed: 1, rates: {}, only: null };

function open(only: readonly string[] | null): { readonly gate: Gate; readonly blows: readonly [Blow, string][] } {
  const blows: [Blow, string][] = [];
  const strikes = new Strikes(only === null ? quiet : { seed: 1, rates: { kill: 1, power: 1 }, only });
  const gate: Gate = new Gate('node-1/boot-1/process-1', strikes, (blow, at) => {
    blows.push([blow, at]);
    gate.close();
  });
  return { gate, blows };
}

test('a call that is passed has its effect and its answer', async () => {
  const { gate } = open(null);
  assert.equal(await gate.call('reboot', async () => 'accepted'), 'accepted');
  await assert.rejects(
    gate.call('reboot', async () => Promise.reject(new Error('no'))),
    /no/,
  );
});

test('a strike before a call leaves it without effect and without answer, one behind it only without answer', async () => {
  for (const [when, effects] of [
    ['before', 0],
    ['after', 1],
  ] as const) {
    const { gate, blows } = open([`kill/node-1/boot-1/process-1/call-2/${when}`]);
    const seen: string[] = [];
    let done = 0;
    const call = async (name: string): Promise<void> => {
      await gate.call('write-lease', async () => {
        if (name === 'second') done += 1;
      });
      seen.push(name);
    };
    await call('first');
    void call('second');
    await settled();
    assert.deepEqual([seen, done, blows], [['first'], effects, [['kill', `${when} write-lease`]]]);
  }
});

test('a dead process has no effect, hears nothing, and no timer of it fires', async () => {
  const { gate } = open(null);
  const time = new Time(1);
  const happened: string[] = [];
  const asked = Promise.withResolvers<string>();
  void gate.call('get-node', () => asked.promise).then((value) => happened.push(value));
  gate.timer(time, 10, () => happened.push('timer'));
  gate.onClose(() => happened.push('closed'));
  gate.close();
  asked.resolve('the answer');
  gate.timer(time, 10, () => happened.push('another timer'));
  void gate.call('reboot', async () => happened.push('effect'));
  assert.equal(gate.passes('watch-line'), false);
  while (await time.step(1_000));
  assert.deepEqual(happened, ['closed']);
});

test('a process that stands still hears everything in its order when it goes on, and a timer that is taken back not at all', async () => {
  const { gate } = open(null);
  const time = new Time(1);
  const happened: string[] = [];
  gate.stand();
  void gate.call('write-lease', async () => happened.push('effect')).then(() => happened.push('answer'));
  gate.timer(time, 10, () => happened.push('timer'));
  const taken = gate.timer(time, 20, () => happened.push('taken back'));
  void gate.arrives('watch-line').then(() => happened.push('line'));
  await settled();
  while (await time.step(1_000));
  assert.deepEqual(happened, ['effect']);
  taken();
  while (gate.handOn()) await settled();
  assert.deepEqual(happened, ['effect', 'line', 'answer', 'timer']);
  await gate.arrives('watch-line');
});
