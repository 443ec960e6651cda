import type { EventRows } from './event-row.ts';

/** The Lease. */
export const leaseRows = {
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
  'lease-left': {
    id: '75b506a85d4c41e7b585c4b0d7071b82',
    level: 'warn',
    text: 'The Lease of an earlier pool is left, as it may not be read',
    explanation:
      'The settings name another Lease than the Node, and the rights to the one that it names were taken. The node goes on in the pool of its settings. Where the old Lease still names it as a holder, "kubectl annotate lease -n NAMESPACE NAME kured-host/force-release=NODE" lets that pool go on.',
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
  'took-over': {
    id: 'bfc52d8924884f0498e27dc55e1d363e',
    level: 'warn',
    text: 'The claim of a lost node was taken over',
    explanation:
      'Its entry was taken out of the Lease, so that the pool goes on. Should that node live, it verifies its boot and uncordons itself without a claim.',
  },
  'write-unknown': {
    id: '013d6b817a4741718b25bc2740a9b6dd',
    level: 'warn',
    text: 'The outcome of a write is not known',
    explanation: 'No answer came, so the write may still take effect. Nothing else is done before it is known.',
  },
} as const satisfies EventRows;
