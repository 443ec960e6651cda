import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { describe, it, type TestContext } from 'node:test';
import { systemClock } from '../../src/daemon/clock.ts';
import { DeadlineError } from '../../src/ports/clock.ts';

const never = new AbortController().signal;
const minute = 60_000;

describe('the clock of the machine', () => {
  it('ends a timer after ten minutes at the latest', (t) => {
    const pass = passing(t);
    let fired = false;
    systemClock.timer(30 * minute, () => (fired = true));
    pass(10 * minute - 1);
    assert.equal(fired, false);
    pass(1);
    assert.equal(fired, true);
  });

  it('keeps a deadline that is longer than a timer, to its end and not an instant less', (t) => {
    const pass = passing(t);
    using deadline = systemClock.deadline(30 * minute, never);
    for (let passed = 0; passed < 30; passed += 10) {
      assert.equal(deadline.signal.aborted, false, `aborted after ${passed} minutes`);
      pass(10 * minute);
    }
    const { reason } = deadline.signal;
    assert.ok(reason instanceof DeadlineError);
    assert.equal(reason.ms, 30 * minute);
  });

  it('ends a long deadline with its parent, and lets go of a long one that is disposed', (t) => {
    const pass = passing(t);
    const parent = new AbortController();
    using child = systemClock.deadline(30 * minute, parent.signal);
    const done = systemClock.deadline(30 * minute, never);
    pass(10 * minute);
    done[Symbol.dispose]();
    parent.abort('parent');
    assert.equal(child.signal.reason, 'parent');
    for (let passed = 10; passed < 40; passed += 10) pass(10 * minute);
    assert.equal(done.signal.aborted, false);
  });
});

/** Lets so many milliseconds pass, for timers and for the monotonic clock. */
function passing(t: TestContext): (ms: number) => void {
  // Whole milliseconds: what is left of a timer must not be a rounding.
  let mono = 60_000;
  t.mock.method(performance, 'now', () => mono);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  return (ms) => {
    mono += ms;
    t.mock.timers.tick(ms);
  };
}
