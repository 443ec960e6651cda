const namespace = 'kured-host';
const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/kured-host';
const rbacApi = 'rbac.authorization.k8s.io/v1';
const metadata = { name: 'kured-host', namespace };
const ofNodes = { name: 'kured-host:nodes', namespace };
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role' };

/** One object, and where it is created. */
export interface ManifestObject {
  readonly path: string;
  readonly body: object;
}

/** What the install manifest makes, one create each: the namespace, one Lease, and who may do what with it. */
export const manifestObjects: readonly ManifestObject[] = [
  { path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } },
  {
    path: '/api/v1/namespaces/kured-host/serviceaccounts',
    body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
  },
  {
    path: '/apis/coordination.k8s.io/v1/namespaces/kured-host/leases',
    body: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata },
  },
  {
    path: `${rbac}/roles`,
    body: {
      apiVersion: rbacApi,
      kind: 'Role',
      metadata,
      rules: [
        {
          apiGroups: ['coordination.k8s.io'],
          resources: ['leases'],
          resourceNames: ['kured-host'],
          verbs: ['get', 'watch', 'update'],
        },
      ],
    },
  },
  {
    path: `${rbac}/rolebindings`,
    body: {
      apiVersion: rbacApi,
      kind: 'RoleBinding',
      metadata,
      subjects: [{ kind: 'ServiceAccount', name: 'kured-host', namespace }],
      roleRef: { ...roleRef, name: 'kured-host' },
    },
  },
  {
    path: `${rbac}/roles`,
    body: {
      apiVersion: rbacApi,
      kind: 'Role',
      metadata: ofNodes,
      rules: [
        { apiGroups: [''], resources: ['serviceaccounts'], resourceNames: ['kured-host'], verbs: ['impersonate'] },
      ],
    },
  },
  {
    path: `${rbac}/rolebindings`,
    body: {
      apiVersion: rbacApi,
      kind: 'RoleBinding',
      metadata: ofNodes,
      subjects: [{ kind: 'Group', name: 'system:nodes', apiGroup: 'rbac.authorization.k8s.io' }],
      roleRef: { ...roleRef, name: 'kured-host:nodes' },
    },
  },
];

/** The optional grant: nodes, as the pool's account, read each other's Nodes. */
export const optionalObjects: readonly ManifestObject[] = [
  {
    path: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    body: {
      apiVersion: rbacApi,
      kind: 'ClusterRole',
      metadata: { name: 'kured-host' },
      rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get'] }],
    },
  },
  {
    path: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
    body: {
      apiVersion: rbacApi,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'kured-host' },
      subjects: [{ kind: 'ServiceAccount', name: 'kured-host', namespace }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kured-host' },
    },
  },
];
