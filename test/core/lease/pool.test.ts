import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createLeaseCommand,
  leaseMissing,
  leasePool,
  manifestCommand,
  poolLease,
  takeOverCommand,
} from '../../../src/core/lease/pool.ts';
import { reasonRemedy } from '../../../src/core/reasons.ts';

const cases = [
  ['kured-host', 'kured-host', 'kured-host manifest | kubectl apply -f -'],
  ['kured-host', 'kured-host-edge', 'kured-host manifest --pool edge | kubectl apply -f -'],
  ['ops', 'kured-host', 'kured-host manifest --namespace ops | kubectl apply -f -'],
  ['ops', 'kured-host-edge', 'kured-host manifest --namespace ops --pool edge | kubectl apply -f -'],
] as const;

for (const [namespace, name, command] of cases) {
  test(`the Lease ${namespace}/${name} is made by its manifest`, () => {
    assert.equal(manifestCommand({ namespace, name }), command);
    assert.equal(takeOverCommand({ namespace, name }), command.replace(' | ', ' --take-over | '));
    assert.deepEqual(poolLease(leasePool({ namespace, name }) ?? assert.fail()), { namespace, name });
    assert.equal(reasonRemedy(leaseMissing({ namespace, name })), `apply the manifest: ${command}`);
  });
}

test('a Lease of another name is in no manifest, and is made by itself', () => {
  const lease = { namespace: 'ops', name: 'reboots' };
  assert.equal(manifestCommand(lease), null);
  assert.match(takeOverCommand(lease), /^kubectl create clusterrole reboots-take-over --verb=get --resource=nodes/);
  const object =
    '{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"reboots","namespace":"ops"}}';
  assert.equal(createLeaseCommand(lease), `echo '${object}' | kubectl apply -f -`);
});
