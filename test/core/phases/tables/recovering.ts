import type { Ways } from '../every-state.ts';
import type { Table } from './row.ts';

/** Finds out what an earlier life left. Every way but a signal is out of it by what is read. */
export const recoveringTable: Table<Ways['recovering']> = {
  always: {
    'node-watch broken': 'recovering/look | read-node | api-unavailable',
    'stop restart': 'stopped | tell:stopping exit | stopping',
    'stop stop': 'stopped | tell:stopping exit | service-ended',
    'stop shutdown': 'stopped | tell:stopping exit | stopping',
    'stop unknown': 'stopped | tell:stopping exit | stopping',
  },
  ways: {
    look: {
      waits: 'recovering/look | | starting',
      rows: {
        'lease-read found': 'recovering/decide | read-node | starting',
        'lease-read gone': 'recovering/decide | look-at-shutdown | starting',
        'lease-read failed': 'recovering/look | | api-unavailable',
      },
    },
    decide: {
      waits: 'recovering/decide | | starting',
      rows: {
        'node-read found': 'draining/permit | tell:recovered ask-permission follow-lease | asking-permission',
        'node-read gone':
          'backing-out/release | tell:recovered stop-hooks tell:backing-out lease:release follow-lease | backing-out',
        'node-read failed': 'recovering/decide | | api-unavailable',
        'node-watch broken': 'recovering/decide | | api-unavailable',
      },
    },
    'wait-for-shutdown': {
      waits: 'recovering/decide | | shutdown-under-way',
      rows: {
        'time due': 'recovering/decide | look-at-shutdown | shutdown-under-way',
        'node-watch node gone': 'waiting | ask-permission | asking-permission',
        'node-watch broken': 'recovering/decide | read-node | api-unavailable',
        'node-watch mark taken': 'waiting | ask-permission | asking-permission',
        'node-watch mark found': 'verifying | tell:recovered run-hooks follow-lease | hooks-beginning',
      },
    },
    'wait-readable': {
      waits: 'recovering/look | | lease-unreadable',
      rows: {
        'time due': 'recovering/look | read-lease | lease-unreadable',
        'lease-watch another claim': 'recovering/look | tell:lease-went-back read-node | lease-unreadable',
        'lease-watch claim gone': 'recovering/look | tell:lease-went-back read-node | lease-unreadable',
        'lease-watch others rebooting': 'recovering/look | tell:lease-went-back read-node | lease-unreadable',
        'lease-watch paused': 'recovering/look | tell:lease-went-back read-node | lease-unreadable',
        'lease-watch release asked': 'recovering/look | tell:lease-went-back read-node | lease-unreadable',
        'lease-watch release forced': 'recovering/look | tell:lease-went-back read-node | lease-unreadable',
        'lease-watch broken': 'recovering/look | | api-unavailable',
        'lease-watch resumed': 'recovering/look | read-lease | lease-unreadable',
        'node-watch broken': 'recovering/look | read-node unfollow-lease | api-unavailable',
        'stop restart': 'stopped | tell:stopping exit unfollow-lease | stopping',
        'stop stop': 'stopped | tell:stopping exit unfollow-lease | service-ended',
        'stop shutdown': 'stopped | tell:stopping exit unfollow-lease | stopping',
        'stop unknown': 'stopped | tell:stopping exit unfollow-lease | stopping',
        'node-watch listed': 'recovering/look | read-lease | lease-unreadable',
        'node-watch resumed': 'recovering/look | read-lease | lease-unreadable',
      },
    },
    'wait-for-person': {
      waits: 'recovering/look | | other-machine',
      rows: {
        'time due': 'recovering/look | read-lease | other-machine',
        'lease-watch listed': 'recovering/decide | read-node | other-machine',
        'lease-watch broken': 'recovering/look | | api-unavailable',
        'lease-watch resumed': 'recovering/look | read-lease | other-machine',
        'node-watch broken': 'recovering/look | read-node unfollow-lease | api-unavailable',
        'stop restart': 'stopped | tell:stopping exit unfollow-lease | stopping',
        'stop stop': 'stopped | tell:stopping exit unfollow-lease | service-ended',
        'stop shutdown': 'stopped | tell:stopping exit unfollow-lease | stopping',
        'stop unknown': 'stopped | tell:stopping exit unfollow-lease | stopping',
        'node-watch listed': 'recovering/look | read-lease | other-machine',
        'node-watch resumed': 'recovering/look | read-lease | other-machine',
        'settings another pool': 'recovering/look | | other-machine',
      },
    },
  },
};
