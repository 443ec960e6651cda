import type { EventRows } from './event-row.ts';

/** Cordon, drain, reboot, and what follows. */
export const workRows = {
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
  'cordon-left': {
    id: '27af39f852284ab2a2edd9bdb84b0670',
    level: 'info',
    text: 'The node stays cordoned',
    explanation:
      'The cordon is not ours to undo: it stood before, somebody set it anew, or took away the mark that said whose it is. "kubectl uncordon" takes it off.',
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
    text: 'The pod of an eviction is not found',
    explanation:
      'The API server answers an eviction so. The watch of the pods has the last word: while it shows the pod, the eviction is asked for again.',
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
  'drain-given-up': {
    id: 'a445a07bffb8497cae8b1bf61f45cae5',
    level: 'warn',
    text: 'The drain was given up, with pods left',
    explanation:
      'Its time is over, and drain.onTimeout says to reboot all the same. Permission is asked again before the reboot. What a person can do about it: @KURED_REMEDY@',
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
    text: 'The reboot failed',
    explanation:
      'It was refused, or the machine is still up. It is asked for again within limits. What a person can do about it: @KURED_REMEDY@',
  },
  'reboot-unanswered': {
    id: 'a89c252c33704e52b56112a297e5d47b',
    level: 'warn',
    text: 'The reboot was asked for and no clear answer came',
    explanation: 'It may still happen. It is waited for.',
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
  'reboot-unproven': {
    id: '1ec8b1d1bf6f4dbc9222072732928bc0',
    level: 'warn',
    text: 'The node is well, and no reboot of it is known: no need is noted as met',
    explanation:
      'The Lease says that the claim was made in another boot, and neither the mark on the Node nor what this machine remembers of its last fence says so. The power went right after the claim, or the Node was registered anew, or the mark was edited by hand; else somebody wrote the entry: the audit log of the API server names who.',
  },
  restored: {
    id: '77a0c8859492483f9351b6f731400510',
    level: 'info',
    text: 'Backed out, and holds nothing any more',
    explanation: 'The mark is off the Node, and the cordon as well if it was ours; the Lease is free for others.',
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
      'Where the node holds the Lease it keeps it on purpose, so that a bad update does not spread to the other nodes. What a person can do about it: @KURED_REMEDY@',
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
} as const satisfies EventRows;
