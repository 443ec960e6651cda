import { aLease, aNamespace, aNode, leases } from '../arrange.ts';
import type { Case, Step } from '../case.ts';

const named = `${leases}?fieldSelector=metadata.name%3Dpool`;

function annotated(value: string): Step {
  return {
    as: 'admin',
    send: `PATCH ${leases}/pool`,
    body: { metadata: { annotations: { step: value } } },
    expect: { status: 200 },
    keep: value,
  };
}

const again: Step = { as: 'admin', send: `GET ${leases}/pool`, expect: { status: 200 }, eventually: true, keep: 'now' };

/** What a server that was stopped knows of the past. */
export const restartCases: readonly Case[] = [
  {
    name: 'a restarted server: objects and resourceVersions are there, watches break, what they resume from is forgotten',
    steps: [
      ...aNamespace,
      ...aLease,
      annotated('first'),
      { as: 'admin', watch: 'open', at: `${named}&resourceVersion={first.metadata.resourceVersion}` },
      annotated('second'),
      { sees: 'open', events: [{ type: 'MODIFIED' }] },
      { server: 'restart' },
      { breaks: 'open' },
      { ...again, expect: { status: 200, unmoved: 'second' } },
      { as: 'admin', send: `PUT ${leases}/pool`, over: 'first', body: {}, expect: { status: 409, reason: 'Conflict' } },
      { as: 'admin', watch: 'resumed', at: `${named}&resourceVersion={first.metadata.resourceVersion}` },
      {
        sees: 'resumed',
        events: [
          {
            type: 'ERROR',
            has: {
              kind: 'Status',
              status: 'Failure',
              reason: 'Expired',
              code: 410,
              message: /^too old resource version: \d+ \(\d+\)$/,
            },
          },
        ],
      },
      { ends: 'resumed' },
      { as: 'admin', send: `GET ${leases}`, expect: { status: 200 }, keep: 'list' },
      { as: 'admin', watch: 'anew', at: `${named}&resourceVersion={list.metadata.resourceVersion}` },
      annotated('third'),
      { sees: 'anew', events: [{ type: 'MODIFIED', has: { metadata: { annotations: { step: 'third' } } } }] },
    ],
  },
  {
    name: 'an older state comes back: resourceVersions go back, later writes are gone, a watch from later is silent',
    steps: [
      ...aNamespace,
      ...aLease,
      annotated('kept'),
      { server: 'save' },
      annotated('lost'),
      annotated('lost-too'),
      { as: 'admin', watch: 'open', at: `${named}&resourceVersion={kept.metadata.resourceVersion}` },
      { sees: 'open', events: [{ type: 'MODIFIED' }, { type: 'MODIFIED' }] },
      { server: 'bring back' },
      { breaks: 'open' },
      { ...again, expect: { status: 200, unmoved: 'kept', has: { metadata: { annotations: { step: 'kept' } } } } },
      { as: 'admin', send: `PUT ${leases}/pool`, over: 'lost', body: {}, expect: { status: 409, reason: 'Conflict' } },
      {
        as: 'admin',
        watch: 'later',
        at: `${named}&resourceVersion=900000000&timeoutSeconds=2`,
      },
      annotated('new'),
      { ends: 'later' },
    ],
  },
  {
    name: 'a Node keeps its uid, its cordon and its owner over a restart',
    steps: [
      ...aNode(),
      {
        as: 'node',
        send: 'PATCH /api/v1/nodes/{node}?fieldManager=kured-host',
        body: { spec: { unschedulable: true } },
        expect: { status: 200, cordonOwner: 'kured-host' },
      },
      { server: 'restart' },
      {
        as: 'node',
        send: 'GET /api/v1/nodes/{node}',
        expect: {
          status: 200,
          cordonOwner: 'kured-host',
          has: { metadata: { uid: '{own.metadata.uid}' }, spec: { unschedulable: true } },
        },
        eventually: true,
      },
    ],
  },
];
