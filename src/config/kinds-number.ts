import * as v from 'valibot';
import { formatDuration, parseDuration } from './duration.ts';
import type { Kind } from './kind.ts';

/** A whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): Kind<number> {
  return {
    type: `whole number, ${least} to ${most}`,
    expected: `a whole number from ${least} to ${most}`,
    schema: v.pipe(
      v.number(''),
      v.integer('which is not whole'),
      v.minValue(least, 'which is too low'),
      v.maxValue(most, 'which is too high'),
    ),
    write: (value) => value,
  };
}

/** A duration in milliseconds, from `least` to `most` (as they are written: `1s`, `24h`). */
export function duration(least: string, most: string): Kind<number> {
  const range = `${least} to ${most}`;
  return {
    type: `duration, ${range}`,
    expected: `a duration from ${range}`,
    schema: v.pipe(
      milliseconds,
      v.minValue(msOf(least), 'which is too short'),
      v.maxValue(msOf(most), 'which is too long'),
    ),
    write: formatDuration,
  };
}

/** As `duration`, in whole seconds. */
export function secondsLong(least: string, most: string): Kind<number> {
  const { type, expected, schema } = duration(least, most);
  const whole = v.check((ms: number) => ms % 1000 === 0, 'which is not a whole number of seconds');
  return {
    type,
    expected: `${expected} in whole seconds`,
    schema: v.pipe(
      schema,
      whole,
      v.transform((ms) => ms / 1000),
    ),
    write: (seconds) => formatDuration(seconds * 1000),
  };
}

/** As `duration`, where `0s` means null: `none`. */
export function durationOrNone(least: string, most: string, none = 'no limit'): Kind<number | null> {
  const { type, expected } = duration(least, most);
  return {
    type: `${type}, or 0s`,
    expected: `${expected}, or 0s for ${none}`,
    schema: v.pipe(
      milliseconds,
      v.check((ms) => ms === 0 || ms >= msOf(least), 'which is too short'),
      v.maxValue(msOf(most), 'which is too long'),
      v.transform((ms) => (ms === 0 ? null : ms)),
    ),
    write: (ms) => formatDuration(ms ?? 0),
  };
}

const milliseconds = v.pipe(
  v.union([v.string(), v.number()], ''),
  v.rawTransform<string | number, number>(({ dataset, addIssue, NEVER }) => {
    const read = parseDuration(String(dataset.value));
    if (read.valid) return read.ms;
    addIssue({ message: read.why });
    return NEVER;
  }),
);

function msOf(text: string): number {
  const read = parseDuration(text);
  if (!read.valid) throw new Error(`${text} is not a duration`);
  return read.ms;
}
