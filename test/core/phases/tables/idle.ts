import type { Ways } from '../every-state.ts';
import type { Table } from './row.ts';

/** Needs nothing; only a need, a mark, or another pool makes it move. */
export const idleTable: Table<Ways['idle']> = {
  always: {
    'need unknown': 'idle | | api-unavailable',
    'node-watch mark found': 'recovering/look | read-node | starting',
    'stop restart': 'stopped | tell:stopping exit | stopping',
    'stop shutdown': 'stopped | tell:stopping exit | stopping',
    'stop unknown': 'stopped | tell:stopping exit | stopping',
  },
  ways: {
    rest: {
      waits: 'idle | | no-need',
      rows: {
        'time due': 'idle | read-lease | no-need',
        'need as before': 'waiting | follow-lease | asking-turn',
        'node-watch reboot requested': 'waiting | follow-lease | asking-turn',
        'need another': 'waiting | follow-lease | asking-turn',
        'settings another pool': 'idle | node:name | pool-change-waits',
        'stop stop': 'stopped | tell:stopping exit | service-ended',
      },
    },
    'second-look': {
      waits: 'idle | | no-need',
      rows: {
        'need as before': 'idle | | asking-permission',
        'node-watch reboot requested': 'idle | | asking-permission',
        'need another': 'idle | | asking-permission',
        'stop stop': 'idle | | stopping',
      },
    },
  },
};
