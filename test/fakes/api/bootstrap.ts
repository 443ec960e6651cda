import type { World } from './call.ts';
import type { JsonMap } from './object.ts';
import { time } from './times.ts';

/** What every cluster has from its first second: the system's namespaces and the roles that all users rest on. */
export function bootstrap(world: World): void {
  const metadata = (name: string): JsonMap => ({
    name,
    uid: `bootstrap-${world.chance().slice(0, 26)}`,
    creationTimestamp: time(world.now()),
  });
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease'])
    world.store.put('namespaces', {
      kind: 'Namespace',
      apiVersion: 'v1',
      metadata: { ...metadata(name), labels: { 'kubernetes.io/metadata.name': name } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  for (const [name, rules] of Object.entries(clusterRoles)) {
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    world.store.put('clusterroles.rbac.authorization.k8s.io', {
      kind: 'ClusterRole',
      apiVersion,
      metadata: metadata(name),
      rules,
    });
    if (name === 'cluster-admin') continue;
    world.store.put('clusterrolebindings.rbac.authorization.k8s.io', {
      kind: 'ClusterRoleBinding',
      apiVersion,
      metadata: metadata(name),
      subjects: [{ kind: 'Group', name: 'system:authenticated', apiGroup: 'rbac.authorization.k8s.io' }],
      roleRef: { kind: 'ClusterRole', name, apiGroup: 'rbac.authorization.k8s.io' },
    });
  }
}

const clusterRoles: Readonly<Record<string, JsonMap[]>> = {
  'cluster-admin': [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ],
  'system:basic-user': [
    {
      apiGroups: ['authorization.k8s.io'],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
      verbs: ['create'],
    },
    { apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: ['create'] },
  ],
  'system:discovery': [
    {
      nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/readyz', '/version', '/version/'],
      verbs: ['get'],
    },
  ],
};
