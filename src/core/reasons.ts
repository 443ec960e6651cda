/**
 * Why we wait, refuse or need a person: a closed code, one sentence with its details filled in, and what to do about it.
 * Status, logs, the Node's condition, metrics labels and the docs are all made from this one table.
 */
export interface Reason {
  readonly code: ReasonCode;
  readonly details: Readonly<Record<string, string>>;
}

interface ReasonRow {
  /** The sentence; `{name}` stands for a detail. */
  readonly sentence: string;
  /** What a person can do; empty where waiting is all there is to do. */
  readonly remedy: string;
}

const rows = {
  'daemon-stopped': {
    sentence: 'the daemon does not run on this node, so nothing happens here',
    remedy: 'systemctl start kured-host; `journalctl -u kured-host` says why it ended',
  },
  'daemon-silent': {
    sentence: 'the daemon of this node gives no answer: {why}',
    remedy: 'look at `systemctl status kured-host` and `journalctl -u kured-host`',
  },
  starting: { sentence: 'looking at the Lease, the Node and this boot before anything else', remedy: '' },
  'no-need': { sentence: 'no reboot is needed', remedy: '' },
  'need-unknown': {
    sentence: 'cannot tell whether a reboot is needed: {source}: {why}',
    remedy: 'mend the sentinel named here; until then nothing is rebooted',
  },
  'need-handled': {
    sentence:
      'the need ({need}) was already met by a reboot and is still there; the same need never causes a second reboot',
    remedy:
      'find out what keeps the sentinel, then remove it or create it anew; a request needs another value (`kured-host request`)',
  },
  'need-gone': { sentence: 'the need for a reboot is gone', remedy: '' },
  'credentials-missing': {
    sentence: 'no kubeconfig of a kubelet was found ({looked})',
    remedy: 'join the node to a cluster, or name a file in credentials.kubeconfig',
  },
  'credentials-unusable': {
    sentence: 'the credentials in {file} cannot be used: {why}',
    remedy: 'mend the file; it is read again as soon as it changes',
  },
  'api-unavailable': {
    sentence: 'the API server {server} cannot be reached: {why}',
    remedy: 'check the API server and the network; the daemon goes on by itself',
  },
  'api-refused': {
    sentence: 'the API server refused to {action}: {why}',
    remedy: 'run `kured-host preflight`, which names the missing grant and the command that gives it',
  },
  'api-failed': {
    sentence: 'the API server could not {action}: {why}',
    remedy: 'check the API server; the daemon tries again by itself',
  },
  'node-missing': {
    sentence: 'the Node {node} does not exist in the cluster (yet)',
    remedy: 'wait for the kubelet to register it, or check credentials.nodeName',
  },
  'lease-missing': {
    sentence: 'the Lease {lease} does not exist',
    remedy: 'apply the manifest: {manifest}',
  },
  'lease-unreadable': {
    sentence: 'the Lease {lease} cannot be understood and so counts as held: {why}',
    remedy:
      'look at it with `kubectl get lease -n {namespace} {name} -o yaml` and mend or remove the annotation named here',
  },
  'lease-went-back': {
    sentence:
      'the Lease {lease} shows an older state than was seen before (restored or created anew); nothing is claimed until {until}',
    remedy: '',
  },
  'pool-paused': {
    sentence: 'the pool is paused: {why}',
    remedy: 'kubectl annotate lease -n {namespace} {name} kured-host/paused-',
  },
  observing: {
    sentence: 'this node only observes (mode: observe)',
    remedy: 'set mode: reboot in the configuration, then `systemctl reload kured-host`',
  },
  'would-reboot': {
    sentence: 'it would claim {lease} now, drain this node and reboot it',
    remedy: 'set mode: reboot in the configuration, then `systemctl reload kured-host`',
  },
  'would-wait': { sentence: 'its turn would still have to come: {why}', remedy: '{remedy}' },
  'asking-turn': { sentence: 'asking for the turn in {lease}', remedy: '' },
  'pool-busy': {
    sentence: 'waiting for {holders}, holder of {lease}',
    remedy: 'it goes on by itself; where that machine does not come back: `kured-host lease release NODE --force`',
  },
  'holder-gone': {
    sentence:
      'waiting for {holders}, holder of {lease}; the Node {node} does not exist, and its claim is taken over from {until} on if that stays so',
    remedy: '',
  },
  'holder-silent': {
    sentence:
      'waiting for {holders}, holder of {lease}; {node} has written nothing for long, and whether its Node still exists cannot be told: {why}',
    remedy:
      'if that machine is gone for good: `kured-host lease release {node} --force`; to have such claims taken over: {grant}',
  },
  'not-my-turn': { sentence: 'place {place} of {length} in the queue of {lease}; {holders}', remedy: '' },
  'queue-full': { sentence: 'the queue of {lease} is full ({length} nodes); asks again every minute', remedy: '' },
  'backing-off': { sentence: 'tries again at {until}, because the last try ended: {why}', remedy: '{remedy}' },
  'asking-permission': { sentence: 'asking whether a reboot is permitted now', remedy: '' },
  'permission-unknown': {
    sentence: 'cannot tell whether a reboot is permitted: {source}: {why}',
    remedy: 'mend the source named here; until then nothing is rebooted',
  },
  'window-closed': {
    sentence: 'outside the maintenance windows; the next one opens {opens}',
    remedy: '`kured-host windows` lists them; maintenance.windows and maintenance.deadline decide them',
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
  draining: { sentence: 'draining: {progress}', remedy: '' },
  'drain-delay': {
    sentence: 'the node is cordoned; waits until {until} ({left} left) before the first eviction',
    remedy: 'drain.delay decides how long; `kubectl uncordon` or a release of the Lease ends it',
  },
  'reboot-delay': {
    sentence: '{pods}; waits until {until} ({left} left) before the reboot',
    remedy: 'reboot.delay decides how long; `kubectl uncordon` or a release of the Lease ends it',
  },
  'drain-blocked': {
    sentence: 'a disruption budget ({budget}) allows no eviction now; {pods}',
    remedy: 'kubectl get poddisruptionbudget -A',
  },
  'drain-timeout': {
    sentence: 'the drain did not end within {timeout}: {left}',
    remedy: 'look at the pods named here; `kured-host drain --dry-run` shows what holds them',
  },
  'drain-given-up': {
    sentence: 'the drain did not end within {timeout}, and drain.onTimeout says to reboot with pods left: {left}',
    remedy:
      '`kured-host drain --dry-run` shows what holds them; drain.onTimeout: back-out keeps such a node from rebooting',
  },
  'drain-failed': { sentence: 'the drain cannot go on: {why}', remedy: '`kured-host drain --dry-run` shows each pod' },
  'hooks-beginning': { sentence: 'looking for hooks to run ({phase})', remedy: '' },
  'hook-running': {
    sentence: 'the hook {hook} is running; it has {timeout}',
    remedy: '',
  },
  'hook-failed': {
    sentence: 'the hook {hook} failed: {why}',
    remedy:
      'read its output with `journalctl -t kured-host`, then mend it or remove it; it is run again by itself, and `kured-host retry` runs it at once',
  },
  'hook-refused': {
    sentence: 'the hook {hook} is not run, because {why}',
    remedy: 'put right what is named here (`chown root:root`, `chmod go-w`, `chmod +x`), or remove the hook',
  },
  'hooks-unreadable': {
    sentence: 'nobody can tell which hooks there are in {folder}: {why}',
    remedy: 'make it a folder that root can read, or remove it where no hooks are wanted',
  },
  uncordoned: { sentence: 'a person uncordoned the node', remedy: '' },
  'cordon-gone': { sentence: 'the Node {node} is no longer cordoned: {why}', remedy: '' },
  'release-asked': { sentence: 'a person asked this node to release {lease}', remedy: '' },
  'claim-lost': { sentence: 'the claim in {lease} is gone or is another one', remedy: '' },
  stopping: { sentence: 'the service is being stopped', remedy: '' },
  'reboot-asked': {
    sentence: 'the reboot was asked for (method {method}); waiting for the machine to go down until {until}',
    remedy: '',
  },
  'reboot-refused': {
    sentence: 'the reboot was refused: {why}',
    remedy: 'remove what refuses it; it is tried again within limits',
  },
  'reboot-silent': {
    sentence: 'the reboot was asked for and did not come: {why}',
    remedy:
      'find out what became of it (`systemctl list-jobs`, `systemctl status systemd-logind`); it is asked for again within limits',
  },
  'reboot-unanswered': {
    sentence: 'the reboot was asked for and no answer came ({why}); it may still happen',
    remedy: '',
  },
  'reboot-not-happening': {
    sentence: 'the reboot was asked for {attempts} time(s) and the machine is still up with the same boot ID: {why}',
    remedy: 'find out why it does not go down, then run `kured-host retry` or reboot it by hand',
  },
  'reboot-uncertain': {
    sentence: 'a reboot was asked for that may still come, and it cannot be asked for again: {why}',
    remedy:
      'reboot the machine by hand; or, sure that no reboot comes, `kured-host retry`, or `kured-host lease release {node} --force`',
  },
  'too-many-starts': {
    sentence: 'the service was started {starts} times within one claim',
    remedy: 'find out why it ends: journalctl -u kured-host',
  },
  'too-many-reboots': {
    sentence: '{count} reboot(s) of this node within 24 hours, the most that reboot.maxRebootsPerDay allows',
    remedy: 'find out what keeps asking for reboots, then run `kured-host retry`',
  },
  'kubelet-silent': {
    sentence: 'the kubelet has not reported this boot yet (the Node shows boot ID {shown})',
    remedy: 'systemctl status kubelet; journalctl -u kubelet -b',
  },
  'kubelet-silent-since': {
    sentence:
      'the kubelet has not reported since the soft reboot: its last Ready is of {at}, and systemd began anew {start}',
    remedy: 'systemctl status kubelet; journalctl -u kubelet -b',
  },
  'kubelet-not-ready': {
    sentence: 'the kubelet reports that the node is not Ready{why}',
    remedy: 'kubectl describe node {node}',
  },
  'other-machine': {
    sentence: 'the claim was made by another machine that uses the name {node}',
    remedy:
      'give each machine a name of its own; then release the claim with `kured-host lease release {node} --force`',
  },
  restoring: { sentence: 'the reboot is proven; uncordons and releases {lease}', remedy: '' },
  'release-delay': {
    sentence: 'the reboot is proven and the node takes pods again; keeps {lease} until {until} ({left} left)',
    remedy: 'lease.releaseDelay decides how long; `kured-host lease release {node}` ends it',
  },
  'backing-out': { sentence: 'backing out: {why}', remedy: '' },
  'backed-out-before': {
    sentence: 'it was backed out before this service was started',
    remedy: 'journalctl -u kured-host tells why',
  },
  interrupted: { sentence: 'a back-out was interrupted and is being finished', remedy: '' },
  'host-unreadable': {
    sentence: '{what} of this machine cannot be read: {why}',
    remedy: 'nothing is decided without it; it is read again by itself',
  },
  'memory-unusable': {
    sentence: 'what is remembered over restarts cannot be kept in {file}: {why}',
    remedy: 'only time is lost by that; make the folder writable',
  },
  rival: {
    sentence: '{name} may reboot this node without its turn: {how}',
    remedy: '{remedy}',
  },
  'rivals-unknown': {
    sentence: 'cannot tell who else may reboot this node: {why}',
    remedy: 'look for other programs that reboot it; nothing here depends on the answer',
  },
  'pool-change-waits': {
    sentence: 'the new pool or identity of the configuration is taken after {lease} was released',
    remedy: '',
  },
} as const satisfies Record<string, ReasonRow>;

export type ReasonCode = keyof typeof rows;

/** All codes, in the order of the table. */
export const reasonCodes = Object.keys(rows) as readonly ReasonCode[];

export function reason(code: ReasonCode, details: Readonly<Record<string, string>> = {}): Reason {
  return { code, details };
}

/** The reason as one clause, without a full stop at its end. */
export function reasonSentence(of: Reason): string {
  return fill(rows[of.code].sentence, of.details);
}

/** What to do about it; empty where waiting is all there is to do. */
export function reasonRemedy(of: Reason): string {
  return fill(rows[of.code].remedy, of.details);
}

/** The sentence and the remedy with their `{name}` places, for tables in the docs. */
export function reasonTemplate(code: ReasonCode): { readonly sentence: string; readonly remedy: string } {
  return rows[code];
}

function fill(template: string, details: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => details[name] ?? place);
}
