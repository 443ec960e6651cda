import type { EventCode, LogLevel } from '../ports/outlets.ts';

/** What belongs to a kind of event and never changes from one time to the next. */
export interface EventRow {
  /** MESSAGE_ID of the journal (sd-id128(3)); once given out it keeps its meaning for ever. */
  readonly id: string;
  readonly level: LogLevel;
  /** Without a full stop; details follow it where people read. */
  readonly text: string;
  /**
   * What `journalctl -x` says about it. `@KURED_REMEDY@` is filled in by journalctl from the entry's field, and only where
   * that is at most 256 bytes long.
   */
  readonly explanation: string;
}

/** Every kind of event. The message catalogue is made from this table. */
export const eventRows: Readonly<Record<EventCode, EventRow>> = {
  'service-starting': {
    id: '3293da35129648f488e6fb0933005de3',
    level: 'info',
    text: 'The service starts',
    explanation:
      'kured-host has begun to look at its configuration, this boot, the Lease and the Node. Nothing is changed before all of them have been read.',
  },
  'service-ready': {
    id: 'a02793c06abb49a98361b9f43eb9c6ea',
    level: 'info',
    text: 'The service is ready',
    explanation:
      'kured-host has looked around as far as it could and now waits for events. What it waits for is shown by "kured-host status".',
  },
  'service-stopping': {
    id: '9f872a960d4f499199254459b318c28f',
    level: 'info',
    text: 'The service stops',
    explanation: 'systemd or a person stops the service. After a restart or a boot the work goes on where it was.',
  },
  'service-stopped': {
    id: '650fdf2a30da4a6eace847ac11ccd7b5',
    level: 'info',
    text: 'The service has stopped',
    explanation:
      'Nothing is done any more on this node until the service runs again. A claim that is still held stays held: nobody takes it by its age.',
  },
  'second-instance': {
    id: 'e4ea69254788451d96424ce275ccea8b',
    level: 'error',
    text: 'Another daemon already runs on this node',
    explanation:
      'Two daemons would decide about one node, so the second one ends. The message names the process that runs.',
  },
  'instance-unknown': {
    id: 'd849aa631ff047d39902860298824a90',
    level: 'warn',
    text: 'It cannot be told whether another daemon runs on this node',
    explanation:
      'The lock in /run/kured-host could not be taken. The service goes on; make sure that it was started once only, and mend what is named here.',
  },
  'native-missing': {
    id: 'c6c54fb751274260b8adef2a5d24f36e',
    level: 'warn',
    text: 'The native library could not be loaded',
    explanation:
      'The service runs without sd_notify and without native journal fields, and writes JSON lines instead. Under Type=notify systemd will take the start for failed. Installing the package again brings the file back.',
  },
  'messages-dropped': {
    id: '08d716577d3b4311aa3ed511c2419044',
    level: 'warn',
    text: 'Messages were dropped',
    explanation:
      'A receiver (the journal or the service manager) did not take messages in time. They were given up, because waiting would have stopped the work.',
  },
  'internal-error': {
    id: 'f8d476188db846fbba97f15bb6ce8dca',
    level: 'error',
    text: 'Something happened that should not',
    explanation:
      'This is a fault in kured-host. It takes it as "unknown", which never permits a reboot. Please report it together with the field KURED_STACK.',
  },
  'config-loaded': {
    id: '12fbae5de0424c78a65b4fbe856c4ff2',
    level: 'info',
    text: 'The configuration was read',
    explanation:
      'All files together gave valid settings. "kured-host config show" shows each value and the file it came from.',
  },
  'config-refused': {
    id: '22b300eba8e24a68ac78aa456ccf9aa1',
    level: 'error',
    text: 'The configuration was refused',
    explanation:
      'The files together do not give valid settings, so the settings from before stay in force. "kured-host config check" shows the same message without changing anything.',
  },
  'config-waits': {
    id: '59015aaab23046e6b7db235f4dd0fa7d',
    level: 'info',
    text: 'A part of the new configuration waits',
    explanation: 'A change of pool or identity is taken after the claim that is held now was released.',
  },
  'log-level-changed': {
    id: 'e08100306c524cd6b4f56e6bb97557cd',
    level: 'info',
    text: 'The log level was changed',
    explanation: 'Events below this level are not written from now on.',
  },
  'memory-unusable': {
    id: 'faed5c98860e49cca859650c85a4e017',
    level: 'warn',
    text: 'What is remembered over restarts cannot be used',
    explanation:
      'Only time is lost: how long to wait after failures, and since when a need waits. Safety rests on the Lease and the Node alone.',
  },
  'phase-changed': {
    id: 'a55baa0eafd04d968da14ae8ca27eef5',
    level: 'info',
    text: 'The phase changed',
    explanation: 'KURED_FROM and KURED_TO name the phases.',
  },
  'reason-changed': {
    id: 'e35e0858a465422f91747ea6797875e4',
    level: 'info',
    text: 'The reason changed',
    explanation:
      'What this node waits for, or what it does, is now another thing. What a person can do about it: @KURED_REMEDY@',
  },
  'still-waiting': {
    id: 'd1c2ef4f237a49a5ab4a192c9ea6dcdb',
    level: 'info',
    text: 'Still waiting',
    explanation: 'The reason has been the same for an hour or more. What a person can do about it: @KURED_REMEDY@',
  },
  'need-found': {
    id: '5544b32ab50342ae9e8bfe79529640c3',
    level: 'info',
    text: 'A reboot is needed',
    explanation:
      'A sentinel or a request says that this node needs a reboot. It now waits for permission and for its turn.',
  },
  'need-gone': {
    id: 'a98f212932c646808bb0ecc8b01cf463',
    level: 'info',
    text: 'The need for a reboot is gone',
    explanation: 'The sentinel was removed or the request was taken back. What had been claimed is given back.',
  },
  'need-unknown': {
    id: '27bfba248aa24770b749d3094c302054',
    level: 'warn',
    text: 'Whether a reboot is needed cannot be told',
    explanation:
      'A sentinel gave neither yes nor no. Nothing is rebooted because of it, and it is asked again. What a person can do about it: @KURED_REMEDY@',
  },
  'permission-refused': {
    id: '0c919410f0f04879a1fdec7d72db2535',
    level: 'info',
    text: 'The reboot is not permitted now',
    explanation:
      'Everything that refuses is named. The node goes on as soon as all of it permits. What a person can do about it: @KURED_REMEDY@',
  },
  'sentinel-watch-broken': {
    id: 'e8daec856e024590b531da5fbc2bf2f9',
    level: 'warn',
    text: 'The watch on a sentinel broke',
    explanation: 'The sentinel is still looked at every minute, and the watch is set up again.',
  },
  queued: {
    id: '6c21c13034f049fab735b42c275af685',
    level: 'info',
    text: 'The node joined the queue',
    explanation: 'The order of the queue in the Lease is the order of the reboots.',
  },
  claimed: {
    id: '860cf2e6a6ff40f9b12d5e716fac8d12',
    level: 'info',
    text: 'The Lease was claimed',
    explanation: 'This node has its turn: it will be cordoned and drained.',
  },
  renewed: {
    id: '6835fde3002142be9697445a01a0109a',
    level: 'debug',
    text: 'The Lease was renewed',
    explanation: 'This happens once a minute while draining.',
  },
  fenced: {
    id: '6adf7630d94a482abc711068c132f787',
    level: 'info',
    text: 'The fence was written',
    explanation: 'The Lease says that this node goes down now. It is the last write before the reboot is asked for.',
  },
  released: {
    id: '7e42428c3f184a78913abbd5872e5fd5',
    level: 'info',
    text: 'The Lease was released',
    explanation: 'The next node in the queue may claim.',
  },
  'claim-lost': {
    id: '92bfae077e214d258d91523cc29623ce',
    level: 'warn',
    text: 'The claim is gone from the Lease',
    explanation:
      'Somebody removed it, or the Lease was restored to an older state. This node stops evicting and looks at everything anew.',
  },
  'lease-unreadable': {
    id: '3303c8d943344d8a9926daf0e79b2cf9',
    level: 'error',
    text: 'The Lease cannot be understood',
    explanation: 'It counts as held by somebody and is not written. What a person can do about it: @KURED_REMEDY@',
  },
  'lease-went-back': {
    id: 'dce6bbb46a844492b7908ca82e4726d4',
    level: 'warn',
    text: 'The Lease shows an older state than was seen before',
    explanation:
      'It was restored or created anew. Nothing is claimed for 15 minutes, so that its holders can put themselves right.',
  },
  'pool-paused': {
    id: 'beee95ff6cbf4eee90776aeccbdb4bb7',
    level: 'info',
    text: 'The pool was paused',
    explanation:
      'No node of the pool claims or reboots until the annotation is removed. What a person can do about it: @KURED_REMEDY@',
  },
  'pool-resumed': {
    id: '0615da1b6d324af080339553a98a92a1',
    level: 'info',
    text: 'The pool is no longer paused',
    explanation: 'Nodes may claim again.',
  },
  'release-asked': {
    id: 'cf93b6bf5a844aaf93bc7506f1340f65',
    level: 'warn',
    text: 'A person asked this node to release the Lease',
    explanation: 'It backs out if it has not asked for the reboot yet.',
  },
  'force-released': {
    id: 'c5df37d48de04a8d809ae390caa02065',
    level: 'warn',
    text: 'The claim of a node was removed by force',
    explanation: 'An annotation on the Lease asked for it. The node that was removed may still go down.',
  },
  'write-unknown': {
    id: '013d6b817a4741718b25bc2740a9b6dd',
    level: 'warn',
    text: 'The outcome of a write is not known',
    explanation: 'No answer came, so the write may still take effect. Nothing else is done before it is known.',
  },
  cordoned: {
    id: '3909f2a5811a4e4c83c43db194aa335f',
    level: 'info',
    text: 'The node was cordoned',
    explanation: 'No new pod is scheduled to it. The Node carries a mark that says whose cordon it is.',
  },
  uncordoned: {
    id: 'ce3b20ab79a64c36ac86ca10d5f0c6c6',
    level: 'info',
    text: 'The node was uncordoned',
    explanation: 'Pods may be scheduled to it again.',
  },
  'person-uncordoned': {
    id: '91e4b1466fc6434b86d67d5e95c3eaee',
    level: 'warn',
    text: 'A person uncordoned the node',
    explanation: 'A drain in progress is backed out and tried again later. After the fence the reboot goes on.',
  },
  'drain-started': {
    id: '5a426820a5df4d4994a954a45a34a372',
    level: 'info',
    text: 'The drain started',
    explanation: 'Pods are evicted within their disruption budgets, and waited for until they are gone.',
  },
  'pod-evicted': {
    id: '0fe42918f1174b1d95ea30d8484dbc32',
    level: 'info',
    text: 'A pod was asked to leave',
    explanation: 'The API server accepted its eviction.',
  },
  'pod-gone': {
    id: '84a4be0446c8430dba8f6e29a419ed53',
    level: 'debug',
    text: 'A pod is gone',
    explanation: 'It no longer exists on this node.',
  },
  'eviction-blocked': {
    id: '7ae66620d5524b14a45d0c053869cba6',
    level: 'info',
    text: 'A disruption budget allows no eviction now',
    explanation:
      'It is tried again until the budget allows it or the time for the drain is over. "kubectl get poddisruptionbudget -A" shows the budgets.',
  },
  'eviction-failed': {
    id: 'dd8ad27163274da08c5c80677b0c7bfc',
    level: 'warn',
    text: 'An eviction failed',
    explanation:
      'The API server refused it for a reason other than a disruption budget, or gave no answer. It is tried again where that may help; else the node backs out.',
  },
  'drain-finished': {
    id: 'a0c589fe234349e38870805bb5914e7d',
    level: 'info',
    text: 'The drain is finished',
    explanation: 'Nothing that had to leave is left on this node.',
  },
  'drain-timeout': {
    id: '884fe707f1c440709bcddfe4e56c8142',
    level: 'warn',
    text: 'The drain did not end in time',
    explanation: 'The pods that are left are named. "kured-host drain --dry-run" shows what holds each of them.',
  },
  'reboot-asked': {
    id: 'e58c404a8b404fbc9ab8158b8e87c2e7',
    level: 'info',
    text: 'The reboot is asked for',
    explanation: 'Permission was given anew and the Lease says so.',
  },
  'reboot-accepted': {
    id: 'b88612462d124510a35139cad645fabd',
    level: 'info',
    text: 'The reboot was accepted',
    explanation: 'The machine is expected to go down now.',
  },
  'reboot-refused': {
    id: '667cef39b3bb46929608499fcf86fe4b',
    level: 'warn',
    text: 'The reboot was refused',
    explanation:
      'No reboot comes of this request. It is tried again within limits. What a person can do about it: @KURED_REMEDY@',
  },
  'reboot-unanswered': {
    id: 'a89c252c33704e52b56112a297e5d47b',
    level: 'warn',
    text: 'The reboot was asked for and no clear answer came',
    explanation: 'It may still happen. It is waited for.',
  },
  'reboot-not-happening': {
    id: 'ddd3289d3e544a84a91a8d867fe193de',
    level: 'error',
    text: 'The machine does not go down',
    explanation:
      'The reboot was asked for and the boot ID is still the same. It is never taken for a success. What a person can do about it: @KURED_REMEDY@',
  },
  'boot-changed': {
    id: '8b56a09b97394778ad170405926746e7',
    level: 'info',
    text: 'The machine was booted anew',
    explanation: "The boot ID, or systemd's count of soft reboots, differs from the one in the claim.",
  },
  'reboot-proven': {
    id: '3c6d1dd20db44174927be2c90d70166b',
    level: 'info',
    text: 'The reboot is proven',
    explanation: 'The boot is another one, and the kubelet of this boot reports Ready.',
  },
  restored: {
    id: '77a0c8859492483f9351b6f731400510',
    level: 'info',
    text: 'The Node was restored',
    explanation: 'The mark is off, and the cordon as well if it was ours.',
  },
  'backing-out': {
    id: 'e08266da70cf4c03b51e121ed5c87815',
    level: 'warn',
    text: 'Backing out',
    explanation:
      'The own cordon is undone and the Lease is given back. It is tried again later, with growing distance.',
  },
  stuck: {
    id: 'eaed356e748c47ecbbfe206b3e4ebdee',
    level: 'error',
    text: 'A person is needed',
    explanation:
      'The node keeps its claim on purpose, so that a bad update does not spread to the other nodes. What a person can do about it: @KURED_REMEDY@',
  },
  unstuck: {
    id: 'd9099c5c8f194aaf88eae7112e381cef',
    level: 'info',
    text: 'A person is no longer needed',
    explanation: 'The cause is gone, or somebody asked to try again.',
  },
  'retry-asked': {
    id: 'b8696465e82546d58b89b55c2c1ccdad',
    level: 'info',
    text: 'A person asked to try again',
    explanation: 'Attempts are counted anew.',
  },
  'api-lost': {
    id: '3804471279da4375a5b9142aec146466',
    level: 'warn',
    text: 'The API server cannot be reached',
    explanation: 'Nothing is concluded from its silence. The work goes on by itself when it answers.',
  },
  'api-back': {
    id: 'a2f3518720f94439b0a7e73e0f81b572',
    level: 'info',
    text: 'The API server answers again',
    explanation: 'Everything that may have changed is read anew.',
  },
  'api-refused': {
    id: '2ebcdef57890414fb4968792f416ad48',
    level: 'warn',
    text: 'The API server refused a request',
    explanation: 'A grant is missing. "kured-host preflight" names it, and the command that gives it.',
  },
  'watch-broken': {
    id: 'e34db20b7e9e429282b79e595d6e6a5a',
    level: 'debug',
    text: 'A watch broke',
    explanation: 'It is set up again. What it showed may be old until then.',
  },
  'watch-resumed': {
    id: '1cc45ae192f14a0e87c4e0bfdf8dc8f6',
    level: 'debug',
    text: 'A watch runs again',
    explanation: 'It goes on from where it was.',
  },
  'credentials-loaded': {
    id: '6220f403dbdd4a42acc21077f6f054a2',
    level: 'info',
    text: 'The credentials were loaded',
    explanation: 'Every connection uses them from now on.',
  },
  'credentials-unusable': {
    id: '1bc359869e7142f5b929b074e66f1c70',
    level: 'warn',
    text: 'The credentials cannot be used',
    explanation:
      'The file is read again as soon as it changes; kubelets replace it about once a year. What a person can do about it: @KURED_REMEDY@',
  },
  'control-listening': {
    id: '5de4ddb194ad451ba5cabbfb59fca96b',
    level: 'info',
    text: 'The control sockets are open',
    explanation: 'The kured-host command talks to the service through them.',
  },
  'control-failed': {
    id: '827af7a68c054f21a50e741930fdfaae',
    level: 'warn',
    text: 'A control socket could not be opened',
    explanation: 'The service works without it, and the kured-host command shows what Lease, Node and boot ID tell.',
  },
  'control-request': {
    id: '43c1a281ee1348b3b1c910bd9166fbc5',
    level: 'info',
    text: 'A person asked for something',
    explanation: 'It came through the control socket, which only root can use.',
  },
  'metrics-listening': {
    id: '47c1c176040c47c5a69364750cb0b9a4',
    level: 'info',
    text: 'Metrics are offered',
    explanation: 'They can be read at the address that is named.',
  },
  'metrics-failed': {
    id: '6574b27676cd4b29a6f4b3e039274f56',
    level: 'warn',
    text: 'Metrics cannot be offered',
    explanation:
      'The address cannot be used, mostly because it is taken. It is tried again; the work is not touched by it.',
  },
  'told-failed': {
    id: '307f316f6a294b79a2d7c0eb26e4671c',
    level: 'debug',
    text: 'The cluster could not be told',
    explanation: 'An Event or a condition could not be written. The work does not depend on either.',
  },
  details: {
    id: '948f399614b74268978f9592e0f0c6a7',
    level: 'debug',
    text: 'Details',
    explanation: 'For whoever follows the work step by step.',
  },
};
