import type { PrometheusSettings } from './alerts/settings.ts';
import type { CommandBlocker, PodBlocker, UserBlocker } from './blockers/settings.ts';
import type { LeaseRef } from './lease/object.ts';
import type { RebootMethod } from './lease/record.ts';
import type { AroundReboot } from './node-changes.ts';
import type { NoticeMoment, Templates } from './notice.ts';
import type { MaintenanceSettings } from './window/settings.ts';

/** What an admin decides, a type a section; durations in milliseconds. Each room gets its own section only. */
export interface Settings {
  /** `observe`: everything is seen and told, nothing is claimed or changed. */
  readonly mode: 'reboot' | 'observe';
  readonly credentials: CredentialSettings;
  readonly lease: LeaseSettings;
  readonly concurrency: number;
  readonly sentinel: SentinelSettings;
  readonly maintenance: MaintenanceSettings;
  readonly blockers: BlockerSettings;
  readonly drain: DrainSettings;
  readonly node: NodeSettings;
  readonly hooks: HookSettings;
  readonly reboot: RebootSettings;
  readonly verification: VerificationSettings;
  readonly metrics: MetricsSettings;
  readonly notifications: NotificationSettings;
  readonly log: LogSettings;
}

export interface CredentialSettings {
  /** A kubeconfig's path; null: found by itself. */
  readonly kubeconfig: string | null;
  /** The user to act as for the Lease; null: as the kubelet's credentials need it; empty text: none, direct. */
  readonly impersonate: string | null;
  readonly nodeName: string | null;
}

export interface LeaseSettings extends LeaseRef {
  /** Higher goes first in the queue. */
  readonly priority: number;
  /** How long another holder's entry has to be unchanged to be taken out by that alone; null: it never is. */
  readonly takeOverAfter: number | null;
  /** How long the Lease is kept after a proven reboot; null: it is released at once. */
  readonly releaseDelay: number | null;
}

export interface SentinelSettings {
  readonly files: readonly string[];
  /** A command: exit 0 means required, 1 means not, anything else is an error and means unknown; null: none. */
  readonly command: readonly string[] | null;
  readonly commandTimeout: number;
  /** How often the command runs. */
  readonly commandPeriod: number;
}

export interface BlockerSettings {
  /** No reboot while a package manager changes packages. */
  readonly packageManager: boolean;
  /** No reboot before the machine has been up for so long; null: any time will do. */
  readonly minimumUptime: number | null;
  /** No reboot while alerts or queries there are against it. */
  readonly prometheus: readonly PrometheusSettings[];
  /** No reboot while people are logged in, or not before they had their time; null: nobody is waited for. */
  readonly users: UserBlocker | null;
  /** No reboot while such pods are on this node. */
  readonly pods: readonly PodBlocker[];
  /** No reboot while one of these says so. */
  readonly commands: readonly CommandBlocker[];
}

export interface DrainSettings {
  /** How long after the cordon the first pod is evicted; null: at once. */
  readonly delay: number | null;
  /** How long a drain may take before it is backed out; null: as long as it takes. */
  readonly timeout: number | null;
  /** What becomes of a drain that does not end in that time: its node is not rebooted for now, or it is, with pods left. */
  readonly onTimeout: 'back-out' | 'reboot';
  /** Seconds each pod gets to end; null: the pod's own. */
  readonly gracePeriodSeconds: number | null;
  /** Only pods this label selector matches are evicted; null: all. */
  readonly podSelector: string | null;
  /** Pods that have been terminating for longer than this are not waited for; null: all are. */
  readonly skipWaitForDeleteTimeout: number | null;
}

/** What is written on the Node. */
export interface NodeSettings {
  /** With the cordon; put back with the restore. */
  readonly beforeDrain: AroundReboot;
  /** With the restore after a proven boot. */
  readonly afterReboot: AroundReboot;
  /** The node is taken out of external load balancers with the cordon, until the restore. */
  readonly excludeFromLoadBalancers: boolean;
  /** How long load balancers get, from the cordon to the first eviction; null: no time. */
  readonly loadBalancerDelay: number | null;
  /** kured's own annotations of a reboot are kept as well. */
  readonly kuredAnnotations: boolean;
  /** The key of a taint that stands while this node waits for a reboot; null: none. */
  readonly preferNoScheduleTaint: string | null;
}

export interface HookSettings {
  /** How long one hook may run; then it is ended, and has failed. */
  readonly timeout: number;
}

export interface RebootSettings {
  readonly method: RebootMethod;
  readonly command: readonly string[] | null;
  /** The number of the signal that PID 1 is sent, for the method `signal`. */
  readonly signal: number;
  /** How long after the last pod is gone and the hooks have succeeded the reboot is asked for; null: at once. */
  readonly delay: number | null;
  /** How long after the call the machine may still be up before that counts as an outcome. */
  readonly deadline: number;
  /** How many fences one claim may write. */
  readonly attempts: number;
  /** How many reboots by us within 24 hours, then stuck. */
  readonly maxRebootsPerDay: number;
}

export interface VerificationSettings {
  /** How long after a boot the kubelet may take to report Ready before the node counts as stuck. */
  readonly timeout: number;
}

export interface MetricsSettings {
  /** `host:port`, or `unix:/path`; null: none. */
  readonly listen: string | null;
  /** The absolute path of a file for node-exporter's textfile collector, which ends in `.prom`; null: none. */
  readonly textfile: string | null;
}

export interface NotificationSettings {
  /** Files with a notification URL on each line. */
  readonly urlFiles: readonly string[];
  /** A command that gets each message as JSON on its standard input; null: none. */
  readonly command: readonly string[] | null;
  readonly moments: readonly NoticeMoment[];
  readonly templates: Templates;
  /** How long a need waits before people are told that it does; null: they are not. */
  readonly waitingAfter: number | null;
  /** Authorities that are trusted in place of those that Node knows; null: those. */
  readonly caFile: string | null;
}

export interface LogSettings {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
}
