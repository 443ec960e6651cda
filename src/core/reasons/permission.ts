import type { ReasonRows } from './row.ts';

/** Of permission: windows, blockers, persons, and what systemd is about to do anyway. */
export const permissionReasons = {
  'asking-permission': { sentence: 'asking whether a reboot is permitted now', remedy: '' },
  'permission-unknown': {
    sentence: 'cannot tell whether a reboot is permitted: {source}: {why}',
    remedy: 'mend the source named here; until then nothing is rebooted',
  },
  'window-closed': {
    sentence: 'outside the maintenance windows; the next one opens {opens}',
    remedy: '`kured-host windows` lists them; maintenance.windows and maintenance.deadline decide them',
  },
  'window-after-deadline': {
    sentence: 'outside the maintenance windows; the next one opens after the deadline: {opens}',
    remedy: 'maintenance.deadline and the windows with afterDeadline decide it',
  },
  'window-none': {
    sentence: 'outside the maintenance windows, and none is to come',
    remedy: 'look at maintenance.windows and maintenance.exclude: every date seems to be excluded',
  },
  'uptime-short': {
    sentence: 'the machine has not been up for as long as blockers.minimumUptime says; it will have been at {until}',
    remedy: '',
  },
  'alerts-active': {
    sentence: '{count} alert(s) in Prometheus {server} are against a reboot: {alerts}',
    remedy:
      'mend what they tell of, or silence them where blockers.prometheus names an Alertmanager; its filters and matchers decide which alerts count',
  },
  'query-blocks': {
    sentence: 'a query in Prometheus {server} finds {count} result(s), which are against a reboot: {found}',
    remedy: 'mend what it tells of; `kured-host config show` has the query, under blockers.prometheus',
  },
  'pods-block': {
    sentence: '{count} pod(s) on this node are against a reboot: {pods}',
    remedy: 'wait for their end, or end them; blockers.pods decides which pods count',
  },
  'command-blocks': {
    sentence: 'the command {command} is against a reboot: {why}',
    remedy: 'mend what it tells of; blockers.commands names it, and it is run again by itself',
  },
  'users-logged-in': {
    sentence: '{count} session(s) of people are open: {users}{until}',
    remedy:
      '`loginctl` lists them, `loginctl terminate-session` ends one; blockers.users decides for how long they are waited for',
  },
  'packages-changing': {
    sentence: 'packages are being changed: {lock} is locked',
    remedy: 'it goes on by itself when that has ended; `fuser -v {lock}` shows who it is',
  },
  'clock-behind': {
    sentence:
      'cannot tell whether a maintenance window is open: the clock shows {now}, and this program was built at {built}',
    remedy: 'set the clock: `timedatectl` says whether it is synchronised',
  },
  held: {
    sentence: 'a person holds this node: {why}',
    remedy: '`kured-host unhold` on the node, or: kubectl annotate node {node} kured-host/hold-',
  },
  blocked: { sentence: 'blocked by {source}: {why}', remedy: '' },
  'method-unusable': {
    sentence: 'this machine cannot be rebooted by reboot.method {method}: {why}',
    remedy: '{remedy}',
  },
  'shutdown-under-way': {
    sentence: 'systemd is taking the machine down ({what})',
    remedy: '',
  },
  'shutdown-scheduled': {
    sentence: 'a {what} is scheduled for {at} by someone else',
    remedy: 'cancel it with `shutdown -c`, or let it happen: it is verified afterwards',
  },
  'shutdown-unknown': {
    sentence: 'cannot tell whether systemd is taking the machine down: {why}',
    remedy: 'check `systemctl status systemd-logind dbus`',
  },
} as const satisfies ReasonRows;
