import { aGrant, aLease, aNamespace, anAccount, byImpersonate, held, leases, mayRead } from '../arrange.ts';
import type { Case, Step } from '../case.ts';

const aDirectUser: readonly Step[] = aGrant(
  'direct',
  [{ kind: 'User', name: '{user}', apiGroup: 'rbac.authorization.k8s.io' }],
  [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'watch', 'update', 'create'] }],
);

/** The object as it was read, uid included, so it is a change and never a creation. */
const putAsItWas: Step = {
  as: 'user',
  send: `PUT ${leases}/pool`,
  over: 'lease',
  body: { spec: held },
  expect: { status: 409, reason: 'Conflict' },
};

/** What the API server makes of a Lease as an object: deleted, dry runs, what it keeps and what it refuses. */
export const leaseObjectCases: readonly Case[] = [
  {
    name: 'a deleted Lease: a PUT with the uid is 409, one without creates it again, for who may create',
    steps: [
      ...aNamespace,
      ...aLease,
      ...aDirectUser,
      ...mayRead('user'),
      {
        as: 'admin',
        send: `DELETE ${leases}/pool`,
        expect: { status: 200, has: { kind: 'Status', status: 'Success' } },
      },
      { as: 'user', send: `GET ${leases}/pool`, expect: { status: 404, reason: 'NotFound' } },
      putAsItWas,
      {
        as: 'user',
        send: `PUT ${leases}/pool`,
        over: 'lease',
        body: { metadata: { uid: null }, spec: held },
        expect: { status: 201, moved: 'lease', has: { spec: held } },
        keep: 'recreated',
      },
      putAsItWas,
      {
        as: 'user',
        send: `PUT ${leases}/pool`,
        over: 'lease',
        body: { metadata: { uid: null }, spec: held },
        expect: { status: 409, reason: 'Conflict' },
      },
      { as: 'user', send: `GET ${leases}/pool`, expect: { status: 200, unmoved: 'recreated' } },
    ],
  },
  {
    name: 'a deleted Lease and a PUT without the uid, by who may not create: never created',
    steps: [
      ...aNamespace,
      ...aLease,
      ...anAccount,
      ...byImpersonate,
      ...mayRead('account'),
      { as: 'admin', send: `DELETE ${leases}/pool`, expect: { status: 200 } },
      { as: 'account', send: `GET ${leases}/pool`, expect: { status: 404 } },
      {
        as: 'account',
        send: `PUT ${leases}/pool`,
        over: 'lease',
        body: { spec: held },
        expect: { status: 409, reason: 'Conflict' },
      },
      {
        as: 'account',
        send: `PUT ${leases}/pool`,
        over: 'lease',
        body: { metadata: { uid: null }, spec: held },
        expect: { status: 403, reason: 'Forbidden', message: /"pool" is forbidden: / },
      },
      { as: 'account', send: `GET ${leases}/pool`, expect: { status: 404 } },
    ],
  },
  {
    name: 'a dry run of a PUT proves the right and the resourceVersion and writes nothing',
    steps: [
      ...aNamespace,
      ...aLease,
      ...anAccount,
      ...byImpersonate,
      ...mayRead('account'),
      {
        as: 'account',
        send: `PUT ${leases}/pool?dryRun=All`,
        over: 'lease',
        body: { spec: held },
        expect: { status: 200, unmoved: 'lease', has: { spec: held } },
      },
      {
        as: 'account',
        send: `GET ${leases}/pool`,
        expect: { status: 200, unmoved: 'lease', lacks: ['spec.holderIdentity'] },
      },
      {
        as: 'account',
        send: `PUT ${leases}/pool?dryRun=All`,
        over: 'lease',
        body: { metadata: { resourceVersion: '1' } },
        expect: { status: 409 },
      },
      { as: 'account', send: `PUT ${leases}/pool?dryRun=yes`, over: 'lease', body: {}, expect: { status: 422 } },
    ],
  },
  {
    name: 'what a Lease may not say',
    steps: [
      ...aNamespace,
      ...aLease,
      {
        as: 'admin',
        send: `PATCH ${leases}/pool`,
        body: { spec: { leaseDurationSeconds: 0 } },
        expect: { status: 422, reason: 'Invalid', message: /must be greater than 0/ },
      },
      { as: 'admin', send: `PATCH ${leases}/pool`, body: { spec: { leaseTransitions: -1 } }, expect: { status: 422 } },
      {
        as: 'admin',
        send: `PATCH ${leases}/pool`,
        body: { spec: { renewTime: '2026-01-02T03:04:05Z' } },
        expect: { status: 422, reason: 'Invalid' },
      },
      {
        as: 'admin',
        send: `PATCH ${leases}/pool`,
        body: { spec: { leaseTransitions: '1' } },
        expect: { status: 422, reason: 'Invalid' },
      },
      {
        as: 'admin',
        send: `PATCH ${leases}/pool`,
        body: { metadata: { annotations: { a: {} } } },
        expect: { status: 422, reason: 'Invalid' },
      },
      {
        as: 'admin',
        send: `PATCH ${leases}/pool`,
        body: { metadata: { annotations: { a: 'x'.repeat(256 * 1024) } } },
        expect: { status: 422, message: /metadata.annotations/ },
      },
      ...[{ renewTime: '2026-01-02T03:04:05Z' }, { leaseTransitions: '1' }].map(
        (spec): Step => ({
          as: 'admin',
          send: `PUT ${leases}/pool`,
          over: 'lease',
          body: { spec },
          expect: { status: 400, reason: 'BadRequest' },
        }),
      ),
      { as: 'admin', send: `GET ${leases}/pool`, expect: { status: 200, unmoved: 'lease' } },
    ],
  },
  {
    name: 'what a Lease keeps: empty texts and unknown annotations; what its schema does not know is dropped',
    steps: [
      ...aNamespace,
      ...aLease,
      {
        as: 'admin',
        send: `PATCH ${leases}/pool`,
        body: {
          metadata: { annotations: { empty: '', 'kured-host/holders': '[{"later":1}]' }, unknown: 1 },
          spec: { holderIdentity: '', unknown: 1, renewTime: '2026-01-02T03:04:05.000000+01:00' },
          unknown: 1,
        },
        expect: {
          status: 200,
          has: {
            metadata: { annotations: { empty: '', 'kured-host/holders': '[{"later":1}]' } },
            spec: { holderIdentity: '', renewTime: '2026-01-02T02:04:05.000000Z' },
          },
          lacks: ['unknown', 'spec.unknown', 'metadata.unknown'],
        },
        keep: 'lease',
      },
      {
        as: 'admin',
        send: `PATCH ${leases}/pool`,
        body: {
          metadata: { annotations: { empty: null, 'kured-host/holders': null } },
          spec: { holderIdentity: null, renewTime: null },
        },
        expect: {
          status: 200,
          moved: 'lease',
          lacks: ['metadata.annotations', 'spec.holderIdentity', 'spec.renewTime'],
        },
      },
    ],
  },
  {
    name: 'applying the bare Lease again over a held one changes nothing',
    steps: [
      ...aNamespace,
      ...aLease,
      {
        as: 'admin',
        send: `PATCH ${leases}/pool`,
        body: { metadata: { annotations: { 'kured-host/holders': '[]' } }, spec: held },
        expect: { status: 200 },
        keep: 'lease',
      },
      {
        as: 'admin',
        send: `PATCH ${leases}/pool`,
        patch: 'strategic',
        body: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'pool', namespace: '{ns}' } },
        expect: { status: 200, unmoved: 'lease' },
      },
    ],
  },
  {
    name: 'a body that contradicts the path is 400',
    steps: [
      ...aNamespace,
      ...aLease,
      {
        as: 'admin',
        send: `PUT ${leases}/pool`,
        over: 'lease',
        body: { metadata: { name: 'another' } },
        expect: { status: 400, reason: 'BadRequest' },
      },
      {
        as: 'admin',
        send: `PUT ${leases}/pool`,
        over: 'lease',
        body: { metadata: { namespace: 'default' } },
        expect: { status: 400 },
      },
      { as: 'admin', send: `PUT ${leases}/pool`, over: 'lease', body: { kind: 'Pod' }, expect: { status: 400 } },
      {
        as: 'admin',
        send: `POST ${leases}`,
        body: { metadata: { name: 'pool' } },
        expect: { status: 409, reason: 'AlreadyExists' },
      },
    ],
  },
];
