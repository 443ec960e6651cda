/**
 * Our own Node as far as decisions need it, read from one object at one resourceVersion.
 *
 * - `labels`, `annotations`: as they stand; parsed where they are used.
 * - `taints`: as they stand, with every field they have.
 * - `cordonOwner`: the manager that owns `f:spec.f:unschedulable` in managedFields; `nobody` when none does; `unknown` when
 *   they do not tell whether it is us: the object carries none, or the API server has merged our entry into its oldest.
 * - `bootID`: status.nodeInfo.bootID, the boot this boot's kubelet reported; empty when none did.
 * - `ready`: the Ready condition's status; `Unknown` when it is absent.
 */
export interface NodeSnapshot {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly unschedulable: boolean;
  readonly cordonOwner: CordonOwner;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly bootID: string;
  readonly ready: 'True' | 'False' | 'Unknown';
  /** Why the kubelet says it is not Ready; empty when it says nothing. */
  readonly readyMessage: string;
  /** The Ready condition's lastHeartbeatTime in milliseconds since 1970; null when absent. */
  readonly readyHeartbeat: number | null;
  /** Our condition `RebootRequired` as it stands; null when absent. */
  readonly condition: NodeCondition | null;
}

/** One of spec.taints. */
export interface Taint {
  readonly key: string;
  readonly effect: string;
  readonly [field: string]: unknown;
}

export type CordonOwner = { readonly manager: string } | 'nobody' | 'unknown';

export interface NodeCondition {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/**
 * A merge patch (RFC 7386) of the own Node, always guarded by the resourceVersion it was decided on: the API server
 * answers 409 when the Node has changed since. `labels`, `annotations`: null removes one. `taints`: all of them after it, as
 * a merge patch knows no part of a list.
 */
export interface NodePatch {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly unschedulable?: boolean;
  readonly labels?: Readonly<Record<string, string | null>>;
  readonly annotations: Readonly<Record<string, string | null>>;
  readonly taints?: readonly Taint[];
  /** Who the API server names as the owner of what changes; absent: `kured-host`, whose cordons a restore may undo. */
  readonly manager?: string;
}
