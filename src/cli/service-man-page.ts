import { baseFile, dropInFolders } from '../config/find.ts';
import { argument, paragraphs, roff } from '../config/roff.ts';
import { usualPlaces } from '../daemon/environment.ts';
import { fieldRows } from '../log/fields.ts';
import { eventRows } from '../log/message-ids.ts';

type Rows = readonly (readonly [what: string, meaning: string])[];

/** kured-host.service(8) as man(7) source: what the service is to systemd and to whoever runs it. */
export function renderServicePage(version: string): string {
  return [
    `.TH KURED\\-HOST.SERVICE 8 "" ${argument(`kured-host ${version}`)} "System Administration"`,
    '.SH NAME',
    'kured\\-host.service \\- the service that reboots this Kubernetes node when it needs it',
    '.SH SYNOPSIS',
    'kured\\-host.service',
    '.SH DESCRIPTION',
    ...paragraphs(description),
    '.SH START, STOP, RELOAD',
    ...terms(jobs),
    '.SH SIGNALS',
    ...terms(signals),
    '.SH EXIT STATUS',
    ...terms(exitStatus),
    '.SH ENVIRONMENT',
    ...terms(environment),
    '.SH FILES',
    ...terms(files, '.I'),
    '.SH SANDBOX',
    ...paragraphs(sandbox),
    '.SH JOURNAL',
    ...paragraphs(journal),
    '.SS Fields',
    ...terms(fieldRows()),
    '.SS Events',
    ...terms(Object.entries(eventRows).map(([code, { id, text }]) => [code, `${text}. (${id})`])),
    '.SH SEE ALSO',
    '.BR kured\\-host (1),',
    '.BR kured\\-host\\-config (5),',
    '.BR systemd.service (5),',
    '.BR journalctl (1)',
    '',
  ].join('\n');
}

const description: readonly string[] = [
  "The service waits for a sentinel (a file such as /run/reboot-required), takes this node's turn through one Lease of the cluster, " +
    "drains the node with the kubelet's own credentials, has systemd-logind reboot the machine, proves by the boot ID that it did, uncordons " +
    'the node and passes the turn on.',
  'It starts without a cluster, without credentials, and in an image that has not joined yet, and waits; "systemctl status" shows in one ' +
    'sentence what for. Without the Lease, which an admin of the cluster applies once (/usr/share/kured-host/manifest.yaml), it never reboots anything.',
  'What it is doing is kept in the Lease and on the Node, never in the process: it may be stopped, killed or upgraded at any moment.',
];

/** What people and packages do with the unit. */
const jobs: Rows = [
  ['systemctl start', 'It goes on where it was. It is ready before the cluster answers.'],
  ['systemctl restart, an upgrade of the package', 'Everything is left as it is; the new process goes on with it.'],
  [
    'systemctl stop, a removal of the package',
    'Before the reboot was asked for it backs out within 30 s: uncordons what it cordoned, and gives the Lease back. ' +
      'After that it leaves everything as it is, because the machine may go down at any moment. Its last words make the condition ' +
      'RebootRequired of the Node Unknown, with the reason ServiceEnded.',
  ],
  [
    'systemctl reload',
    'Reads the configuration again and takes it whole or not at all; with a mistake in it the reload fails and names it.',
  ],
  ['systemctl disable, systemctl mask', 'Survive upgrades, like what is changed below /etc.'],
  ['the machine goes down', 'Whoever asked for it: everything is left as it is, and the next boot is verified.'],
  [
    'systemctl kill, a crash',
    'It is started again after 5 s. Started more than five times within one claim it backs out.',
  ],
  ['the watchdog', 'A process that makes no progress for a minute is ended by systemd and started again.'],
];

const signals: Rows = [
  [
    'SIGTERM',
    'systemd is asked what the stop means (the job on the unit): restart, stop, or the machine going down. Without an answer everything is ' +
      'left as it is. A second one ends it at once.',
  ],
  ['SIGINT', 'A stop: what is held is given back.'],
  ['SIGHUP', 'A reload.'],
];

