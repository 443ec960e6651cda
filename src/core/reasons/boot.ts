import type { ReasonRows } from './row.ts';

/** Of the boot that has to be proven, the way back, and back-outs. */
export const bootReasons = {
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
  restoring: { sentence: 'the reboot is proven; {does}', remedy: '' },
  unclaimed: { sentence: 'no claim stands behind the mark on the Node; {does}', remedy: '' },
  unproven: { sentence: 'nothing of this node knows of a reboot since the claim; {does}', remedy: '' },
  'release-delay': {
    sentence: 'the reboot is proven{pods}; keeps {lease} until {until} ({left} left)',
    remedy: 'lease.releaseDelay decides how long; `kured-host lease release {node}` ends it',
  },
  'backing-out': { sentence: 'backing out: {why}', remedy: '' },
  'backed-out-before': {
    sentence: 'it was backed out before this service was started',
    remedy: 'journalctl -u kured-host tells why',
  },
  interrupted: { sentence: 'a back-out was interrupted and is being finished', remedy: '' },
} as const satisfies ReasonRows;
