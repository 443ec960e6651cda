import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DeadlineError } from '../../src/ports/clock.ts';
import { seededChance } from './chance.ts';
import { ManualClock } from './clock.ts';

const never = new AbortController().signal;

describe('the manual clock', () => {
  it('fires timers in the order of their times, each at its own moment, whatever order they were set in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 20 }), async (times) => {
        const clock = new ManualClock();
        const fired: { at: number; due: number }[] = [];
        for (const due of times) clock.timer(due, () => fired.push({ at: clock.mono(), due }));
        await clock.advance(1000);
        assert.deepEqual(
          fired,
          times.toSorted((a, b) => a - b).map((due) => ({ at: due, due })),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('does all that follows from one timer before the next', async () => {
    const clock = new ManualClock();
    const story: string[] = [];
    clock.timer(10, () => void Promise.resolve().then(() => clock.timer(5, () => story.push('followed at 15'))));
    clock.timer(20, () => story.push('20'));
    await clock.advance(20);
    assert.deepEqual(story, ['followed at 15', '20']);
  });

  it('does not fire what was cancelled, nor what is still to come', async () => {
    const clock = new ManualClock();
    const story: string[] = [];
    clock.timer(10, () => story.push('cancelled'))();
    clock.timer(11, () => story.push('later'));
    await clock.advance(10);
    assert.deepEqual(story, []);
    assert.equal(clock.untilNext(), 1);
    assert.equal(await clock.step(), true);
    assert.deepEqual(story, ['later']);
    assert.equal(await clock.step(), false);
  });

  it('lets a sleep end in time, or with the reason of its signal', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const slept = clock.sleep(50, never);
    const woken = clock.sleep(50, controller.signal);
    controller.abort(new Error('enough'));
    await assert.rejects(woken, /enough/);
    await clock.advance(50);
    await slept;
    await assert.rejects(clock.sleep(1, controller.signal), /enough/);
    assert.equal(clock.untilNext(), null);
  });

  it('sleeps ten minutes at most', async () => {
    const clock = new ManualClock();
    const slept = clock.sleep(3_600_000, never);
    await clock.advance(600_000);
    await slept;
  });

  it('has no longer timer than the machine: it fires after ten minutes', async () => {
    const clock = new ManualClock();
    let fired: number | null = null;
    clock.timer(3_600_000, () => (fired = clock.mono()));
    await clock.advance(3_600_000);
    assert.equal(fired, 600_000);
  });

  it('keeps a deadline that is longer than its timers', async () => {
    const clock = new ManualClock();
    using late = clock.deadline(1_800_000, never);
    await clock.advance(1_799_999);
    assert.equal(late.signal.aborted, false);
    await clock.advance(1);
    assert.ok(late.signal.reason instanceof DeadlineError);
    assert.equal(clock.untilNext(), null);
  });

  it('aborts at a deadline with a DeadlineError, with its parent, and not at all once disposed', async () => {
    const clock = new ManualClock();
    const parent = new AbortController();
    using late = clock.deadline(10, never);
    using child = clock.deadline(10, parent.signal);
    const done = clock.deadline(10, never);
    done[Symbol.dispose]();
    parent.abort('parent');
    await clock.advance(10);
    assert.ok(late.signal.reason instanceof DeadlineError);
    assert.equal(child.signal.reason, 'parent');
    assert.equal(done.signal.aborted, false);
  });

  it('moves the wall clock alone when it is set', async () => {
    const clock = new ManualClock({ wall: 1000 });
    await clock.advance(5);
    clock.setWall(77);
    assert.deepEqual([clock.now().wall, clock.mono()], [77, 5]);
    await clock.advance(3);
    assert.deepEqual([clock.now().wall, clock.mono()], [80, 8]);
  });
});

describe('seeded chance', () => {
  it('is the same for the same seed, and 128 bits that differ from call to call', () => {
    const [one, other, third] = [seededChance(7), seededChance(7), seededChance(8)];
    const row = Array.from({ length: 100 }, one);
    assert.deepEqual(Array.from({ length: 100 }, other), row);
    assert.notEqual(third(), row[0]);
    assert.equal(new Set(row).size, 100);
    assert.ok(row.every((value) => /^[0-9a-f]{32}$/.test(value)));
  });
});
