import type { Ways } from '../every-state.ts';
import type { Table } from './row.ts';

/** Has a place in the queue. */
export const queuedTable: Table<Ways['queued']> = {
  always: {
    'lease-watch broken': 'queued | | api-unavailable',
    'node-watch mark found': 'recovering/look | read-node unfollow-lease | starting',
    'stop restart': 'stopped | tell:stopping exit unfollow-lease | stopping',
    'stop shutdown': 'stopped | tell:stopping exit unfollow-lease | stopping',
    'stop unknown': 'stopped | tell:stopping exit unfollow-lease | stopping',
    'lease-written gone': 'waiting | unfollow-lease | lease-missing',
  },
  ways: {
    wait: {
      waits: 'queued | | not-my-turn',
      rows: {
        'settings observe': 'queued/leaving | lease:leave | observing',
        'time due': 'queued | ask-permission | not-my-turn',
        'need none': 'queued/leaving | lease:leave | no-need',
        'node-watch held': 'queued/leaving | lease:leave | held',
        'need unknown': 'queued/leaving | lease:leave | api-unavailable',
        'permission-hint': 'queued | ask-permission | asking-permission',
        'lease-watch lease gone': 'waiting | unfollow-lease | lease-missing',
        'lease-watch paused': 'queued | | pool-paused',
        'lease-watch release forced': 'queued | lease:force-release | not-my-turn',
        'lease-watch unreadable': 'queued | | lease-unreadable',
        'settings another pool': 'queued/leaving | lease:leave | pool-change-waits',
        'settings more at once': 'queued | lease:update-place | not-my-turn',
        retry: 'queued | ask-permission | asking-permission',
        'stop stop': 'queued/leaving | lease:leave | stopping',
      },
    },
    claim: {
      waits: 'queued | | starting',
      rows: {
        'settings observe': 'queued/leaving | | observing',
        'lease-written written': 'draining/permit | tell:claimed tell:draining ask-permission | asking-permission',
        'lease-written refused': 'queued | | api-unavailable',
        'lease-written unknown': 'queued | | api-unavailable',
        'time due': 'queued | ask-permission | starting',
        'need none': 'queued/leaving | | no-need',
        'node-watch held': 'queued/leaving | | held',
        'need unknown': 'queued/leaving | | api-unavailable',
        'permission-hint': 'queued | ask-permission | asking-permission',
        'settings another pool': 'queued/leaving | | pool-change-waits',
        retry: 'queued | ask-permission | asking-permission',
        'stop stop': 'queued/leaving | | stopping',
      },
    },
    leave: {
      waits: 'queued/leaving | | need-gone',
      rows: {
        'lease-written written': 'waiting | lease:join | asking-turn',
        'lease-written refused': 'queued/leaving | | api-unavailable',
        'lease-written unknown': 'queued/leaving | | api-unavailable',
        'lease-watch broken': 'queued/leaving | | api-unavailable',
      },
    },
  },
};
