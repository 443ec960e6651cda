import { mostReboots } from '../core/handled.ts';
import { mostHolders } from '../core/lease/record.ts';
import { noticeMoments } from '../core/notice.ts';
import { rebootMethods } from '../core/reboot-method.ts';
import { commandBlockers } from './kinds-commands.ts';
import { annotationChanges, labelChanges, taintKey } from './kinds-node.ts';
import { momentList, templateMap } from './kinds-notice.ts';
import { duration, durationOrNone, secondsLong, wholeNumber } from './kinds-number.ts';
import { podBlockers } from './kinds-pods.ts';
import { prometheusList } from './kinds-prometheus.ts';
import {
  absolutePath,
  absolutePaths,
  command,
  labelName,
  labelSelector,
  listenAddress,
  oneOf,
  subdomainName,
  textfilePath,
  trueOrFalse,
  userName,
} from './kinds-text.ts';
import { userBlocker } from './kinds-users.ts';
import { dateRanges, windowList } from './kinds-window.ts';
import { optionalRow, type Row, row } from './row.ts';

/** What each section is about; keys outside a section have none. In the order of every text made from the table. */
export const sections: ReadonlyMap<string, string> = new Map([
  ['credentials', 'As whom the daemon speaks to the API server, and for which node. All of it is found by itself.'],
  ['lease', 'The Lease that the nodes of one pool share.'],
  ['sentinel', 'What says that this node needs a reboot.'],
  ['maintenance', 'When this node may reboot. Without windows: at any time.'],
  ['blockers', 'What else keeps this node from rebooting for now.'],
  ['drain', 'How pods are moved away before the reboot.'],
  ['node', 'What is written on the Node around a reboot. docs/node.md says how, and what a kubelet may not write.'],
  ['hooks', 'Programs in /etc/kured-host/hooks/{before-drain,before-reboot,after-boot}.d, run around a reboot.'],
  ['reboot', 'How the machine is rebooted, and how often at most.'],
  ['verification', 'What counts as a node that came back.'],
  ['metrics', 'Where Prometheus finds the metrics.'],
  [
    'notifications',
    'Who is told of a reboot, and of what: chats, mail, webhooks and a command. docs/notifications.md has their URLs.',
  ],
]);