const exitStatus: Rows = [
  ['0', 'It was stopped.'],
  ['1', 'It failed: another daemon runs on this node, or a fault. It is started again.'],
  ['2', 'Wrong usage, after an edit of the unit. It is not started again.'],
  ['78', 'The configuration is wrong; "systemctl status" names the file and the line. It is not started again.'],
];

/** What is read of it; all of it is set by systemd or the unit. */
const environment: Rows = [
  ['NOTIFY_SOCKET', 'Where readiness, status and signs of life go (sd_notify(3)).'],
  ['WATCHDOG_USEC, WATCHDOG_PID', 'How often systemd wants a sign of life.'],
  ['JOURNAL_STREAM', 'Whether the output goes to the journal; else each event is a line of JSON.'],
  ['SYSTEMD_EXEC_PID', 'Whether this process is the unit: only then systemd is asked what a stop means.'],
  ['PATH', 'Where systemctl, busctl and systemd-run are looked for.'],
  ['LANG, HOME, DBUS_SYSTEM_BUS_ADDRESS', 'Passed on to those.'],
  ['TZ', "Where it is set, the time zone of windows in Local, in place of the machine's own."],
  [
    'UV_THREADPOOL_SIZE',
    'Set by the unit: with one thread a name lookup that hangs would stop every access to a file.',
  ],
  ['MALLOC_TRIM_THRESHOLD_', 'Set by the unit: memory that starting up took is given back (mallopt(3)).'],
];

const files: Rows = [
  [
    '/usr/lib/systemd/system/kured-host.service',
    'the unit; "systemctl edit kured-host" makes a drop-in that survives upgrades',
  ],
  [baseFile, 'the configuration, see kured-host-config(5)'],
  ...dropInFolders.map((folder) => [`${folder}/*.yaml`, 'its drop-ins'] as const),
  ['/etc/kured-host/hooks/', 'commands of the admin, in before-drain.d, before-reboot.d and after-boot.d'],
  [`${usualPlaces.runtime}/status.sock`, 'status and metrics, for root and the group kured-host'],
  [`${usualPlaces.runtime}/control.sock`, 'requests, for root'],
  [`${usualPlaces.runtime}/lock`, 'keeps a second daemon out'],
  [
    `${usualPlaces.state}/memory.json`,
    'what may be lost: back-off, age of the need, last fence, counts, messages not sent yet',
  ],
  ['/usr/libexec/kured-host/', 'the program: Node.js, app.cjs, koffi.node'],
  [
    '/usr/share/kured-host/manifest.yaml',
    'what an admin applies to the cluster once; "kured-host manifest" makes those of other pools',
  ],
  [
    '/usr/share/kured-host/recipes/',
    'drop-ins that ask dnf, needrestart, rpm-ostree or bootc; a link into config.d switches one on',
  ],
  ['/usr/share/kured-host/prometheus-rules.yaml, grafana-dashboard.json', 'alerts, and a page for a fleet'],
];

const sandbox: readonly string[] = [
  'The service runs as root without any capability, sees /etc and /usr read-only, no home (but /home/kubernetes/bin, read-only) and no device. Hooks and commands run outside of ' +
    'that, in units of their own that systemd starts.',
  'A kubeconfig or its plugin below /root or /home needs a drop-in with ProtectHome=read-only; a metrics socket outside of /run/kured-host one with ReadWritePaths=.',
];

const journal: readonly string[] = [
  'Each event has a MESSAGE_ID of its own; "journalctl -u kured-host -x" explains it, "-o verbose" shows its fields, and KURED_EVENT=stuck finds it by name.',
];

function terms(rows: Rows, font = '.B'): readonly string[] {
  return rows.flatMap(([what, meaning]) => ['.TP', `${font} ${roff(what)}`, roff(meaning)]);
}
