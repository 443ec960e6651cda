import type { ReasonRows } from './row.ts';

/** Of credentials, the API server, and whether the Node and the Lease can be understood. */
export const clusterReasons = {
  'credentials-missing': {
    sentence: 'no kubeconfig of a kubelet was found ({looked})',
    remedy: 'join the node to a cluster, or name a file in credentials.kubeconfig',
  },
  'credentials-unusable': {
    sentence: 'the credentials in {file} cannot be used: {why}',
    remedy: 'mend the file; it is read again as soon as it changes',
  },
  'api-unavailable': {
    sentence: 'the API server {server} cannot be reached: {why}',
    remedy: 'check the API server and the network; the daemon goes on by itself',
  },
  'api-refused': {
    sentence: 'the API server refused to {action}: {why}',
    remedy: 'run `kured-host preflight`, which names the missing grant and the command that gives it',
  },
  'api-failed': {
    sentence: 'the API server could not {action}: {why}',
    remedy: 'check the API server; the daemon tries again by itself',
  },
  'node-missing': {
    sentence: 'the Node {node} does not exist in the cluster (yet)',
    remedy: 'wait for the kubelet to register it, or check credentials.nodeName',
  },
  'lease-missing': {
    sentence: 'the Lease {lease} does not exist',
    remedy: 'apply the manifest: {manifest}',
  },
  'lease-unreadable': {
    sentence: 'the Lease {lease} cannot be understood and so counts as held: {why}',
    remedy:
      'look at it with `kubectl get lease -n {namespace} {name} -o yaml` and mend or remove the annotation named here',
  },
  'lease-went-back': {
    sentence:
      'the Lease {lease} shows an older state than was seen before (restored or created anew); nothing is claimed until {until}',
    remedy: '',
  },
} as const satisfies ReasonRows;
