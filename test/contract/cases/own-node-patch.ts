import { aNode, own } from '../arrange.ts';
import type { Case } from '../case.ts';

/** Patches that are refused, and a Node that is another one under its name. */
export const ownNodePatchCases: readonly Case[] = [
  {
    name: 'a JSON patch whose test fails is 422 and tells nothing more',
    steps: [
      ...aNode(),
      {
        as: 'node',
        send: `PATCH ${own}`,
        patch: 'json',
        body: [
          { op: 'test', path: '/metadata/uid', value: 'another' },
          { op: 'add', path: '/spec/unschedulable', value: true },
        ],
        expect: {
          status: 422,
          reason: 'Invalid',
          message: /^the server rejected our request due to an error in our request$/,
        },
      },
      {
        as: 'node',
        send: `PATCH ${own}`,
        patch: 'json',
        body: [
          { op: 'test', path: '/metadata/uid', value: '{own.metadata.uid}' },
          { op: 'add', path: '/spec/unschedulable', value: true },
        ],
        expect: { status: 200, has: { spec: { unschedulable: true } } },
      },
    ],
  },
  {
    name: 'a patch that makes what cannot be read is 422, of an unknown kind 415; a dry run changes nothing',
    steps: [
      ...aNode(),
      {
        as: 'node',
        send: `PATCH ${own}`,
        body: { spec: { unschedulable: 'yes' } },
        expect: { status: 422, reason: 'Invalid' },
      },
      {
        as: 'node',
        send: `PATCH ${own}`,
        body: { metadata: { annotations: { a: 1 } } },
        expect: { status: 422, reason: 'Invalid' },
      },
      {
        as: 'node',
        send: `PATCH ${own}`,
        type: 'application/json',
        body: {},
        expect: { status: 415, reason: 'UnsupportedMediaType' },
      },
      {
        as: 'node',
        send: `PATCH ${own}?dryRun=All`,
        body: { spec: { unschedulable: true } },
        expect: { status: 200, unmoved: 'own', has: { spec: { unschedulable: true } } },
      },
      { as: 'node', send: `GET ${own}`, expect: { status: 200, unmoved: 'own', lacks: ['spec.unschedulable'] } },
    ],
  },
  {
    name: 'a Node deleted and registered anew has another uid',
    steps: [
      ...aNode(),
      { as: 'admin', send: `DELETE ${own}`, expect: { status: 200, has: { kind: 'Status', status: 'Success' } } },
      { as: 'node', send: `GET ${own}`, expect: { status: 404 }, eventually: true },
      { as: 'node', send: `PATCH ${own}`, body: { spec: { unschedulable: true } }, expect: { status: 404 } },
      { as: 'node', send: 'POST /api/v1/nodes', body: { metadata: { name: '{node}' } }, expect: { status: 201 } },
      {
        as: 'node',
        send: `PATCH ${own}`,
        body: { metadata: { uid: '{own.metadata.uid}' }, spec: { unschedulable: true } },
        expect: { status: 422 },
      },
      {
        as: 'node',
        send: 'POST /api/v1/nodes',
        body: { metadata: { name: '{node}' } },
        expect: { status: 409, reason: 'AlreadyExists' },
      },
    ],
  },
];
