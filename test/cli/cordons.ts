import type { HolderPhase } from '../../src/core/lease/record.ts';
import { type Bench, bootId } from './bench.ts';

/** The annotations of the mark of a claim of this boot. */
export const mark = {
  'kured-host/claim': JSON.stringify({
    claim: 'c1',
    boot: { id: bootId, soft: null },
    need: { fingerprint: 'f', reasons: [] },
    lease: 'kured-host/kured-host',
    cordoned: true,
  }),
};

/** Every phase in which a node holds the Lease; the last two are behind the fence. */
export const phases: readonly HolderPhase[] = ['draining', 'backing-out', 'rebooting', 'verifying'];

/** The Node is cordoned by somebody. */
export async function cordon(bench: Bench, annotations = {}): Promise<void> {
  await bench.admin.patch('/api/v1/nodes/n1', { metadata: { annotations }, spec: { unschedulable: true } });
}
