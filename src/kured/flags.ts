/** How pflag reads a flag's value. */
export type FlagType = 'bool' | 'duration' | 'int' | 'regexp' | 'string' | 'stringArray' | 'stringSlice';

/** One flag of kured and what answers it here. */
export interface KuredFlag {
  readonly name: string;
  readonly type: FlagType;
  /** What holds without it. */
  readonly usual: string;
  /** Our keys that say the same; none: `note` says why. */
  readonly ours: readonly string[];
  /** What differs, or why nothing answers it. */
  readonly note: string;
}

/**
 * Every flag of kured 1.23 (its cmd/kured/main.go), in the order of its source. The import, the page of the docs and the tests are
 * made from this table.
 */
export const kuredFlags = [
  {
    name: 'node-id',
    type: 'string',
    usual: '',
    ours: [],
    note: "the node's name comes from the kubelet's certificate; `credentials.nodeName` is for other credentials",
  },
  {
    name: 'force-reboot',
    type: 'bool',
    usual: 'false',
    ours: ['drain.onTimeout'],
    note: "`reboot`, with --drain-timeout; without one kured's drain has no end, and only its errors would force a reboot: here they are tried again until the timeout, and the node backs out",
  },
  {
    name: 'metrics-host',
    type: 'string',
    usual: '',
    ours: ['metrics.listen'],
    note: 'without it kured listens on all addresses of its pod; kured-host listens only where it is told to, on the machine',
  },
  {
    name: 'metrics-port',
    type: 'int',
    usual: '8080',
    ours: ['metrics.listen'],
    note: 'a port that is taken ends kured; kured-host goes on, and says so',
  },
  {
    name: 'drain-grace-period',
    type: 'int',
    usual: '-1',
    ours: ['drain.gracePeriod'],
    note: "negative: each pod's own, which is the default; 0 becomes 1s, as no pod is killed without a word",
  },
  {
    name: 'drain-pod-selector',
    type: 'string',
    usual: '',
    ours: ['drain.podSelector'],
    note: 'a bad selector is an error at start, and not of each drain',
  },
  {
    name: 'skip-wait-for-delete-timeout',
    type: 'int',
    usual: '0',
    ours: ['drain.skipWaitForDeleteTimeout'],
    note: 'in seconds there, with a unit here',
  },
  {
    name: 'drain-delay',
    type: 'duration',
    usual: '0s',
    ours: ['drain.delay'],
    note: 'the node is cordoned during it; kured cordons after it',
  },
  {
    name: 'drain-timeout',
    type: 'duration',
    usual: '0s',
    ours: ['drain.timeout'],
    note: 'without it kured waits without end, with the lock; here 30m, then the node backs out and the next one has its turn',
  },
  {
    name: 'reboot-delay',
    type: 'duration',
    usual: '0s',
    ours: ['reboot.delay'],
    note: 'permission is asked again after it, which kured does not',
  },
  {
    name: 'reboot-method',
    type: 'string',
    usual: 'command',
    ours: ['reboot.method', 'reboot.signal'],
    note: "`systemctl reboot` as a command becomes `logind`, which says when it refuses and honours inhibitors and the kubelet's graceful shutdown; `systemctl soft-reboot` and `systemctl kexec` become the methods of that name",
  },
  {
    name: 'reboot-command',
    type: 'string',
    usual: '/bin/systemctl reboot',
    ours: ['reboot.method', 'reboot.command'],
    note: 'runs on the machine, without nsenter; as a list, without a shell',
  },
  {
    name: 'reboot-signal',
    type: 'int',
    usual: '39',
    ours: ['reboot.signal'],
    note: 'sent to PID 1 as well; signals that switch the machine off, or keep its boot ID, are refused',
  },
  {
    name: 'period',
    type: 'duration',
    usual: '1h0m0s',
    ours: ['sentinel.commandPeriod'],
    note: 'files are watched and the turn is handed on at once, so that nothing is polled but a sentinel command',
  },
  {
    name: 'ds-namespace',
    type: 'string',
    usual: 'kube-system',
    ours: [],
    note: 'the lock is a Lease, `kured-host` in the namespace `kured-host` (`lease.namespace`, `lease.name`)',
  },
  {
    name: 'ds-name',
    type: 'string',
    usual: 'kured',
    ours: [],
    note: 'as ds-namespace; DaemonSets had a lock each, pools have a Lease each',
  },
  {
    name: 'lock-annotation',
    type: 'string',
    usual: 'weave.works/kured-node-lock',
    ours: ['lease.name'],
    note: 'an annotation of its own made a pool of its own: it becomes the Lease `kured-host-POOL`',
  },
  {
    name: 'lock-ttl',
    type: 'duration',
    usual: '0s',
    ours: ['lease.takeOverAfter'],
    note: 'off unless it is given, and dangerous: a node that does not come back from a bad update no longer stops the others from following it; each node counts by itself, from the last sign of the holder; 26m and the release delay at least, as a node that reboots is silent for so long',
  },
  {
    name: 'lock-release-delay',
    type: 'duration',
    usual: '0s',
    ours: ['lease.releaseDelay'],
    note: 'kept in the Lease, so that a restart neither loses nor repeats it; not after a drain that failed',
  },
  {
    name: 'prometheus-url',
    type: 'string',
    usual: '',
    ours: ['blockers.prometheus'],
    note: 'with a timeout of 5s; a login in the URL moves into a file',
  },
  {
    name: 'alert-filter-regexp',
    type: 'regexp',
    usual: '',
    ours: ['blockers.prometheus'],
    note: '`alertFilterRegexp`, by the same rules (RE2); an empty one, which makes kured ignore every alert, becomes `.*`',
  },
  {
    name: 'alert-filter-match-only',
    type: 'bool',
    usual: 'false',
    ours: ['blockers.prometheus'],
    note: '`alertFilterMatchOnly`',
  },
  {
    name: 'alert-firing-only',
    type: 'bool',
    usual: 'false',
    ours: ['blockers.prometheus'],
    note: '`alertFiringOnly`',
  },
  {
    name: 'reboot-sentinel',
    type: 'string',
    usual: '/var/run/reboot-required',
    ours: ['sentinel.files'],
    note: "of the machine: kured's `/sentinel/` is its mount of `/var/run`; a directory, a link that leads nowhere or an error is unknown, and not yes or no",
  },
  {
    name: 'reboot-sentinel-command',
    type: 'string',
    usual: '',
    ours: ['sentinel.command', 'sentinel.files', 'sentinel.commandPeriod'],
    note: 'exit 0 is yes and 1 is no as there; anything else is unknown, which is told; a missing program is an error at start',
  },
  {
    name: 'prefer-no-schedule-taint',
    type: 'string',
    usual: '',
    ours: ['node.preferNoScheduleTaint'],
    note: 'a kubelet may not set taints: it needs `credentials.kubeconfig` with other credentials, and is refused at start without; stands while blockers refuse, too',
  },
  {
    name: 'concurrency',
    type: 'int',
    usual: '1',
    ours: ['concurrency'],
    note: '1 to 32; less than 1 is 1',
  },
  {
    name: 'slack-hook-url',
    type: 'string',
    usual: '',
    ours: ['notifications.urlFiles', 'notifications.moments'],
    note: 'becomes `slack://A/B/C` as in kured, in a file',
  },
  {
    name: 'slack-username',
    type: 'string',
    usual: 'kured',
    ours: [],
    note: 'kured accepts it and does not use it; `?botname=NAME` at the end of the URL does that',
  },
  {
    name: 'slack-channel',
    type: 'string',
    usual: '',
    ours: [],
    note: 'kured accepts it and does not use it; a webhook belongs to one channel',
  },
  {
    name: 'notify-url',
    type: 'string',
    usual: '',
    ours: ['notifications.urlFiles', 'notifications.moments'],
    note: 'in a file that only root reads; sent beside the work and tried again; `moments` has the three that kured tells of',
  },
  {
    name: 'message-template-drain',
    type: 'string',
    usual: 'Draining node %s',
    ours: ['notifications.templates'],
    note: '`draining`; `%s` is the node, and a template without it has no garbage at its end',
  },
  {
    name: 'message-template-reboot',
    type: 'string',
    usual: 'Rebooting node %s',
    ours: ['notifications.templates'],
    note: '`rebooting`',
  },
  {
    name: 'message-template-uncordon',
    type: 'string',
    usual: 'Node %s rebooted & uncordoned successfully!',
    ours: ['notifications.templates'],
    note: '`back`; sent when the reboot is proven by the boot ID',
  },
  {
    name: 'blocking-pod-selector',
    type: 'stringArray',
    usual: '',
    ours: ['blockers.pods'],
    note: 'such a pod is not evicted either; a bad selector is an error at start, and not a block for ever',
  },
  {
    name: 'reboot-days',
    type: 'stringSlice',
    usual: 'su,mo,tu,we,th,fr,sa',
    ours: ['maintenance.windows', 'maintenance.weekdayOf', 'mode'],
    note: 'an empty list means never, as there: `mode: observe`; over midnight `weekdayOf: current` keeps the rule of kured, by which the day of now counts',
  },
  {
    name: 'start-time',
    type: 'string',
    usual: '0:00',
    ours: ['maintenance.windows'],
    note: 'on the days on which clocks change kured is off by an hour, kured-host is not',
  },
  {
    name: 'end-time',
    type: 'string',
    usual: '23:59:59',
    ours: ['maintenance.windows'],
    note: 'kured counts the second it names: 17:00 becomes 17:00:01; a drain that runs when it closes is backed out',
  },
  {
    name: 'time-zone',
    type: 'string',
    usual: 'UTC',
    ours: ['maintenance.windows'],
    note: "`Local` is the zone of the machine, and not of kured's image (UTC)",
  },
  {
    name: 'annotate-nodes',
    type: 'bool',
    usual: 'false',
    ours: ['node.kuredAnnotations'],
    note: 'the annotations of kured under their names; the one of a reboot in progress goes when the need goes, over a restart too',
  },
  {
    name: 'log-format',
    type: 'string',
    usual: 'text',
    ours: [],
    note: 'the journal has fields and message IDs; where there is none, JSON is written, on a terminal text',
  },
  {
    name: 'pre-reboot-node-labels',
    type: 'stringSlice',
    usual: '',
    ours: ['node.labelsBeforeDrain'],
    note: 'with the cordon; put back with the uncordon, where kured leaves those that no post label names; of the domains of Kubernetes a kubelet may write `node.kubernetes.io/` and `kubelet.kubernetes.io/` alone',
  },
  {
    name: 'post-reboot-node-labels',
    type: 'stringSlice',
    usual: '',
    ours: ['node.labelsAfterReboot'],
    note: 'when the reboot is proven, on a node that was cordoned before as well; not after a drain that failed',
  },
] as const satisfies readonly KuredFlag[];

export type FlagName = (typeof kuredFlags)[number]['name'];

/** The row of a flag by its name, as somebody typed it; undefined: kured has none such. */
export function flagNamed(name: string): (KuredFlag & { readonly name: FlagName }) | undefined {
  return kuredFlags.find((flag) => flag.name === name);
}
