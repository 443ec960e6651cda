import { mostHolders } from '../core/lease/record.ts';
import { durationOrNone, wholeNumber } from './kinds-number.ts';
import { absolutePath, labelName, oneOf, subdomainName, userName } from './kinds-text.ts';
import { optionalRow, row } from './row.ts';

/** Whether this node takes its turn, as whom, and in which pool. */
export const rowsOfPool = {
  mode: row(oneOf('reboot', 'observe'), 'reboot', {
    example: 'observe',
    sentence:
      'Whether this node takes its turn and reboots, or only observes: then everything is seen and told (status, condition, metrics, notifications), and nothing is claimed or changed.',
  }),
  'credentials.kubeconfig': optionalRow(absolutePath, "the kubelet's, found by itself", {
    example: '/etc/kubernetes/kubelet.conf',
    sentence: 'The kubeconfig to use.',
  }),
  'credentials.impersonate': optionalRow(userName, "the pool's ServiceAccount, where the credentials are a node's", {
    example: 'system:serviceaccount:kured-host:kured-host',
    sentence: 'The user to act as when the Lease is read or written; "" to stay the user of the kubeconfig.',
  }),
  'credentials.nodeName': optionalRow(subdomainName, 'as the credentials say', {
    example: 'worker-1',
    sentence: "The name of this machine's Node.",
  }),
  'lease.namespace': row(labelName, 'kured-host', {
    example: 'kured-host',
    sentence: 'The namespace of the Lease.',
  }),
  'lease.name': row(subdomainName, 'kured-host', {
    example: 'kured-host-databases',
    sentence: 'The name of the Lease: kured-host for the default pool, kured-host-POOL for others.',
  }),
  'lease.priority': row(wholeNumber(-1000, 1000), 0, {
    example: '10',
    sentence: 'Nodes with a higher priority go first in the queue.',
  }),
  'lease.takeOverAfter': row(durationOrNone('15m', '720h', 'never'), '0s', {
    example: '4h',
    sentence:
      "How long a holder may write nothing before its claim is taken over by that alone, as by kured's lock TTL; 0s for never. Dangerous: a node that an update keeps from coming back then no longer stops the rest of the pool from following it, one after the other.",
  }),
  'lease.releaseDelay': row(durationOrNone('1s', '168h', 'none'), '0s', {
    example: '10m',
    sentence:
      'How long this node keeps the Lease after its reboot, uncordoned already, before the next node may have its turn; 0s for not at all.',
  }),
  concurrency: row(wholeNumber(1, mostHolders), 1, {
    unit: 'nodes',
    example: '2',
    sentence: 'How many nodes of the pool may be down at once; while nodes differ, the lowest number counts.',
  }),
};
