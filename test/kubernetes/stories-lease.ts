import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LeaseObject } from '../../src/core/lease/object.ts';
import { leasePath } from '../../src/kubernetes/lease-store.ts';
import { manifestYaml } from '../../src/kubernetes/manifest.ts';
import { follow } from './following.ts';
import { type Stage, type StoryTarget, stage } from './story-target.ts';

export function leaseStories(target: () => StoryTarget): void {
  test('the Lease: read, written whole as the pool’s ServiceAccount, compared by version and by uid', async () => {
    await using s = await stage(target());
    const { leases } = s.ready.cluster;
    const first = await found(s);
    assert.equal(first.spec?.holderIdentity, undefined);
    const written = await leases.write(holding(first, 'a'), s.signal);
    assert.ok(written.is === 'written');
    assert.equal(written.object.spec?.holderIdentity, 'a');
    assert.notEqual(written.object.metadata.resourceVersion, first.metadata.resourceVersion);

    assert.deepEqual(await leases.write(holding(first, 'b'), s.signal), { is: 'conflict' });
    const { metadata } = written.object;
    const stranger = { ...written.object, metadata: { ...metadata, uid: '00000000-0000-0000-0000-000000000000' } };
    assert.deepEqual(await leases.write(stranger, s.signal), { is: 'conflict' });
    assert.equal((await found(s)).spec?.holderIdentity, 'a');

    await s.admin.delete(leasePath(s.lease));
    assert.deepEqual(await leases.read(s.lease, 'consistent', s.signal), { is: 'gone' });
    // The registry would create it (a Lease may be created by an update), if the uid did not stand against it.
    assert.deepEqual(await leases.write(written.object, s.signal), { is: 'conflict' });
  });

  test('the Lease: what others wrote into it is kept', async () => {
    await using s = await stage(target());
    const foreign = { metadata: { annotations: { theirs: 'x' }, labels: { l: 'y' }, finalizers: ['example.com/f'] } };
    await s.admin.patch(leasePath(s.lease), foreign, 'merge');
    const written = await s.ready.cluster.leases.write(holding(await found(s), 'a'), s.signal);
    assert.ok(written.is === 'written');
    assert.equal(written.object.metadata.annotations?.['theirs'], 'x');
    assert.deepEqual(written.object.metadata['finalizers'], ['example.com/f']);
    await s.admin.patch(leasePath(s.lease), { metadata: { finalizers: null } }, 'merge');
  });

  test('the Lease: watched without the right to list, from before it exists to its end', async () => {
    await using s = await stage(target());
    const watch = follow(s.ready.cluster.leases.watch(s.lease, s.signal));
    const listed = await watch.expect('listed');
    assert.equal(listed.objects.length, 1);
    await s.ready.cluster.leases.write(holding(await found(s), 'a'), s.signal);
    assert.equal((await watch.expect('changed')).object.spec?.holderIdentity, 'a');
    await s.admin.delete(leasePath(s.lease));
    await watch.expect('deleted');
    await s.admin.post(leasePath(s.lease).replace(/\/[^/]+$/, ''), {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: s.lease.name },
    });
    const again = await watch.expect('changed');
    assert.notEqual(again.object.metadata.uid, listed.objects[0]?.metadata.uid);
  });

  test('a Lease that is not there is listed as nothing, and seen when it comes', async () => {
    await using s = await stage(target());
    await s.admin.delete(leasePath(s.lease));
    const watch = follow(s.ready.cluster.leases.watch(s.lease, s.signal));
    assert.deepEqual((await watch.expect('listed')).objects, []);
    await s.admin.post(leasePath(s.lease).replace(/\/[^/]+$/, ''), {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: s.lease.name },
    });
    assert.equal((await watch.expect('listed')).objects.length, 1);
  });

  test('another Lease is refused, with what was asked and why', async () => {
    await using s = await stage(target());
    const metadata = { ...(await found(s)).metadata, name: 'another' };
    const refused = await s.ready.cluster.leases.write({ metadata }, s.signal);
    assert.ok(refused.is === 'refused' && refused.reason.code === 'api-refused');
    assert.equal(refused.reason.details['action'], `write the Lease ${s.namespace}/another`);
    const read = await s.ready.cluster.leases.read({ ...s.lease, name: 'another' }, 'consistent', s.signal);
    assert.ok(read.is === 'failed' && read.reason.code === 'api-refused');
  });

  test('without impersonation a node may not write it, whatever else it may do', async () => {
    await using s = await stage(target());
    const direct = await s.open(await s.target.nodeKubeconfig(s.node), { impersonate: '' });
    const read = await direct.cluster.leases.read(s.lease, 'consistent', s.signal);
    assert.ok(read.is === 'failed' && read.reason.code === 'api-refused');
    const refused = await direct.cluster.leases.write(holding(await found(s), 'a'), s.signal);
    assert.ok(refused.is === 'refused' && refused.reason.code === 'api-refused');
    for await (const answer of direct.ask(s.lease, s.signal)) {
      if (answer.need === 'read-lease') assert.match(answer.remedy, /^leave credentials\.impersonate unset/);
      assert.equal(answer.is === 'ok', !answer.need.endsWith('-lease'), answer.need);
    }
  });

  test('an ordinary user with a Role of its own writes it directly', async () => {
    await using s = await stage(target());
    const user = `ada-${s.node}`;
    const rules = [
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        resourceNames: ['kured-host'],
        verbs: ['get', 'watch', 'update'],
      },
    ];
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${s.namespace}`;
    await s.admin.post(`${rbac}/roles`, { metadata: { name: 'ada' }, rules });
    await s.admin.post(`${rbac}/rolebindings`, {
      metadata: { name: 'ada' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'ada' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    });
    const direct = await s.open(await s.target.userKubeconfig(user), { nodeName: s.node });
    assert.equal(direct.identity.isNode, false);
    const written = await direct.cluster.leases.write(holding(await found(s), 'a'), s.signal);
    assert.equal(written.is, 'written');
    const watch = follow(direct.cluster.leases.watch(s.lease, s.signal));
    assert.equal((await watch.expect('listed')).objects[0]?.spec?.holderIdentity, 'a');
  });
}

/** What only kubectl and a real API server can show. */
export function manifestStories(target: () => StoryTarget): void {
  test('the manifest, applied again in the middle of a reboot, changes nothing', async () => {
    const { kubectl } = target();
    assert.ok(kubectl !== null);
    await using s = await stage(target(), { manifest: false });
    const yaml = manifestYaml({ namespace: s.namespace, pool: null });
    await kubectl(['apply', '-f', '-'], yaml);
    const written = await s.ready.cluster.leases.write(holding(await found(s), 'a'), s.signal);
    assert.ok(written.is === 'written');
    const again = await kubectl(['apply', '-f', '-'], yaml);
    assert.equal(again.trim().split('\n').length, 9);
    assert.ok(
      again
        .trim()
        .split('\n')
        .every((line) => line.endsWith(' unchanged')),
      again,
    );
    assert.deepEqual(await found(s), written.object);
  });
}

async function found(s: Stage): Promise<LeaseObject> {
  const read = await s.ready.cluster.leases.read(s.lease, 'consistent', s.signal);
  assert.ok(read.is === 'found', JSON.stringify(read));
  return read.object;
}

function holding(lease: LeaseObject, holder: string): LeaseObject {
  return { ...lease, spec: { ...lease.spec, holderIdentity: holder, leaseDurationSeconds: 3600 } };
}
