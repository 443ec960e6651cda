import type { ReasonRows } from './row.ts';

/** Of what ends a claim before its reboot, and the work on this node. */
export const endedReasons = {
  uncordoned: { sentence: 'a person uncordoned the node', remedy: '' },
  'cordon-gone': { sentence: 'the Node {node} is no longer cordoned: {why}', remedy: '' },
  'release-asked': { sentence: 'a person asked this node to release {lease}', remedy: '' },
  'claim-lost': { sentence: 'the claim in {lease} is gone or is another one', remedy: '' },
  'claim-contradicted': {
    sentence:
      'the claim in {lease} says that it was made in another boot, and what this node has noted says in this one: somebody changed it',
    remedy: 'the audit log of the API server names who wrote the Lease',
  },
  stopping: { sentence: 'the service is being stopped', remedy: '' },
  'service-ended': {
    sentence:
      'kured-host ended its work on this node at {at}, and nothing tells any more whether it needs a reboot; {left}',
    remedy: 'systemctl start kured-host',
  },
} as const satisfies ReasonRows;
