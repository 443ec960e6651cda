import type { Settings } from '../settings.ts';
import type { DecisionSettings } from './facts.ts';

/** What the decisions need of what an admin decided. */
export function decisionSettings(settings: Settings): DecisionSettings {
  const { lease, concurrency, drain, reboot, verification, node } = settings;
  return {
    observe: settings.mode === 'observe',
    lease: { namespace: lease.namespace, name: lease.name },
    concurrency,
    priority: lease.priority,
    takeOverAfter: lease.takeOverAfter,
    drainTimeout: drain.timeout,
    onDrainTimeout: drain.onTimeout,
    // Whatever has to have been true for a while before pods move: the longest of them.
    evictionDelay: Math.max(drain.delay ?? 0, node.excludeFromLoadBalancers ? (node.loadBalancerDelay ?? 0) : 0),
    rebootDelay: reboot.delay ?? 0,
    releaseDelay: lease.releaseDelay ?? 0,
    rebootMethod: reboot.method,
    rebootDeadline: reboot.deadline,
    attempts: reboot.attempts,
    maxRebootsPerDay: reboot.maxRebootsPerDay,
    verificationTimeout: verification.timeout,
    node,
  };
}
