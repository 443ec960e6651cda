/** In what a fault's rate is counted: its chance at each such moment, or how often it comes in an hour of virtual time. */
export type RateUnit =
  | 'per port call'
  | 'per request'
  | 'per write'
  | 'per mark'
  | 'per line'
  | 'per pod'
  | 'per boot'
  | 'per reboot call'
  | 'per run of hooks'
  | 'per node'
  | 'per node and hour'
  | 'per hour';

export interface FaultRow {
  readonly unit: RateUnit;
  /** With all faults on. */
  readonly rate: number;
  /** What happens, in one clause. */
  readonly what: string;
}

/** Every fault there is. */
export const faults = {
  kill: {
    unit: 'per port call',
    rate: 0.0005,
    what: 'the service is killed before a call of a port, or after its effect and before its answer, and is started again',
  },
  'dies-over-write': {
    unit: 'per write',
    rate: 0.004,
    what: 'the service is killed as it has sent a write, which takes effect up to ten minutes after its next start',
  },
  power: { unit: 'per port call', rate: 0.0002, what: 'the machine loses its power there, and gets it back' },
  stall: {
    unit: 'per port call',
    rate: 0.0003,
    what: 'the process stands still for seconds to minutes before it hears the answer, and then goes on',
  },
  unreachable: { unit: 'per request', rate: 0.003, what: 'no connection comes about' },
  'request-lost': { unit: 'per request', rate: 0.003, what: 'the connection breaks and the request never took effect' },
  'answer-lost': {
    unit: 'per request',
    rate: 0.003,
    what: 'the request takes effect and the connection breaks before its answer',
  },
  'request-late': {
    unit: 'per request',
    rate: 0.003,
    what: 'no answer comes, and the request takes effect up to a quarter of an hour later',
  },
  'answer-never': { unit: 'per request', rate: 0.002, what: 'the request takes effect and no answer comes' },
  slow: { unit: 'per request', rate: 0.003, what: 'the request needs seconds to arrive' },
  conflict: { unit: 'per request', rate: 0.002, what: 'a write is refused with 409' },
  throttled: { unit: 'per request', rate: 0.002, what: 'the API server has too much to do: 429' },
  'server-error': { unit: 'per request', rate: 0.002, what: 'the API server fails: 500' },
  unavailable: { unit: 'per request', rate: 0.002, what: 'the API server is not ready: 503' },
  expired: { unit: 'per request', rate: 0.002, what: 'what a watch or list resumes from is forgotten: 410' },
  'watch-cut': { unit: 'per node and hour', rate: 0.3, what: "the machine's watches break" },
  'watch-silent': {
    unit: 'per node and hour',
    rate: 0.3,
    what: "the machine's watches say nothing for a while, and nobody notices",
  },
  balancer: {
    unit: 'per node',
    rate: 0.05,
    what: "a balancer on the machine's way closes every watch that is silent for 35 s, to the end of the run",
  },
  'watch-twice': { unit: 'per line', rate: 0.01, what: 'a line of a watch comes twice' },
  'watch-behind': {
    unit: 'per line',
    rate: 0.1,
    what: 'a watch that is opened anew begins with what the one before had told',
  },
  'server-down': { unit: 'per hour', rate: 0.1, what: 'the API server is down for seconds to hours' },
  'server-restart': { unit: 'per hour', rate: 0.2, what: 'the API server restarts' },
  compacted: { unit: 'per hour', rate: 0.2, what: 'etcd is compacted, and watches end with 410' },
  restored: { unit: 'per hour', rate: 0.01, what: 'etcd is set back to a state of minutes or hours before' },
  partition: { unit: 'per node and hour', rate: 0.1, what: 'the machine reaches the API server no more for a while' },
  'slow-node': { unit: 'per node and hour', rate: 0.05, what: "the machine's requests take seconds for a while" },
  unauthorized: {
    unit: 'per node and hour',
    rate: 0.03,
    what: "the machine's certificate is refused until it is rotated",
  },
  forbidden: { unit: 'per node and hour', rate: 0.02, what: 'the machine may not touch the Lease for a while' },
  'reboot-refused': { unit: 'per reboot call', rate: 0.03, what: 'logind refuses the reboot' },
  'reboot-nothing': { unit: 'per reboot call', rate: 0.02, what: 'logind accepts the reboot and nothing comes of it' },
  'reboot-unanswered': {
    unit: 'per reboot call',
    rate: 0.02,
    what: 'logind does not answer, and reboots up to half an hour later',
  },
  'logind-ill': { unit: 'per node and hour', rate: 0.1, what: 'logind refuses or forgets every reboot for a while' },
  'hooks-fail': { unit: 'per run of hooks', rate: 0.01, what: 'a hook fails' },
  'hooks-slow': { unit: 'per run of hooks', rate: 0.02, what: 'hooks take minutes' },
  'boot-slow': { unit: 'per boot', rate: 0.02, what: 'the boot takes minutes to hours' },
  'service-late': { unit: 'per boot', rate: 0.02, what: 'the service starts minutes after the boot' },
  'kubelet-late': { unit: 'per boot', rate: 0.03, what: 'the kubelet reports minutes after the boot' },
  'kubelet-unready': {
    unit: 'per boot',
    rate: 0.1,
    what: 'the kubelet reports the boot, and that it is not Ready for a while',
  },
  'sentinel-stays': { unit: 'per boot', rate: 0.1, what: 'what asked for the reboot is still there after it' },
  'kubelet-never': { unit: 'per boot', rate: 0.003, what: 'the kubelet does not start' },
  'kubelet-flaps': { unit: 'per node and hour', rate: 0.1, what: 'the kubelet is not Ready for a while' },
  'clock-jump': { unit: 'per node and hour', rate: 0.1, what: "the machine's wall clock jumps by minutes to hours" },
  refused: { unit: 'per node and hour', rate: 0.5, what: 'a blocker refuses the reboot for a while' },
  'permission-unknown': { unit: 'per node and hour', rate: 0.2, what: 'a blocker cannot be asked for a while' },
  meanwhile: {
    unit: 'per request',
    rate: 0.01,
    what: 'permission, need, a hold or a pause turns just while the machine writes the Lease',
  },
  window: { unit: 'per hour', rate: 0.1, what: 'the maintenance window closes for all, and opens again' },
  'sentinel-flaps': {
    unit: 'per node and hour',
    rate: 0.2,
    what: 'the sentinel goes and comes back, some times in a row',
  },
  pause: { unit: 'per hour', rate: 0.1, what: 'an admin pauses the pool for a while' },
  concurrency: { unit: 'per hour', rate: 0.1, what: "an admin sets the pool's concurrency for a while" },
  release: { unit: 'per node and hour', rate: 0.1, what: 'an admin asks the node to release' },
  'force-release': { unit: 'per node and hour', rate: 0.01, what: "an admin takes the node's claim away" },
  'forced-away': {
    unit: 'per reboot call',
    rate: 0.02,
    what: "an admin takes the node's claim away while the machine goes down and is down",
  },
  cordon: { unit: 'per node and hour', rate: 0.1, what: 'an admin cordons the node, and uncordons it later' },
  uncordon: { unit: 'per node and hour', rate: 0.05, what: 'an admin uncordons the node, whoever cordoned it' },
  'cordoned-anew': {
    unit: 'per mark',
    rate: 0.02,
    what: 'an admin uncordons the node that carries our mark and cordons it again, and uncordons it later',
  },
  hold: { unit: 'per node and hour', rate: 0.05, what: 'an admin holds the node for a while' },
  'node-deleted': {
    unit: 'per node and hour',
    rate: 0.01,
    what: 'the Node is deleted, and its kubelet registers it anew',
  },
  'lease-deleted': { unit: 'per hour', rate: 0.01, what: 'an admin deletes the Lease, and makes it anew' },
  'lease-garbled': {
    unit: 'per hour',
    rate: 0.02,
    what: "an admin's slip makes the Lease unreadable, and is put right",
  },
  'pod-sticks': {
    unit: 'per pod',
    rate: 0.05,
    what: 'a pod that ended is kept by a finalizer for minutes to hours',
  },
  'pod-returns': {
    unit: 'per pod',
    rate: 0.05,
    what: 'a pod that is gone is made anew on the same node, cordoned or not',
  },
  'budget-shut': { unit: 'per hour', rate: 0.2, what: 'the disruption budget allows no eviction for a while' },
  'service-restart': { unit: 'per node and hour', rate: 0.1, what: 'the service is restarted, as by an upgrade' },
  'service-stop': { unit: 'per node and hour', rate: 0.05, what: 'the service is stopped, and started again' },
  reload: { unit: 'per node and hour', rate: 0.1, what: 'the service gets another configuration' },
  'newer-version': {
    unit: 'per boot',
    rate: 0.2,
    what: 'the machine has a newer version, which writes fields that this one does not know',
  },
  'disk-full': { unit: 'per node and hour', rate: 0.05, what: "the machine's disk is full for a while" },
  'memory-lost': { unit: 'per node and hour', rate: 0.02, what: 'what the service keeps on its disk is lost' },
} as const satisfies Readonly<Record<string, FaultRow>>;

export type FaultName = keyof typeof faults;
