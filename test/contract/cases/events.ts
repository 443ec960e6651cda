import { aNamespace, aNode } from '../arrange.ts';
import type { Case } from '../case.ts';

const event = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: '{node}.1', namespace: 'default' },
  involvedObject: { apiVersion: 'v1', kind: 'Node', name: '{node}', uid: '{own.metadata.uid}' },
  type: 'Normal',
  reason: 'RebootDraining',
  message: 'draining before a reboot',
  source: { component: 'kured-host', host: '{node}' },
  firstTimestamp: '2026-01-02T03:04:05Z',
  lastTimestamp: '2026-01-02T03:04:05Z',
  count: 1,
  reportingComponent: 'kured-host',
  reportingInstance: '{node}',
};

export const eventCases: readonly Case[] = [
  {
    name: 'a node tells an Event about its Node in the namespace default, and cannot read it back',
    steps: [
      ...aNode(),
      { as: 'node', send: 'POST /api/v1/namespaces/default/events?dryRun=All', body: event, expect: { status: 201 } },
      {
        as: 'node',
        send: 'POST /api/v1/namespaces/default/events',
        body: event,
        expect: {
          status: 201,
          has: { kind: 'Event', reason: 'RebootDraining', involvedObject: { uid: '{own.metadata.uid}' } },
        },
      },
      {
        as: 'node',
        send: 'PATCH /api/v1/namespaces/default/events/{node}.1',
        patch: 'strategic',
        body: { count: 2, lastTimestamp: '2026-01-02T03:05:05Z' },
        expect: { status: 200, has: { count: 2 } },
      },
      {
        as: 'node',
        send: 'POST /api/v1/namespaces/default/events',
        body: event,
        expect: { status: 409, reason: 'AlreadyExists' },
      },
      { as: 'node', send: 'GET /api/v1/namespaces/default/events/{node}.1', expect: { status: 403 } },
      {
        as: 'admin',
        send: 'GET /api/v1/namespaces/default/events?fieldSelector=involvedObject.uid%3D{own.metadata.uid}%2Creason%3DRebootDraining',
        expect: { status: 200, has: { kind: 'EventList', items: [{ reason: 'RebootDraining', count: 2 }] } },
      },
    ],
  },
  {
    name: 'an Event about a Node belongs nowhere else; a name is made where only its beginning is given',
    steps: [
      ...aNamespace,
      ...aNode(),
      {
        as: 'node',
        send: 'POST /api/v1/namespaces/{ns}/events',
        body: { ...event, metadata: { name: '{node}.1', namespace: '{ns}' } },
        expect: { status: 422, reason: 'Invalid', message: /does not match event.namespace/ },
      },
      {
        as: 'node',
        send: 'POST /api/v1/namespaces/default/events',
        body: { ...event, metadata: { generateName: '{node}.', namespace: 'default' } },
        expect: { status: 201, has: { metadata: { name: /^.+\..{5}$/ } } },
      },
    ],
  },
];
