import { mostReboots } from '../core/handled.ts';
import { rebootMethods } from '../core/reboot-method.ts';
import { annotationChanges, labelChanges, taintKey } from './kinds-node.ts';
import { duration, durationOrNone, secondsLong, wholeNumber } from './kinds-number.ts';
import { command, labelSelector, oneOf, trueOrFalse } from './kinds-text.ts';
import { optionalRow, row } from './row.ts';

/** What is done to the node around a reboot. */
export const rowsOfWork = {
  'drain.delay': row(durationOrNone('1s', '24h', 'none'), '0s', {
    example: '30s',
    sentence:
      'How long the node is cordoned before its first pod is evicted, so that whoever sends it new work notices; 0s for at once.',
  }),
  'drain.timeout': row(durationOrNone('1s', '168h'), '30m', {
    example: '1h',
    sentence:
      'How long a drain may take before the node is uncordoned and the Lease given back, or what drain.onTimeout says; 0s waits without end.',
  }),
  'drain.onTimeout': row(oneOf('back-out', 'reboot'), 'back-out', {
    example: 'reboot',
    sentence:
      'What becomes of a drain that does not end within drain.timeout: the node is uncordoned and tried again later, or it is rebooted with pods left, whatever their disruption budgets say.',
  }),
  'drain.gracePeriod': optionalRow(secondsLong('1s', '24h'), "the pod's own", {
    example: '30s',
    sentence: 'How long each evicted pod gets to end.',
  }),
  'drain.podSelector': optionalRow(labelSelector, 'all pods', {
    example: '"app=web,tier!=cache"',
    sentence: 'Only pods that this label selector matches are evicted.',
  }),
  'drain.skipWaitForDeleteTimeout': optionalRow(duration('1s', '24h'), 'all are waited for', {
    example: '10m',
    sentence: 'Pods that have been ending for longer than this are not waited for.',
  }),
  'node.labelsBeforeDrain': row(labelChanges, [], {
    example: '[example.com/maintenance=reboot, example.com/takes-traffic-]',
    sentence:
      'Labels that are set with the cordon, and with - at their end taken off; put back when the node is restored.',
  }),
  'node.annotationsBeforeDrain': row(annotationChanges, [], {
    example: '[cluster-autoscaler.kubernetes.io/scale-down-disabled=true]',
    sentence: 'The same for annotations.',
  }),
  'node.labelsAfterReboot': row(labelChanges, [], {
    example: '[example.com/maintenance=none]',
    sentence:
      'Labels that are set or taken off when the reboot is proven, with the uncordon; not after a drain that was backed out.',
  }),
  'node.annotationsAfterReboot': row(annotationChanges, [], {
    example: '[example.com/rebooted-by=kured-host]',
    sentence: 'The same for annotations.',
  }),
  'node.excludeFromLoadBalancers': row(trueOrFalse, false, {
    example: 'true',
    sentence:
      'Whether the label node.kubernetes.io/exclude-from-external-load-balancers takes the node out of load balancers from the cordon to the restore.',
  }),
  'node.loadBalancerDelay': row(durationOrNone('1s', '24h', 'none'), '30s', {
    example: '5m',
    sentence:
      'How long load balancers get to notice node.excludeFromLoadBalancers before the first pod is evicted; 0s for no time.',
  }),
  'node.kuredAnnotations': row(trueOrFalse, false, {
    example: 'true',
    sentence:
      "Whether kured's annotations weave.works/kured-reboot-in-progress and weave.works/kured-most-recent-reboot-needed are kept.",
  }),
  'node.preferNoScheduleTaint': optionalRow(taintKey, 'no taint', {
    example: 'example.com/reboot-needed',
    sentence:
      "The key of a taint PreferNoSchedule that stands while this node waits for a reboot. A kubelet's credentials may not set it: credentials.kubeconfig has to name others.",
  }),
  'hooks.timeout': row(duration('1s', '24h'), '10m', {
    example: '30m',
    sentence: 'How long each hook may run; one that takes longer is ended and has failed.',
  }),
  'reboot.method': row(oneOf(...rebootMethods), 'logind', {
    example: 'logind',
    sentence:
      'How the machine is rebooted: by logind, which honours inhibitors, in full, of userspace alone (soft-reboot) or into the kernel that is loaded (kexec); or by reboot.command, or by reboot.signal.',
  }),
  'reboot.command': optionalRow(command, 'no command', {
    example: '[/usr/bin/systemctl, kexec]',
    sentence: 'The command that reboots the machine, for method command; it is ended when reboot.deadline has passed.',
  }),
  'reboot.signal': row(wholeNumber(1, 64), 39, {
    unit: 'a signal by its number',
    example: '39',
    sentence: 'The signal that PID 1 is sent, for method signal; 39 is SIGRTMIN+5, upon which systemd reboots.',
  }),
  'reboot.delay': row(durationOrNone('1s', '24h', 'none'), '0s', {
    example: '1m',
    sentence:
      'How long to wait after the last pod is gone and the hooks have succeeded; permission is asked again after it. 0s for no wait.',
  }),
  'reboot.deadline': row(duration('1s', '24h'), '10m', {
    example: '20m',
    sentence: 'How long after the request the machine may still be up before that counts as a reboot that failed.',
  }),
  'reboot.attempts': row(wholeNumber(1, 100), 3, {
    unit: 'attempts',
    example: '5',
    sentence: 'How often a reboot is asked for within one claim before the node is stuck.',
  }),
  'reboot.maxRebootsPerDay': row(wholeNumber(1, mostReboots), 3, {
    unit: 'reboots',
    example: '5',
    sentence: 'How often kured-host reboots this node within 24 hours before it is stuck.',
  }),
  'verification.timeout': row(duration('1s', '24h'), '15m', {
    example: '30m',
    sentence: 'How long after a boot the kubelet may take to report Ready before the node is stuck.',
  }),
};
