import { aNode, own } from '../arrange.ts';
import type { Case } from '../case.ts';

/** The status of the own Node, where the condition is published, apart from its spec. */
export const ownNodeStatusCases: readonly Case[] = [
  {
    name: 'nodes/status takes a condition and an annotation in one patch, and leaves the spec alone',
    steps: [
      ...aNode(),
      {
        as: 'node',
        send: `PATCH ${own}/status?fieldManager=kured-host`,
        patch: 'strategic',
        body: {
          metadata: { annotations: { 'kured-host/status': 'no reboot is needed' } },
          spec: { unschedulable: true },
          status: { conditions: [{ type: 'RebootRequired', status: 'False', reason: 'NoNeed', message: 'none' }] },
        },
        expect: {
          status: 200,
          moved: 'own',
          has: { metadata: { annotations: { 'kured-host/status': 'no reboot is needed' } } },
          lacks: ['spec.unschedulable'],
        },
        keep: 'published',
      },
      {
        as: 'node',
        send: `PATCH ${own}/status?fieldManager=kured-host`,
        patch: 'strategic',
        body: {
          metadata: { annotations: { 'kured-host/status': 'no reboot is needed' } },
          status: { conditions: [{ type: 'RebootRequired', status: 'False', reason: 'NoNeed', message: 'none' }] },
        },
        expect: { status: 200, unmoved: 'published' },
      },
      {
        as: 'node',
        send: `PATCH ${own}/status`,
        patch: 'strategic',
        agent: 'kubelet/v1.36.3 (linux/amd64)',
        body: { status: { conditions: [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'x' }] } },
        expect: {
          status: 200,
          has: {
            status: {
              conditions: [
                // One that is new goes before what the patch did not name.
                { type: 'RebootRequired', status: 'False', reason: 'NoNeed', lastHeartbeatTime: null },
                { type: 'Ready', status: 'False', reason: 'KubeletNotReady' },
                { type: 'MemoryPressure' },
                { type: 'DiskPressure' },
                { type: 'PIDPressure' },
              ],
            },
          },
        },
      },
    ],
  },
  {
    name: 'a dry run of what is published changes nothing',
    steps: [
      ...aNode(),
      {
        as: 'node',
        send: `PATCH ${own}/status?fieldManager=kured-host&dryRun=All`,
        patch: 'strategic',
        body: { metadata: { annotations: { 'kured-host/status': 'tried' } } },
        expect: { status: 200, has: { metadata: { annotations: { 'kured-host/status': 'tried' } } } },
      },
      { as: 'node', send: `GET ${own}`, expect: { status: 200, unmoved: 'own', lacks: ['metadata.annotations'] } },
    ],
  },
  {
    name: 'a patch of the Node itself leaves its status alone',
    steps: [
      ...aNode(),
      {
        as: 'node',
        send: `PATCH ${own}`,
        body: { status: { nodeInfo: { bootID: 'boot-2' } } },
        expect: { status: 200, unmoved: 'own', has: { status: { nodeInfo: { bootID: 'boot-1' } } } },
      },
    ],
  },
];
