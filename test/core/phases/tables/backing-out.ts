import type { Ways } from '../every-state.ts';
import type { Table } from './row.ts';

/** Says so, restores, releases; nothing but the release, or a claim that is gone, leads out. */
export const backingOutTable: Table<Ways['backing-out']> = {
  always: {
    'node-watch another uid': 'recovering/look | read-node unfollow-lease | starting',
    'stop restart': 'stopped | tell:stopping exit unfollow-lease | stopping',
    'stop shutdown': 'stopped | tell:stopping exit unfollow-lease | stopping',
    'stop unknown': 'stopped | tell:stopping exit unfollow-lease | stopping',
  },
  ways: {
    declare: {
      waits: 'backing-out/declare | | backing-out',
      rows: {
        'lease-written written': 'backing-out/restore | node:restore | backing-out',
        'lease-written gone': 'recovering/look | read-node unfollow-lease | starting',
        'lease-written refused': 'backing-out/declare | | api-unavailable',
        'lease-written unknown': 'backing-out/declare | | api-unavailable',
        'lease-watch lease gone': 'recovering/look | read-node unfollow-lease | starting',
        'lease-watch broken': 'backing-out/declare | | api-unavailable',
        'lease-watch claim gone': 'recovering/look | read-node unfollow-lease | starting',
        'lease-watch another claim': 'recovering/look | read-node unfollow-lease | starting',
        'lease-watch release forced': 'recovering/look | read-node unfollow-lease | starting',
      },
    },
    restore: {
      waits: 'backing-out/restore | | backing-out',
      rows: {
        'node-patched written': 'backing-out/release | lease:release | backing-out',
        'node-patched conflict': 'backing-out/restore | read-node | backing-out',
        'node-patched gone': 'backing-out/release | lease:release | backing-out',
        'node-patched refused': 'backing-out/restore | | api-unavailable',
        'node-patched unknown': 'backing-out/restore | | api-unavailable',
        'lease-watch lease gone': 'recovering/look | unfollow-lease | starting',
        'lease-watch broken': 'backing-out/restore | | api-unavailable',
        'lease-watch claim gone': 'recovering/look | unfollow-lease | starting',
        'lease-watch another claim': 'recovering/look | unfollow-lease | starting',
        'lease-watch release forced': 'recovering/look | unfollow-lease | starting',
        'node-watch broken': 'backing-out/restore | | api-unavailable',
        'node-watch another uid': 'recovering/look | unfollow-lease | starting',
      },
    },
    release: {
      waits: 'backing-out/release | | backing-out',
      rows: {
        'lease-written written': 'waiting | tell:backed-out remember unfollow-lease | backing-off',
        'lease-written gone': 'waiting | tell:backed-out remember unfollow-lease | backing-off',
        'lease-written refused': 'backing-out/release | | api-unavailable',
        'lease-written unknown': 'backing-out/release | | api-unavailable',
        'lease-watch broken': 'backing-out/release | | api-unavailable',
      },
    },
  },
};
