import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { beyondNode, beyondText, isForbiddenToNodes } from '../../src/core/node-restriction.ts';
import { settings } from './phases/samples.ts';

describe('a label that a node may', () => {
  const table: readonly (readonly [label: string, forbidden: boolean])[] = [
    ['maintenance', false],
    ['example.com/maintenance', false],
    ['notkubernetes.io/x', false],
    ['node.kubernetes.io/exclude-from-external-load-balancers', false],
    ['team.node.kubernetes.io/x', false],
    ['kubelet.kubernetes.io/x', false],
    ['kubernetes.io/hostname', false],
    ['topology.kubernetes.io/zone', false],
    ['topology.kubernetes.io/rack', true],
    ['node-role.kubernetes.io/worker', true],
    ['kubernetes.io/x', true],
    ['k8s.io/x', true],
    ['example.k8s.io/x', true],
    ['node-restriction.kubernetes.io/x', true],
    ['team.node-restriction.kubernetes.io/x', true],
  ];
  for (const [label, forbidden] of table)
    it(`${forbidden ? 'not change' : 'change'}: ${label}`, () => assert.equal(isForbiddenToNodes(label), forbidden));
});

describe('what a setting asks of a node that it may not do', () => {
  const { node } = settings;
  const role = { labels: { 'node-role.kubernetes.io/worker': null }, annotations: {} };

  it('is named with the key and the way out', () => {
    const beyond = beyondNode({ ...node, preferNoScheduleTaint: 'a' });
    assert.equal(
      beyond === null ? '' : beyondText(beyond),
      'node.preferNoScheduleTaint needs other credentials, because a node may not change its taints; take it out, or name others in credentials.kubeconfig',
    );
    assert.equal(beyondNode({ ...node, beforeDrain: role })?.key, 'node.labelsBeforeDrain');
    assert.equal(beyondNode({ ...node, afterReboot: role })?.key, 'node.labelsAfterReboot');
  });

  it('is nothing for annotations, and for what is asked by itself', () => {
    const annotations = { 'cluster-autoscaler.kubernetes.io/scale-down-disabled': 'true' };
    const wanted = { ...node, beforeDrain: { labels: {}, annotations }, excludeFromLoadBalancers: true };
    assert.equal(beyondNode(wanted), null);
  });
});
