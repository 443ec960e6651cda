import type { Ways } from '../every-state.ts';
import type { Table } from './row.ts';

/** The reboot is proven: restore PATCH, then release, whatever else happens. */
export const restoringTable: Table<Ways['restoring']> = {
  always: {
    'stop restart': 'stopped | tell:stopping exit unfollow-lease | stopping',
    'stop stop': 'stopped | tell:stopping exit unfollow-lease | service-ended',
    'stop shutdown': 'stopped | tell:stopping exit unfollow-lease | stopping',
    'stop unknown': 'stopped | tell:stopping exit unfollow-lease | stopping',
  },
  ways: {
    patch: {
      waits: 'restoring/patch | | restoring',
      rows: {
        'node-patched written': 'restoring/release | lease:release | restoring',
        'node-patched conflict': 'restoring/patch | read-node | restoring',
        'node-patched gone': 'restoring/release | lease:release | restoring',
        'node-patched refused': 'restoring/patch | | api-unavailable',
        'node-patched unknown': 'restoring/patch | | api-unavailable',
        'node-watch broken': 'restoring/patch | | api-unavailable',
        'node-watch another uid': 'recovering/look | unfollow-lease | starting',
      },
    },
    delay: {
      waits: 'restoring/delay | | release-delay',
      rows: {
        'time due': 'restoring/delay | lease:release | restoring',
        'settings no delays': 'restoring/release | lease:release | restoring',
        'lease-watch lease gone': 'idle | tell:released forget unfollow-lease | no-need',
        'lease-watch claim gone': 'idle | tell:released forget unfollow-lease | no-need',
        'lease-watch another claim': 'idle | tell:released forget unfollow-lease | no-need',
        'lease-watch release asked': 'restoring/delay | lease:release | restoring',
        'lease-watch release forced': 'restoring/delay | lease:force-release | restoring',
        'lease-watch unreadable': 'restoring/delay | | lease-unreadable',
        'node-watch another uid': 'recovering/look | read-node unfollow-lease | starting',
        'node-watch mark found': 'restoring/patch | node:restore | restoring',
        'stop stop': 'restoring/delay | lease:release | restoring',
      },
    },
    release: {
      waits: 'restoring/release | | restoring',
      rows: {
        'stop stop': 'restoring/release | | restoring',
        'lease-written written': 'idle | tell:released forget unfollow-lease | no-need',
        'lease-written gone': 'idle | tell:released forget unfollow-lease | no-need',
        'lease-written refused': 'restoring/release | | api-unavailable',
        'lease-written unknown': 'restoring/release | | api-unavailable',
        'lease-watch broken': 'restoring/release | | api-unavailable',
        'node-watch another uid': 'recovering/look | read-node unfollow-lease | starting',
      },
    },
  },
};
