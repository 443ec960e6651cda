import type { Step, Who } from './case.ts';

/** What cases begin with: steps that are expected to go well. */

export const leases = '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases';
export const pods = '/api/v1/namespaces/{ns}/pods';
export const budgets = '/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets';
const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}';

/** The namespace {ns}, ready for pods. */
export const aNamespace: readonly Step[] = [
  { as: 'admin', send: 'POST /api/v1/namespaces', body: { metadata: { name: '{ns}' } }, expect: { status: 201 } },
  {
    as: 'admin',
    send: 'GET /api/v1/namespaces/{ns}/serviceaccounts/default',
    expect: { status: 200 },
    eventually: true,
  },
];

/** The Node of `who`, registered by itself, Ready and left alone by every controller; kept as `own` (or `other-own`). */
export function aNode(who: 'node' | 'other node' = 'node'): readonly Step[] {
  const name = who === 'node' ? '{node}' : '{other}';
  const conditions = [
    {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      message: 'kubelet is posting ready status',
      lastHeartbeatTime: '2036-01-01T00:00:00Z',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    },
    ...['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({
      type,
      status: 'False',
      reason: 'Fine',
      message: 'fine',
      lastHeartbeatTime: '2036-01-01T00:00:00Z',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    })),
  ];
  return [
    {
      as: who,
      send: 'POST /api/v1/nodes',
      body: { metadata: { name, labels: { 'kubernetes.io/hostname': name } } },
      expect: { status: 201 },
    },
    {
      as: who,
      send: `PATCH /api/v1/nodes/${name}/status`,
      patch: 'strategic',
      body: { status: { conditions, nodeInfo: { bootID: 'boot-1' } } },
      expect: { status: 200 },
    },
    {
      as: who,
      send: `GET /api/v1/nodes/${name}`,
      expect: { status: 200, lacks: ['spec.taints'] },
      eventually: true,
      keep: who === 'node' ? 'own' : 'other-own',
    },
  ];
}

/** A Lease without spec or annotations, as the manifest has it; kept as `lease`. */
export const aLease: readonly Step[] = [
  { as: 'admin', send: `POST ${leases}`, body: { metadata: { name: 'pool' } }, expect: { status: 201 }, keep: 'lease' },
];

/** The service account {ns}:lock, which may get, watch and update that Lease and nothing else. */
export const anAccount: readonly Step[] = [
  {
    as: 'admin',
    send: 'POST /api/v1/namespaces/{ns}/serviceaccounts',
    body: { metadata: { name: 'lock' } },
    expect: { status: 201 },
  },
  ...aGrant(
    'lock',
    [{ kind: 'ServiceAccount', name: 'lock', namespace: '{ns}' }],
    [
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        resourceNames: ['pool'],
        verbs: ['get', 'watch', 'update'],
      },
    ],
  ),
];

const allNodes = [{ kind: 'Group', name: 'system:nodes', apiGroup: 'rbac.authorization.k8s.io' }];

/** Nodes may act as the account: by the verb of all versions. */
export const byImpersonate: readonly Step[] = aGrant('impersonate', allNodes, [
  { apiGroups: [''], resources: ['serviceaccounts'], resourceNames: ['lock'], verbs: ['impersonate'] },
]);

/** One half of the constrained grant of 1.36 and later: to take on the account. */
export const mayTakeOn: readonly Step[] = aGrant('take-on', allNodes, [
  {
    apiGroups: ['authentication.k8s.io'],
    resources: ['serviceaccounts'],
    resourceNames: ['lock'],
    verbs: ['impersonate:serviceaccount'],
  },
]);

/** The other half: what to do as it. */
export const mayDoAs: readonly Step[] = aGrant('do-as', allNodes, [
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    resourceNames: ['pool'],
    verbs: ['get', 'watch', 'update'].map((verb) => `impersonate-on:serviceaccount:${verb}`),
  },
]);

/** Nodes may act as the account: by the constrained verbs alone. */
export const byConstrained: readonly Step[] = [...mayTakeOn, ...mayDoAs];

/** A Role in {ns} and its binding. */
export function aGrant(name: string, subjects: readonly object[], rules: readonly object[]): readonly Step[] {
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
  return [
    { as: 'admin', send: `POST ${rbac}/roles`, body: { metadata: { name }, rules }, expect: { status: 201 } },
    {
      as: 'admin',
      send: `POST ${rbac}/rolebindings`,
      body: { metadata: { name }, subjects, roleRef },
      expect: { status: 201 },
    },
  ];
}

/** Waits until a grant has reached the authorizer; keeps the Lease as it is. */
export function mayRead(who: Who): readonly Step[] {
  return [{ as: who, send: `GET ${leases}/pool`, expect: { status: 200 }, eventually: true, keep: 'lease' }];
}

interface PodTraits {
  readonly node?: string;
  readonly labels?: object;
  readonly annotations?: object;
  readonly finalizers?: readonly string[];
  readonly grace?: number;
  /** Default: Running and Ready, as reported by its node. */
  readonly state?: 'pending' | 'not ready' | 'ready';
}

/** A pod in {ns}, bound to {node} unless it says otherwise; kept under its name. */
export function aPod(name: string, traits: PodTraits = {}): readonly Step[] {
  const { node = '{node}', labels, annotations, finalizers, grace = 30, state = 'ready' } = traits;
  const spec = {
    nodeName: node,
    terminationGracePeriodSeconds: grace,
    containers: [{ name: 'main', image: 'example.invalid/main:1' }],
  };
  const made: Step = {
    as: 'admin',
    send: `POST ${pods}`,
    body: { metadata: { name, labels, annotations, finalizers }, spec },
    expect: { status: 201, has: { status: { phase: 'Pending' } } },
    keep: name,
  };
  return state === 'pending' ? [made] : [made, running(name, node, state === 'ready')];
}

function running(name: string, node: string, ready: boolean): Step {
  return {
    as: node === '{node}' ? 'node' : 'other node',
    send: `PATCH ${pods}/${name}/status`,
    patch: 'strategic',
    body: {
      metadata: { uid: `{${name}.metadata.uid}` },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
    },
    expect: { status: 200, has: { status: { phase: 'Running' } } },
    keep: name,
  };
}

/** A budget over `app: web`; waits until its status says how many may go. */
export function aBudget(name: string, minAvailable: number, allowed: number, spec: object = {}): readonly Step[] {
  return [
    {
      as: 'admin',
      send: `POST ${budgets}`,
      body: { metadata: { name }, spec: { minAvailable, selector: { matchLabels: { app: 'web' } }, ...spec } },
      expect: { status: 201 },
    },
    allows(name, allowed),
  ];
}

export function allows(name: string, disruptionsAllowed: number): Step {
  return {
    as: 'admin',
    send: `GET ${budgets}/${name}`,
    expect: { status: 200, has: { status: { disruptionsAllowed, observedGeneration: /[1-9]/ } } },
    eventually: true,
    keep: name,
  };
}

/** What an eviction sends. */
export function eviction(name: string, deleteOptions: object = {}): object {
  return { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: '{ns}' }, deleteOptions };
}

/** The path of the own Node. */
export const own = '/api/v1/nodes/{node}';

/** The spec of a Lease that somebody holds. */
export const held = {
  holderIdentity: 'n1',
  leaseDurationSeconds: 3600,
  acquireTime: '2026-01-02T03:04:05.678901Z',
  leaseTransitions: 1,
};
