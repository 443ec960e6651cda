import { it } from 'node:test';
import fc from 'fast-check';
import { type Case, compare, cron, days } from './cases.ts';
import { minutesOf } from './oracle.ts';
import { sample, turnsOf } from './turns.ts';

const day = 86_400_000;
const runs = process.env['KURED_HOST_WINDOWS'] === 'all' ? 2000 : 15;
const turns = sample(Intl.supportedValuesOf('timeZone'), 40).flatMap((zone) => turnsOf(zone, 2024, 2030));

/** Edges where clocks change, and anywhere else. */
const time = fc
  .oneof(fc.integer({ min: 0, max: 240 }), fc.integer({ min: 1380, max: 1439 }), fc.integer({ min: 0, max: 1439 }))
  .map((minutes) => [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':'));
const weekdays = fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }).map((of) => of.sort());
const byDays = fc
  .tuple(time, time, weekdays, fc.constantFrom('opening' as const, 'current' as const))
  .filter(([start, end]) => start !== end)
  .map((parts) => days(...parts));
const minutes = fc.oneof(fc.constantFrom('*/20', '*/30'), fc.integer({ min: 0, max: 59 }).map(String));
const hours = fc.oneof(fc.constantFrom('*', '*/2', '1,2,3'), fc.integer({ min: 0, max: 4 }).map(String));
const byCron = fc
  .tuple(minutes, hours, fc.integer({ min: 1, max: 170 }))
  .map(([minute, hour, length]) => cron(`${minute} ${hour} * * *`, length));
/** The date of the turn, in that year or in every one; or none. */
const excluded = fc.constantFrom<Case['exclude'][]>(
  undefined,
  (date) => [{ from: date, to: date }],
  (date) => [{ from: date.slice(5), to: date.slice(5) }],
);

it('any window is as the wall clock shows it, on any day on which one is put forward or back', () => {
  fc.assert(
    fc.property(fc.constantFrom(...turns), fc.oneof(byDays, byCron), excluded, (turn, one, exclude) => {
      const around = minutesOf(turn.zone, turn.before - 4 * day, turn.before + 3 * day);
      compare(exclude === undefined ? one : { ...one, exclude }, turn, around);
    }),
    { numRuns: runs },
  );
});
