import type { LeaseObject } from '../../src/core/lease/object.ts';
import { emptyMemory } from '../../src/core/memory.ts';
import { lease } from '../core/lease/samples.ts';
import { node } from '../core/phases/server.ts';
import { stored } from './machine.ts';
import type { Machine } from './parts.ts';
import { currentNode, identity } from './tokens.ts';

/** A Lease that was held before and is free. */
export function firstLease(): LeaseObject {
  return stored(lease({ 'kured-host/format': '1' }, { leaseTransitions: 9 }));
}

/** A machine that needs a reboot, and whose service does not run yet. */
export function machineAt(number: number): Machine {
  const name = `n${number}`;
  const boot = identity('boot', number, 0);
  return {
    name,
    boot,
    node: { ...node(), name, uid: `uid-${name}`, resourceVersion: currentNode, bootID: boot },
    process: null,
    memory: emptyMemory,
    need: { fingerprint: 'need-1', source: '/run/reboot-required', reasons: ['package-1'], older: false },
    permission: 'allowed',
    goingDown: false,
    late: [],
    witness: {
      cordonBy: 'nobody',
      permission: null,
      drained: null,
      proven: false,
      calledFor: null,
      met: [],
      rebooted: false,
      out: false,
      byForce: false,
    },
  };
}
