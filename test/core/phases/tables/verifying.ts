import type { Ways } from '../every-state.ts';
import type { Rows, Table } from './row.ts';

const claimAway: Rows = {
  'lease-watch lease gone': 'recovering/look | read-node unfollow-lease | starting',
  'lease-watch claim gone': 'recovering/look | read-node unfollow-lease | starting',
  'lease-watch another claim': 'recovering/look | read-node unfollow-lease | starting',
  'lease-watch release forced': 'recovering/look | read-node unfollow-lease | starting',
};

/** Another boot: waits for this boot's kubelet, then for the hooks. */
export const verifyingTable: Table<Ways['verifying']> = {
  always: {
    'node-watch node gone': 'verifying | | node-missing',
    'node-watch broken': 'verifying | read-node | api-unavailable',
    'node-watch another uid': 'recovering/look | read-node unfollow-lease | starting',
    'node-watch ready in this boot': 'verifying | run-hooks | hooks-beginning',
    'node-watch not ready in this boot': 'verifying | | kubelet-not-ready',
    'stop restart': 'stopped | tell:stopping exit unfollow-lease | stopping',
    'stop stop': 'stopped | tell:stopping exit unfollow-lease | service-ended',
    'stop shutdown': 'stopped | tell:stopping exit unfollow-lease | stopping',
    'stop unknown': 'stopped | tell:stopping exit unfollow-lease | stopping',
  },
  ways: {
    wait: {
      waits: 'verifying | | kubelet-silent',
      rows: {
        'time due': 'verifying/stuck | tell:stuck lease:stuck | kubelet-silent',
        'lease-watch lease gone': 'recovering/look | read-node unfollow-lease | starting',
        'lease-watch broken': 'verifying | read-lease | kubelet-silent',
        'lease-watch claim gone': 'recovering/look | read-node unfollow-lease | starting',
        'lease-watch another claim': 'recovering/look | read-node unfollow-lease | starting',
        'lease-watch release forced': 'recovering/look | read-node unfollow-lease | starting',
      },
    },
    stuck: {
      waits: 'verifying/stuck | | kubelet-silent',
      rows: {
        'lease-watch lease gone': 'recovering/look | read-node unfollow-lease | starting',
        'lease-watch broken': 'verifying/stuck | read-lease | kubelet-silent',
        'lease-watch claim gone': 'recovering/look | read-node unfollow-lease | starting',
        'lease-watch another claim': 'recovering/look | read-node unfollow-lease | starting',
        'lease-watch release forced': 'recovering/look | read-node unfollow-lease | starting',
        'node-watch node gone': 'verifying/stuck | | node-missing',
        'node-watch broken': 'verifying/stuck | read-node | api-unavailable',
        'node-watch not ready in this boot': 'verifying/stuck | | kubelet-not-ready',
        'node-watch ready in this boot': 'verifying | run-hooks tell:unstuck lease:unstuck | hooks-beginning',
        retry: 'verifying | tell:unstuck lease:unstuck | kubelet-silent',
      },
    },
    'without-claim': {
      waits: 'verifying | | kubelet-silent',
      rows: {
        'time due': 'verifying/stuck | tell:stuck | kubelet-silent',
      },
    },
    hooks: {
      waits: 'verifying | | hooks-beginning',
      rows: {
        'hooks-ended done': 'restoring/patch | tell:rebooted node:restore | restoring',
        'hooks-ended failed': 'verifying | | hook-failed',
        'hooks-ended stopped': 'verifying | run-hooks | hooks-beginning',
        'hooks-progress': 'verifying | | hook-running',
        'lease-watch lease gone': 'recovering/look | stop-hooks unfollow-lease | claim-lost',
        'lease-watch broken': 'verifying | read-lease | hooks-beginning',
        'lease-watch claim gone': 'recovering/look | stop-hooks unfollow-lease | claim-lost',
        'lease-watch another claim': 'recovering/look | stop-hooks unfollow-lease | claim-lost',
        'lease-watch release forced': 'recovering/look | stop-hooks unfollow-lease | claim-lost',
        'node-watch another uid': 'recovering/look | stop-hooks unfollow-lease | starting',
        'node-watch ready in this boot': 'verifying | | hooks-beginning',
      },
    },
    'hooks-failed': {
      waits: 'verifying | | hook-failed',
      rows: {
        ...claimAway,
        'time due': 'verifying | run-hooks | hook-failed',
        'lease-watch broken': 'verifying | read-lease | hook-failed',
        'node-watch ready in this boot': 'verifying | | hook-failed',
        retry: 'verifying | run-hooks | hook-failed',
      },
    },
    'hooks-stuck': {
      waits: 'verifying/stuck | | hook-failed',
      rows: {
        ...claimAway,
        'time due': 'verifying/stuck | run-hooks | hook-failed',
        'lease-watch broken': 'verifying/stuck | read-lease | hook-failed',
        'node-watch node gone': 'verifying/stuck | | node-missing',
        'node-watch broken': 'verifying/stuck | read-node | api-unavailable',
        'node-watch not ready in this boot': 'verifying/stuck | | kubelet-not-ready',
        'node-watch ready in this boot': 'verifying/stuck | | hook-failed',
        retry: 'verifying | run-hooks tell:unstuck lease:unstuck | hooks-beginning',
      },
    },
  },
};
