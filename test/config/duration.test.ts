import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../src/config/duration.ts';

describe('a duration', () => {
  const good: readonly (readonly [string, number])[] = [
    ['0', 0],
    ['0s', 0],
    ['+0', 0],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['5.s', 5000],
    ['250ms', 250],
    ['1h0m0.25s', 3_600_250],
    ['1000us', 1],
    ['1000µs', 1],
    ['1000μs', 1],
    ['2000000ns', 2],
    ['30m1h', 5_400_000],
    ['+10s', 10_000],
    ['0.1h', 360_000],
  ];
  for (const [text, ms] of good) {
    it(`${text} is ${ms} ms`, () => assert.deepEqual(parseDuration(text), { valid: true, ms }));
  }

  const bad: readonly (readonly [string, RegExp])[] = [
    ['', /is empty/],
    ['30', /^which has no unit/],
    ['1.5', /^which has no unit/],
    ['1h30', /last part 30 has no unit/],
    ['-5m', /is negative/],
    ['1d', /unit "d" Kubernetes does not know/],
    ['2w', /unit "w"/],
    ['5 m', /unit is not one of/],
    ['5min', /unit is not one of/],
    ['5M', /unit is not one of/],
    ['abc', /not a duration/],
    ['s', /not a duration/],
    ['.s', /not a duration/],
    [' 5s', /not a duration/],
    ['5s ', /unit is not one of/],
    ['1h-5m', /unit is not one of/],
    ['1.2.3s', /no unit|not a duration/],
    ['1us', /finer than a millisecond/],
    ['0.0001s', /finer than a millisecond/],
    [`${'1'.repeat(64)}s`, /too long/],
  ];
  for (const [text, why] of bad) {
    it(`${JSON.stringify(text.slice(0, 20))} is refused`, () => {
      const read = parseDuration(text);
      assert.equal(read.valid, false);
      assert.match(read.valid ? '' : read.why, why);
    });
  }

  it('is written so that it reads back the same', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000_000), (ms) => {
        assert.deepEqual(parseDuration(formatDuration(ms)), { valid: true, ms });
      }),
    );
  });

  it('is the sum of its parts', () => {
    const units = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
    const part = fc.tuple(fc.nat(500), fc.constantFrom('h', 'm', 's', 'ms'));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const ms = parts.reduce((sum, [count, unit]) => sum + count * units[unit], 0);
        assert.deepEqual(parseDuration(parts.map(([count, unit]) => `${count}${unit}`).join('')), { valid: true, ms });
      }),
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => typeof parseDuration(text).valid === 'boolean'));
  });
});
