import type { LeasePurpose, NodePurpose } from '../../../src/core/phases/effect.ts';
import type { Laned } from './parts.ts';

/** What an operator would call each request of the service, by which a story says what comes of it. */
export function requestName(effect: Laned): string {
  switch (effect.do) {
    case 'write-lease':
      return leaseWrites[effect.purpose];
    case 'patch-node':
      return nodeWrites[effect.purpose];
    default:
      return others[effect.do];
  }
}

/** By what a write of the Lease is for. */
export const leaseWrites: Readonly<Record<LeasePurpose, string>> = {
  join: 'joining',
  'update-place': 'update of the place',
  claim: 'claim',
  leave: 'leaving',
  renew: 'renewal',
  sign: 'signature',
  fence: 'fence',
  'take-fence-back': 'taking back of the fence',
  'back-out': 'note of the back-out',
  stuck: 'note of being stuck',
  unstuck: 'note of being stuck no more',
  'release-delay': 'note of the release delay',
  release: 'release',
  'force-release': 'release by force',
  'take-over': 'take-over',
  settle: 'settling write',
};

/** By what a patch of the Node is for. */
export const nodeWrites: Readonly<Record<NodePurpose, string>> = {
  name: 'naming of the Lease',
  cordon: 'cordon',
  mark: 'update of the mark',
  restore: 'restore',
  standing: 'standing marks',
  settle: 'settling patch',
};

const others: Readonly<Record<Exclude<Laned['do'], 'write-lease' | 'patch-node'>, string>> = {
  'read-lease': 'reading of the Lease',
  'read-node': 'reading of the Node',
  'ask-permission': 'question about permission',
  'look-at-shutdown': 'question to systemd',
  'look-at-holder': "question about the holder's Node",
  drain: 'drain',
  'announce-reboot': 'last words',
  reboot: 'reboot call',
  'run-hooks': 'hooks',
};

export const requestNames: readonly string[] = [leaseWrites, nodeWrites, others].flatMap((names) =>
  Object.values(names),
);
