import { commandBlockers } from './kinds-commands.ts';
import { duration, durationOrNone } from './kinds-number.ts';
import { podBlockers } from './kinds-pods.ts';
import { prometheusList } from './kinds-prometheus.ts';
import { absolutePaths, command, oneOf, trueOrFalse } from './kinds-text.ts';
import { userBlocker } from './kinds-users.ts';
import { dateRanges, windowList } from './kinds-window.ts';
import { optionalRow, row } from './row.ts';

/** What asks for a reboot, and what is against one. */
export const rowsOfPermission = {
  'sentinel.files': row(absolutePaths, ['/run/reboot-required', '/run/reboot-needed'], {
    example: '[/run/reboot-required]',
    sentence: 'A reboot is needed while one of these files exists.',
  }),
  'sentinel.command': optionalRow(command, 'no command', {
    example: '[/usr/local/sbin/reboot-needed, --quiet]',
    sentence:
      'A command that says whether a reboot is needed: exit status 0 yes, 1 no, anything else unknown. /usr/share/kured-host/recipes has drop-ins that ask dnf, needrestart, rpm-ostree or bootc.',
  }),
  'sentinel.commandTimeout': row(duration('1s', '10m'), '30s', {
    example: '1m',
    sentence: 'How long sentinel.command may run; after that its answer is unknown.',
  }),
  'sentinel.commandPeriod': row(duration('1s', '24h'), '1m', {
    example: '10m',
    sentence:
      'How often sentinel.command runs. It runs once more right before the Lease is claimed and before the reboot, and once a minute while this node waits for its turn.',
  }),
  'maintenance.windows': row(windowList, [], {
    example:
      '[{days: mon-fri, start: "22:00", end: "5:00", timeZone: Europe/Berlin}, {cron: "0 2 * * sat", duration: 4h}]',
    sentence:
      'The windows in which a reboot may begin, any of them; without timeZone in UTC. One that closes during a drain ends it: the node is uncordoned.',
  }),
  'maintenance.exclude': row(dateRanges, [], {
    example: '[2026-12-24..2027-01-02, 05-01]',
    sentence:
      "Dates on which no window opens, and at whose beginning open ones close, by the clock of the window's time zone; without a year in every year.",
  }),
  'maintenance.weekdayOf': row(oneOf('opening', 'current'), 'opening', {
    example: 'current',
    sentence:
      'Which day must be one of the days of a window that goes over midnight: the one it opened on, or, as kured has it, the current one.',
  }),
  'maintenance.deadline': row(durationOrNone('1m', '8784h', 'none'), '0s', {
    example: '168h',
    sentence:
      'How long a need may wait for a window; after that windows with afterDeadline: true count as well, and where there are none, any time will do that is not excluded. 0s means for as long as it takes.',
  }),
  'maintenance.randomDelay': row(durationOrNone('1s', '24h', 'none'), '0s', {
    example: '30m',
    sentence:
      'By how much later a window opens on this node at most: another delay on every node, the same after a restart, and never more than half of the window.',
  }),
  'blockers.packageManager': row(trueOrFalse, true, {
    example: 'false',
    sentence: 'Whether a reboot waits while dpkg, apt, rpm or dnf change packages.',
  }),
  'blockers.minimumUptime': row(durationOrNone('1m', '8784h', 'none'), '0s', {
    example: '24h',
    sentence: 'How long the machine has to be up before it may be rebooted; 0s for no such bound.',
  }),
  'blockers.prometheus': row(prometheusList, [], {
    example:
      '[{url: "https://prometheus.example:9090", alertFilterRegexp: "^(Watchdog|KuredHost.*)$", alertFiringOnly: true}]',
    sentence:
      'Prometheus servers whose alerts, or whose answer to a query, keep this node from rebooting, any of them; one that cannot be asked does, too.',
  }),
  'blockers.commands': row(commandBlockers, [], {
    example: '[/usr/local/sbin/backup-idle, {command: [/usr/local/sbin/raid-clean, md0], timeout: 30s}]',
    sentence:
      'Commands that may be against a reboot, any of them: exit status 0 permits it, 1 refuses, and the first line of output says why; anything else is unknown, which refuses.',
  }),
  'blockers.users': optionalRow(userBlocker, 'nobody is waited for', {
    example: '{wait: 15m, broadcast: 5m, ignore: [backup]}',
    sentence:
      'Waits while people are logged in: forever, or for so long after a text on their terminals, which is repeated; users to ignore by name.',
  }),
  'blockers.pods': row(podBlockers, [], {
    example: '["app=backup", {selector: "job in (migrate,restore)", namespaces: [databases]}]',
    sentence:
      'Label selectors of pods that keep this node from rebooting while one of them is on it, pending or running, any of them; in all namespaces unless some are named.',
  }),
};