const table = {
  mode: row(oneOf('reboot', 'observe'), 'reboot', {
    example: 'observe',
    sentence:
      'Whether this node takes its turn and reboots, or only observes: then everything is seen and told (status, condition, metrics, notifications), and nothing is claimed or changed.',
  }),
  'credentials.kubeconfig': optionalRow(absolutePath, "the kubelet's, found by itself", {
    example: '/etc/kubernetes/kubelet.conf',
    sentence: 'The kubeconfig to use.',
  }),
  'credentials.impersonate': optionalRow(userName, "the pool's ServiceAccount, where the credentials are a node's", {
    example: 'system:serviceaccount:kured-host:kured-host',
    sentence: 'The user to act as when the Lease is read or written; "" to stay the user of the kubeconfig.',
  }),
  'credentials.nodeName': optionalRow(subdomainName, 'as the credentials say', {
    example: 'worker-1',
    sentence: "The name of this machine's Node.",
  }),
  'lease.namespace': row(labelName, 'kured-host', {
    example: 'kured-host',
    sentence: 'The namespace of the Lease.',
  }),
  'lease.name': row(subdomainName, 'kured-host', {
    example: 'kured-host-databases',
    sentence: 'The name of the Lease: kured-host for the default pool, kured-host-POOL for others.',
  }),
  'lease.priority': row(wholeNumber(-1000, 1000), 0, {
    example: '10',
    sentence: 'Nodes with a higher priority go first in the queue.',
  }),
  'lease.takeOverAfter': row(durationOrNone('15m', '720h', 'never'), '0s', {
    example: '4h',
    sentence:
      "How long a holder may write nothing before its claim is taken over by that alone, as by kured's lock TTL; 0s for never. Dangerous: a node that an update keeps from coming back then no longer stops the rest of the pool from following it, one after the other.",
  }),
  'lease.releaseDelay': row(durationOrNone('1s', '168h', 'none'), '0s', {
    example: '10m',
    sentence:
      'How long this node keeps the Lease after its reboot, uncordoned already, before the next node may have its turn; 0s for not at all.',
  }),
  concurrency: row(wholeNumber(1, mostHolders), 1, {
    unit: 'nodes',
    example: '2',
    sentence: 'How many nodes of the pool may be down at once; while nodes differ, the lowest number counts.',
  }),
  'sentinel.files': row(absolutePaths, ['/run/reboot-required', '/run/reboot-needed'], {
    example: '[/run/reboot-required]',
    sentence: 'A reboot is needed while one of these files exists.',
  }),
  'sentinel.command': optionalRow(command, 'no command', {
    example: '[/usr/local/sbin/reboot-needed, --quiet]',
    sentence:
      'A command that says whether a reboot is needed: exit status 0 yes, 1 no, anything else unknown. /usr/share/kured-host/recipes has drop-ins that ask dnf or needrestart.',
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
  'drain.delay': row(durationOrNone('1s', '24h', 'none'), '0s', {
    example: '30s',
    sentence:
      'How long the node is cordoned before its first pod is evicted, so that whoever sends it new work notices; 0s for at once.',
  }),
  'drain.timeout': row(durationOrNone('1s', '168h'), '30m', {
    example: '1h',
    sentence:
      'How long a drain may take before the node is uncordoned and the Lease given back, or what drain.onTimeout says; 0s waits without end.',
  }),
  'drain.onTimeout': row(oneOf('back-out', 'reboot'), 'back-out', {
    example: 'reboot',
    sentence:
      'What becomes of a drain that does not end within drain.timeout: the node is uncordoned and tried again later, or it is rebooted with pods left, whatever their disruption budgets say.',
  }),
  'drain.gracePeriod': optionalRow(secondsLong('1s', '24h'), "the pod's own", {
    example: '30s',
    sentence: 'How long each evicted pod gets to end.',
  }),
  'drain.podSelector': optionalRow(labelSelector, 'all pods', {
    example: '"app=web,tier!=cache"',
    sentence: 'Only pods that this label selector matches are evicted.',
  }),
  'drain.skipWaitForDeleteTimeout': optionalRow(duration('1s', '24h'), 'all are waited for', {
    example: '10m',
    sentence: 'Pods that have been ending for longer than this are not waited for.',
  }),
  'node.labelsBeforeDrain': row(labelChanges, [], {
    example: '[example.com/maintenance=reboot, example.com/takes-traffic-]',
    sentence:
      'Labels that are set with the cordon, and with - at their end taken off; put back when the node is restored.',
  }),
  'node.annotationsBeforeDrain': row(annotationChanges, [], {
    example: '[cluster-autoscaler.kubernetes.io/scale-down-disabled=true]',
    sentence: 'The same for annotations.',
  }),
  'node.labelsAfterReboot': row(labelChanges, [], {
    example: '[example.com/maintenance=none]',
    sentence:
      'Labels that are set or taken off when the reboot is proven, with the uncordon; not after a drain that was backed out.',
  }),
  'node.annotationsAfterReboot': row(annotationChanges, [], {
    example: '[example.com/rebooted-by=kured-host]',
    sentence: 'The same for annotations.',
  }),
  'node.excludeFromLoadBalancers': row(trueOrFalse, false, {
    example: 'true',
    sentence:
      'Whether the label node.kubernetes.io/exclude-from-external-load-balancers takes the node out of load balancers from the cordon to the restore.',
  }),
  'node.loadBalancerDelay': row(durationOrNone('1s', '24h', 'none'), '30s', {
    example: '5m',
    sentence:
      'How long load balancers get to notice node.excludeFromLoadBalancers before the first pod is evicted; 0s for no time.',
  }),
  'node.kuredAnnotations': row(trueOrFalse, false, {
    example: 'true',
    sentence:
      "Whether kured's annotations weave.works/kured-reboot-in-progress and weave.works/kured-most-recent-reboot-needed are kept.",
  }),
  'node.preferNoScheduleTaint': optionalRow(taintKey, 'no taint', {
    example: 'example.com/reboot-needed',
    sentence:
      "The key of a taint PreferNoSchedule that stands while this node waits for a reboot. A kubelet's credentials may not set it: credentials.kubeconfig has to name others.",
  }),
  'hooks.timeout': row(duration('1s', '24h'), '10m', {
    example: '30m',
    sentence: 'How long each hook may run; one that takes longer is ended and has failed.',
  }),
  'reboot.method': row(oneOf(...rebootMethods), 'logind', {
    example: 'logind',
    sentence:
      'How the machine is rebooted: by logind, which honours inhibitors, in full, of userspace alone (soft-reboot) or into the kernel that is loaded (kexec); or by reboot.command, or by reboot.signal.',
  }),
  'reboot.command': optionalRow(command, 'no command', {
    example: '[/usr/bin/systemctl, kexec]',
    sentence: 'The command that reboots the machine, for method command; it is ended when reboot.deadline has passed.',
  }),
  'reboot.signal': row(wholeNumber(1, 64), 39, {
    unit: 'a signal by its number',
    example: '39',
    sentence: 'The signal that PID 1 is sent, for method signal; 39 is SIGRTMIN+5, upon which systemd reboots.',
  }),
  'reboot.delay': row(durationOrNone('1s', '24h', 'none'), '0s', {
    example: '1m',
    sentence:
      'How long to wait after the last pod is gone and the hooks have succeeded; permission is asked again after it. 0s for no wait.',
  }),
  'reboot.deadline': row(duration('1s', '24h'), '10m', {
    example: '20m',
    sentence: 'How long after the request the machine may still be up before that counts as a reboot that failed.',
  }),
  'reboot.attempts': row(wholeNumber(1, 100), 3, {
    unit: 'attempts',
    example: '5',
    sentence: 'How often a reboot is asked for within one claim before the node is stuck.',
  }),
  'reboot.maxRebootsPerDay': row(wholeNumber(1, mostReboots), 3, {
    unit: 'reboots',
    example: '5',
    sentence: 'How often kured-host reboots this node within 24 hours before it is stuck.',
  }),
  'verification.timeout': row(duration('1s', '24h'), '15m', {
    example: '30m',
    sentence: 'How long after a boot the kubelet may take to report Ready before the node is stuck.',
  }),
  'metrics.listen': optionalRow(listenAddress, 'no listener', {
    example: '"127.0.0.1:9110"',
    sentence: 'The address or unix socket that serves metrics.',
  }),
  'metrics.textfile': optionalRow(textfilePath, 'no file', {
    example: '/var/lib/prometheus/node-exporter/kured-host.prom',
    sentence: "The file for node-exporter's textfile collector, written every 15 s.",
  }),
  'notifications.urlFiles': row(absolutePaths, [], {
    example: '[/etc/kured-host/notify]',
    sentence:
      'Files with a notification URL on each line, one for each receiver; only root should be able to read them.',
  }),
  'notifications.command': optionalRow(command, 'no command', {
    example: '[/usr/local/sbin/tell-the-operators]',
    sentence: 'A command that gets each message as JSON on its standard input; exit status 0 means sent.',
  }),
  'notifications.moments': row(momentList, [...noticeMoments], {
    example: '[draining, back, stuck]',
    sentence: 'What is told.',
  }),
  'notifications.templates': row(
    templateMap,
    {},
    {
      example: '{draining: "{node} is drained: {why}"}',
      sentence:
        'Other texts for moments: {node}, {why}, {moment}, {at} and {since} are filled in, and %s is the name of the node.',
    },
  ),
  'notifications.waitingAfter': row(durationOrNone('1m', '8784h', 'none'), '24h', {
    example: '72h',
    sentence: 'How long a reboot is needed before it is told that it still waits; 0s for never.',
  }),
  'notifications.caFile': optionalRow(absolutePath, 'the authorities that Node knows', {
    example: '/etc/ssl/certs/ca-certificates.crt',
    sentence: 'The certificates of the authorities that receivers are trusted by.',
  }),
  logLevel: row(oneOf('error', 'warn', 'info', 'debug'), 'info', {
    example: 'debug',
    sentence: 'The least important messages that are logged.',
  }),
};

/** A key with its section: `drain.timeout`. */
export type Key = keyof typeof table;

/** The value that each key has, all defaults filled in; durations in milliseconds, `drain.gracePeriod` in seconds. */
export type Values = { readonly [K in Key]: (typeof table)[K] extends Row<infer T> ? T : never };

export const keys = Object.keys(table) as readonly Key[];

/** The one table of keys; conffile, man page, docs and error texts are made from it. */
export const rows: { readonly [K in Key]: Row<Values[K]> } = table;

/** Any row, where a text is made that does not need the value's type. */
export function rowOf(key: Key): Row<unknown> {
  return rows[key] as Row<unknown>;
}

/** The section a key is in, and its name there: `drain` and `timeout`; no section for `concurrency`. */
export function keyParts(key: Key): { readonly section: string | null; readonly name: string } {
  const [first = '', second] = key.split('.');
  return second === undefined ? { section: null, name: first } : { section: first, name: second };
}
