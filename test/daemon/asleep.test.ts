import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { clockThatSleepsNot } from '../../src/daemon/asleep.ts';

/** A machine's two clocks, moved by hand; `uptime` is read in hundredths of a second, as the kernel shows it. */
function machine() {
  let awake = 5_000.4;
  let asleep = 20_000;
  return {
    now: clockThatSleepsNot(
      () => awake,
      () => Math.floor((awake + asleep) / 10) * 10,
    ),
    works(ms: number): void {
      awake += ms;
    },
    sleeps(ms: number): void {
      asleep += ms;
    },
  };
}

it('an hour asleep is an hour, and time awake is counted once', () => {
  const { now, works, sleeps } = machine();
  const began = now();
  works(7_000);
  sleeps(3_600_000);
  works(1_000);
  assert.ok(Math.abs(now() - began - 3_608_000) <= 20);
});

it('without sleep it is the monotonic clock to the last digit', () => {
  const { now, works } = machine();
  const began = now();
  works(86_400_000.25);
  assert.equal(now() - began, 86_400_000.25);
});

it('it never goes back, however work and sleep come', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 5_000 }))), (steps) => {
      const { now, works, sleeps } = machine();
      let last = now();
      for (const [awake, ms] of steps) {
        if (awake) works(ms);
        else sleeps(ms);
        assert.ok(now() >= last);
        last = now();
      }
    }),
  );
});
