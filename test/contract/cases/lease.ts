import {
  aGrant,
  aLease,
  aNamespace,
  anAccount,
  byConstrained,
  byImpersonate,
  held,
  leases,
  mayDoAs,
  mayRead,
  mayTakeOn,
} from '../arrange.ts';
import type { Case, Step } from '../case.ts';

/** What kured-host does to its Lease, and what it may not, as the service account it acts as. */
const work: readonly Step[] = [
  ...mayRead('account'),
  {
    as: 'account',
    send: `PUT ${leases}/pool`,
    over: 'lease',
    body: { metadata: { annotations: { 'kured-host/holders': '[]', other: 'kept' } }, spec: held },
    expect: {
      status: 200,
      moved: 'lease',
      has: { kind: 'Lease', metadata: { uid: '{lease.metadata.uid}', annotations: { other: 'kept' } }, spec: held },
    },
    keep: 'written',
  },
  {
    as: 'account',
    send: `PUT ${leases}/pool`,
    over: 'written',
    body: {},
    expect: { status: 200, unmoved: 'written' },
  },
  {
    as: 'account',
    send: `PUT ${leases}/pool`,
    over: 'lease',
    body: { spec: { holderIdentity: 'n2' } },
    expect: {
      status: 409,
      reason: 'Conflict',
      message: /^Operation cannot be fulfilled on leases.coordination.k8s.io "pool": the object has been modified/,
    },
  },
  {
    as: 'account',
    send: `PUT ${leases}/pool`,
    over: 'written',
    body: { metadata: { uid: '00000000-0000-4000-8000-000000000000' }, spec: { holderIdentity: 'n2' } },
    expect: { status: 409, reason: 'Conflict', message: /Precondition failed: UID in precondition/ },
  },
  {
    as: 'account',
    send: `PUT ${leases}/pool`,
    over: 'written',
    body: { metadata: { resourceVersion: null }, spec: { holderIdentity: 'n2' } },
    expect: { status: 422, reason: 'Invalid', message: /must be specified for an update/ },
  },
  {
    as: 'account',
    send: `GET ${leases}/pool?resourceVersion=0`,
    expect: { status: 200, unmoved: 'written' },
    eventually: true,
  },
  { as: 'account', send: `GET ${leases}/other`, expect: { status: 403, reason: 'Forbidden' } },
  { as: 'account', send: `GET ${leases}`, expect: { status: 403, reason: 'Forbidden' } },
  {
    as: 'account',
    send: `POST ${leases}`,
    body: { metadata: { name: 'mine' } },
    expect: { status: 403, reason: 'Forbidden' },
  },
  { as: 'account', send: `PATCH ${leases}/pool`, body: { spec: { holderIdentity: 'x' } }, expect: { status: 403 } },
  { as: 'account', send: `DELETE ${leases}/pool`, expect: { status: 403 } },
  { as: 'account', send: 'GET /api/v1/nodes/{node}', expect: { status: 403 } },
  { as: 'account', send: 'GET /api/v1/namespaces/{ns}/pods', expect: { status: 403 } },
];

export const leaseCases: readonly Case[] = [
  {
    name: 'a node that may impersonate the service account writes the Lease as it (legacy rule alone)',
    steps: [...aNamespace, ...aLease, ...anAccount, ...byImpersonate, ...work],
  },
  {
    name: 'a node that may impersonate the service account writes the Lease as it (constrained rules alone)',
    since: 36,
    steps: [...aNamespace, ...aLease, ...anAccount, ...byConstrained, ...work],
  },
  {
    name: 'without a grant to impersonate nothing is told of the Lease',
    steps: [
      ...aNamespace,
      ...aLease,
      ...anAccount,
      {
        as: 'account',
        send: `GET ${leases}/pool`,
        expect: { status: 403, reason: 'Forbidden', message: /User "system:node:.*" cannot impersonate/ },
      },
    ],
  },
  ...(
    [
      ['to take on the account', mayTakeOn, /cannot impersonate-on:serviceaccount:get resource "leases"/],
      ['of what to do as it', mayDoAs, /cannot impersonate:serviceaccount resource "serviceaccounts"/],
    ] as const
  ).map(
    ([half, grant, message]): Case => ({
      name: `the constrained grant ${half} does not suffice alone`,
      since: 36,
      steps: [
        ...aNamespace,
        ...aLease,
        ...anAccount,
        ...grant,
        { as: 'account', send: `GET ${leases}/pool`, expect: { status: 403, message }, eventually: true },
      ],
    }),
  ),
  {
    name: 'the older grant to impersonate, and an account without rights: the refusal names the account',
    steps: [
      ...aNamespace,
      ...aLease,
      ...byImpersonate,
      {
        as: 'account',
        send: `GET ${leases}/pool`,
        expect: { status: 403, message: /User "system:serviceaccount:.*:lock" cannot get resource "leases"/ },
        eventually: true,
      },
    ],
  },
  {
    name: 'a node itself is refused any write of a shared Lease, whatever RBAC says; of its own it may write one',
    steps: [
      ...aNamespace,
      ...aLease,
      {
        as: 'node',
        send: `GET ${leases}/pool`,
        expect: { status: 403, message: /can only access leases in the "kube-node-lease" system namespace/ },
      },
      ...aGrant(
        'nodes',
        [{ kind: 'Group', name: 'system:nodes', apiGroup: 'rbac.authorization.k8s.io' }],
        [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['*'] }],
      ),
      ...mayRead('node'),
      {
        as: 'node',
        send: `PUT ${leases}/pool`,
        over: 'lease',
        body: { spec: held },
        expect: {
          status: 403,
          message:
            /^leases.coordination.k8s.io "pool" is forbidden: can only access leases in the "kube-node-lease" system namespace$/,
        },
      },
      {
        as: 'node',
        send: 'POST /apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases',
        body: { metadata: { name: '{node}' }, spec: held },
        expect: { status: 201 },
      },
      {
        as: 'node',
        send: 'PATCH /apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{node}',
        body: { spec: { holderIdentity: 'n2' } },
        expect: { status: 200 },
      },
      {
        as: 'node',
        send: 'POST /apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases',
        body: { metadata: { name: '{other}' } },
        expect: { status: 403, message: /same name as the requesting node/ },
      },
      {
        as: 'node',
        send: 'GET /apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{other}',
        expect: { status: 403 },
      },
    ],
  },
];
