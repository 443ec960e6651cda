import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadAll } from 'js-yaml';
import { leasePool, poolLease } from '../../src/core/lease/pool.ts';
import { manifest, manifestYaml } from '../../src/kubernetes/manifest.ts';

const standard = { namespace: 'kured-host', pool: null };
const blue = { namespace: 'ops', pool: 'blue' };

describe('the manifest', () => {
  test('has a Lease without spec and annotations, so that applying it again changes nothing', () => {
    const lease = manifest(standard).find((object) => object['kind'] === 'Lease');
    assert.deepEqual(lease, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'kured-host', name: 'kured-host', labels: { 'app.kubernetes.io/name': 'kured-host' } },
    });
  });

  test('is the same as YAML, each object with what it is for', () => {
    for (const options of [standard, blue]) {
      const yaml = manifestYaml(options);
      assert.deepEqual(loadAll(yaml), [...manifest(options)]);
      assert.match(yaml, /^---\n# /);
    }
  });

  test('grants nothing but this Lease: to the ServiceAccount by name, to nodes by impersonating it', () => {
    for (const options of [standard, blue]) {
      const { name } = poolLease(options);
      const roles = manifest(options).filter((object) => object['kind'] === 'Role');
      const rules = roles.flatMap((role) => role['rules'] as { verbs: string[]; resourceNames: string[] }[]);
      assert.ok(rules.every((rule) => rule.resourceNames.length === 1 && rule.resourceNames[0] === name));
      assert.deepEqual(
        rules.map((rule) => rule.verbs),
        [
          ['get', 'watch', 'update'],
          ['impersonate'],
          ['impersonate:serviceaccount'],
          ['get', 'watch', 'update'].map((verb) => `impersonate-on:serviceaccount:${verb}`),
        ],
      );
    }
  });

  test('has a ServiceAccount that nothing gets a token of by itself', () => {
    const account = manifest(standard).find((object) => object['kind'] === 'ServiceAccount');
    assert.equal(account?.['automountServiceAccountToken'], false);
    assert.ok(manifest(standard).every((object) => object['kind'] !== 'Secret'));
  });

  test('puts every pool’s objects beside those of others, under names of its own', () => {
    assert.deepEqual(poolLease(blue), { namespace: 'ops', name: 'kured-host-blue' });
    assert.deepEqual(leasePool({ namespace: 'ops', name: 'kured-host-blue' }), blue);
    assert.deepEqual(leasePool({ namespace: 'kured-host', name: 'kured-host' }), standard);
    assert.equal(leasePool({ namespace: 'ops', name: 'another' }), null);
    const both = [standard, blue].flatMap((options) => namesOf(manifest({ ...options, namespace: 'one' })));
    assert.equal(new Set(both).size, both.length);
  });

  test('leaves every other pool what is its own, also where pools are called "nodes" and "x-nodes"', () => {
    const pools = [null, 'nodes', 'x', 'x-nodes', 'x-take-over', 'nodes-nodes'];
    const names = pools.flatMap((pool) => namesOf(manifest({ namespace: 'one', pool }, true)));
    assert.equal(new Set(names).size, names.length, names.join('\n'));
  });
});

/** Kind and name of each object that is a pool's own. */
function namesOf(objects: ReturnType<typeof manifest>): readonly string[] {
  return objects
    .filter((object) => object['kind'] !== 'Namespace')
    .map((object) => `${object['kind']} ${(object['metadata'] as { name: string }).name}`);
}
