import assert from 'node:assert/strict';
import { openCalendar } from '../../src/windows/calendar.ts';
import { withImported } from './fleet.ts';
import { imported } from './imported.ts';
import type { Shown } from './shown-case.ts';

/** Whether the daemon may reboot at each of these moments, on a machine in Berlin. */
export function opens(args: readonly string[], times: Readonly<Record<string, boolean>>): void {
  const { settings, yaml } = imported(args);
  const calendar = openCalendar(settings.maintenance, { zone: 'Europe/Berlin', machine: null });
  const said = Object.keys(times).map((time) => [time, calendar?.look(Date.parse(time), false).open]);
  assert.deepEqual(Object.fromEntries(said), times, yaml);
}

export const shownWindow = {
  'reboot-days': {
    'opens on these days alone, in every spelling, repeated and with commas': () =>
      opens(['--reboot-days=mo,WED', '--reboot-days=Saturday', '--reboot-days=0'], {
        '2026-03-02T00:00:00Z': true,
        '2026-03-03T12:00:00Z': false,
        '2026-03-04T23:59:59.999Z': true,
        '2026-03-05T00:00:00Z': false,
        '2026-03-07T12:00:00Z': true,
        '2026-03-08T12:00:00Z': true,
      }),
    'counts the day of now in a window over midnight, as kured does': () =>
      opens(['--reboot-days=mon,tue,wed,thu,fri', '--start-time=21:00', '--end-time=5:00'], {
        '2026-03-06T22:00:00Z': true,
        '2026-03-07T03:00:00Z': false,
        '2026-03-08T22:00:00Z': false,
        '2026-03-09T03:00:00Z': true,
      }),
    'never reboots without a day, which kured does not either, and the file says so': async () => {
      assert.match(imported(['--reboot-days=']).comment('mode'), /no day on which it may reboot/);
      await withImported(['--reboot-days='], async ({ machine }) => {
        machine.needReboot('need');
        await machine.until(({ reason }) => reason.code === 'would-reboot', 'what it would do');
        assert.equal(machine.calls, 0);
      });
    },
    'is any time with all days, so that there is no window': () =>
      assert.deepEqual(imported(['--reboot-days=su,mo,tu,we,th,fr,sa']).settings.maintenance.windows, []),
  },
  'start-time': {
    'opens at that moment': () =>
      opens(['--start-time=09:30am'], {
        '2026-03-02T09:29:59.999Z': false,
        '2026-03-02T09:30:00Z': true,
        '2026-03-02T23:59:59.999Z': true,
      }),
    'differs on the days on which clocks change, where kured is off by an hour': () =>
      opens(['--start-time=3:00', '--end-time=4:00', '--time-zone=Europe/Berlin'], {
        // The first hour of summer time; kured opens an hour late there.
        '2026-03-29T00:59:59Z': false,
        '2026-03-29T01:00:00Z': true,
        '2026-03-29T02:00:02Z': false,
      }),
  },
  'end-time': {
    'lasts through the second that it names, as in kured': () =>
      opens(['--end-time=17:00'], { '2026-03-02T17:00:00.999Z': true, '2026-03-02T17:00:01Z': false }),
    'of 23:59 leaves out the last 59 seconds, as in kured': () =>
      opens(['--end-time=23:59'], {
        '2026-03-02T23:59:00.999Z': true,
        '2026-03-02T23:59:30Z': false,
        '2026-03-03T00:00:00Z': true,
      }),
    'that is the start is a window of one second, as in kured': () =>
      opens(['--start-time=9', '--end-time=9'], {
        '2026-03-02T08:59:59.999Z': false,
        '2026-03-02T09:00:00Z': true,
        '2026-03-02T09:00:01Z': false,
      }),
    'right before the start is the whole day, as in kured': () =>
      opens(['--start-time=17:00:01', '--end-time=17:00', '--reboot-days=mon'], {
        '2026-03-01T23:59:59Z': false,
        '2026-03-02T00:00:00Z': true,
        '2026-03-02T17:00:00.500Z': true,
        '2026-03-02T23:59:59.999Z': true,
        '2026-03-03T00:00:00Z': false,
      }),
    'backs a running drain out when it comes, and the file says so': () =>
      assert.match(
        imported(['--end-time=5']).comment('maintenance.windows'),
        /a drain that still runs when it closes is backed out/,
      ),
  },
  'time-zone': {
    'moves the window': () =>
      opens(['--time-zone=America/New_York', '--start-time=9', '--end-time=17'], {
        '2026-01-05T13:59:59Z': false,
        '2026-01-05T14:00:00Z': true,
        '2026-07-06T13:00:00Z': true,
        '2026-07-06T21:00:01Z': false,
      }),
    'Local is the zone of the machine, where that of the image is UTC; the file says so': () => {
      opens(['--time-zone=Local', '--start-time=9', '--end-time=17'], {
        '2026-01-05T08:00:00Z': true,
        '2026-01-05T16:30:00Z': false,
      });
      assert.match(
        imported(['--time-zone=Local', '--start-time=9']).comment('maintenance.windows'),
        /Local is the zone of this machine/,
      );
    },
  },
} as const satisfies Readonly<Record<string, Shown>>;
