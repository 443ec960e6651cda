import type { Ways } from '../every-state.ts';
import type { Table } from './row.ts';

/** Another boot: waits for this boot's kubelet. */
export const verifyingTable: Table<Ways['verifying']> = {
  always: {
    'node-watch node gone': 'verifying | | node-missing',
    'node-watch broken': 'verifying | read-node | api-unavailable',
    'node-watch another uid': 'recovering/look | read-node unfollow-lease | starting',
    'node-watch ready in this boot': 'restoring/patch | tell:rebooted node:restore | restoring',
    'node-watch not ready in this boot': 'verifying | | kubelet-not-ready',
    'stop restart': 'stopped | tell:stopping exit unfollow-lease | stopping',
    'stop stop': 'stopped | tell:stopping exit unfollow-lease | stopping',
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
        retry: 'verifying | tell:unstuck lease:unstuck | kubelet-silent',
      },
    },
    'without-claim': {
      waits: 'verifying | | kubelet-silent',
      rows: {
        'time due': 'verifying/stuck | tell:stuck | kubelet-silent',
      },
    },
  },
};
