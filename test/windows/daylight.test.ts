import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCron } from '../../src/core/window/cron-fields.ts';
import { openZone } from '../../src/windows/zone.ts';
import { type Case, compare, cron, days } from './cases.ts';
import { minutesOf } from './oracle.ts';
import { sample, type Turn, turnsOf } from './turns.ts';

/**
 * Days on which a clock is put forward or back, in every zone there is. A sample of them by a seed (KURED_HOST_WINDOWS=7),
 * which a failure names; all of them by KURED_HOST_WINDOWS=all, which takes some minutes.
 */
const minute = 60_000;
const day = 1440 * minute;
const zones = Intl.supportedValuesOf('timeZone');
const all = process.env['KURED_HOST_WINDOWS'] === 'all';
const turns = sample(zones, 40).flatMap((zone) => turnsOf(zone, 2024, 2037));

const cases: readonly Case[] = [
  days('22:00', '05:00'),
  days('00:00', '01:00'),
  days('02:30', '02:45'),
  days('01:30', '01:45'),
  days('00:30', '01:30'),
  days('23:30', '00:30', [0, 3, 5, 6]),
  days('02:00', '24:00', [0, 6]),
  days('21:00', '05:00', [1, 2, 3, 4, 5, 6], 'current'),
  days('23:00', '02:30', [0, 5], 'current'),
  cron('30 2 * * *', 60),
  cron('15,45 0,1,2,3 * * *', 20),
  cron('0 */2 * * 0,6', 119),
  cron('0 0 * * *', 1500),
  { ...cron('40 23 * * *', 200), name: 'cron over an excluded day', exclude: (date) => [{ from: date, to: date }] },
  {
    ...days('22:00', '05:00'),
    name: 'days into an excluded day',
    exclude: (date) => [{ from: date.slice(5), to: date.slice(5) }],
  },
];

/** Turns that were compared, by everything the wall clock shows around them. */
const compared = new Map<string, Turn>();

/** Zones that show the same all the time have to be the same for us, too; what follows from that is compared once. */
function compareAll(turn: Turn): void {
  const minutes = minutesOf(turn.zone, turn.before - 4 * day, turn.before + 3 * day);
  const [first] = minutes.reached.find((readings) => readings.length > 0) ?? [];
  const key = [turn.before, first?.text, ...minutes.reached.map(({ length }) => length)].join(' ');
  const same = compared.get(key);
  compared.set(key, turn);
  if (same === undefined) {
    for (const one of cases) compare(one, turn, minutes);
    return;
  }
  const [zone, other] = [turn, same].map((of) => openZone(of.zone, 'UTC'));
  for (let at = minutes.from; at < turn.before + 3 * day; at += 15 * minute)
    assert.equal(
      zone?.localOf(at),
      other?.localOf(at),
      `${turn.zone} and ${same.zone} at ${new Date(at).toISOString()}`,
    );
}

describe('windows on the days on which clocks are put forward or back', () => {
  for (const zone of new Set(turns.map((turn) => turn.zone))) {
    const own = turns.filter((turn) => turn.zone === zone);
    it(`are as the wall clock of ${zone} shows them, minute by minute`, () => {
      for (const turn of all ? own : sample(own, 1)) compareAll(turn);
    });
  }
});

describe('the wall clock of a zone', () => {
  it('is never put forward or back twice within two days, so that a turn can be found by bisection', () => {
    for (const zone of all ? zones : sample(zones, 12)) {
      const moments = turnsOf(zone, 2000, 2060).map(({ before }) => before);
      for (const [index, moment] of moments.entries()) assert.ok(moment - (moments[index - 1] ?? 0) > 2 * day, zone);
    }
  });

  it('shows at the moment of a reading that reading, and before it none as late', () => {
    for (const turn of sample(turns, 40)) {
      const zone = openZone(turn.zone, 'UTC');
      assert.ok(zone !== null);
      for (let local = turn.before; local < turn.before + 2 * day; local += 7 * minute) {
        const moment = zone.momentOf(local);
        assert.ok(zone.localOf(moment) >= local, turn.zone);
        for (const earlier of [1, minute, 61 * minute]) assert.ok(zone.localOf(moment - earlier) < local, turn.zone);
      }
    }
  });

  it('leaves out a whole date where a zone moved over the date line', () => {
    const apia = openZone('Pacific/Apia', 'UTC');
    assert.equal(apia?.momentOf(Date.UTC(2011, 11, 30, 22)), apia?.momentOf(Date.UTC(2011, 11, 31)));
  });
});

it('all cases of cron are ones that the configuration takes', () => {
  for (const { window } of cases) if (window.kind === 'cron') assert.ok(parseCron(window.cron).valid, window.cron);
});
