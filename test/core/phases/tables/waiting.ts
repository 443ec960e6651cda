import type { Ways } from '../every-state.ts';
import type { Table } from './row.ts';

/** A claim or a place in the queue is being written: what comes meanwhile. */
const writing = {
  'settings another pool': 'waiting | unfollow-lease | pool-change-waits',
  'time due': 'waiting | unfollow-lease | asking-turn',
  'node-watch held': 'waiting | unfollow-lease | held',
  'need none': 'idle | unfollow-lease | no-need',
  'need unknown': 'idle | unfollow-lease | api-unavailable',
  'permission-hint': 'waiting | ask-permission | asking-permission',
  'lease-watch broken': 'waiting | | api-unavailable',
  'node-watch node gone': 'waiting | unfollow-lease | node-missing',
  'node-watch broken': 'waiting | read-node unfollow-lease | api-unavailable',
  'node-watch mark found': 'recovering/look | read-node unfollow-lease | starting',
  retry: 'waiting | ask-permission | asking-permission',
  'stop restart': 'stopped | tell:stopping exit unfollow-lease | stopping',
  'stop stop': 'waiting | unfollow-lease | stopping',
  'stop shutdown': 'stopped | tell:stopping exit unfollow-lease | stopping',
  'stop unknown': 'stopped | tell:stopping exit unfollow-lease | stopping',
};

/** Needs a reboot and holds nothing. */
export const waitingTable: Table<Ways['waiting']> = {
  always: {
    'need none': 'idle | | no-need',
    'need unknown': 'idle | | api-unavailable',
    'node-watch mark found': 'recovering/look | read-node | starting',
    'stop restart': 'stopped | tell:stopping exit | stopping',
    'stop stop': 'stopped | tell:stopping exit | service-ended',
    'stop shutdown': 'stopped | tell:stopping exit | stopping',
    'stop unknown': 'stopped | tell:stopping exit | stopping',
    'lease-written gone': 'waiting | unfollow-lease | lease-missing',
    'lease-written refused': 'waiting | | api-unavailable',
    'lease-written unknown': 'waiting | unfollow-lease | api-unavailable',
  },
  ways: {
    no: {
      waits: 'waiting | | asking-turn',
      rows: {
        'settings observe': 'waiting | unfollow-lease | would-reboot',
        'lease-read found': 'waiting | lease:claim | asking-turn',
        'lease-read gone': 'waiting | unfollow-lease | lease-missing',
        'lease-read failed': 'waiting | | api-unavailable',
        ...writing,
      },
    },
    observes: {
      waits: 'waiting/due | | would-reboot',
      rows: {
        'time due': 'waiting/asked | poll-lease | would-reboot',
        'permission-hint': 'waiting/due | ask-permission | asking-permission',
        'node-watch held': 'waiting/due | | held',
        'settings another pool': 'waiting/due | node:name | pool-change-waits',
        'settings more at once': 'waiting | follow-lease | asking-turn',
        'settings fewer attempts': 'waiting | follow-lease | asking-turn',
        retry: 'waiting/due | ask-permission | asking-permission',
      },
    },
    'observes-asked': {
      waits: 'waiting/asked | | would-reboot',
      rows: {
        'lease-read found': 'waiting/due | | would-reboot',
        'lease-read gone': 'waiting/due | | would-wait',
        'lease-read failed': 'waiting/due | | would-wait',
        'permission-hint': 'waiting/asked | ask-permission | asking-permission',
        'node-watch held': 'waiting/asked | | held',
        'settings another pool': 'waiting/asked | | pool-change-waits',
        'settings more at once': 'waiting | follow-lease | asking-turn',
        'settings fewer attempts': 'waiting | follow-lease | asking-turn',
        retry: 'waiting/asked | ask-permission | asking-permission',
        'stop stop': 'waiting/asked | | stopping',
      },
    },
    due: {
      waits: 'waiting/due | | queue-full',
      rows: {
        'settings another pool': 'waiting/due | node:name | pool-change-waits',
        'settings observe': 'waiting/asked | poll-lease | would-wait',
        'time due': 'waiting/asked | poll-lease | queue-full',
        'node-watch held': 'waiting/due | | held',
        'permission-hint': 'waiting/due | ask-permission | asking-permission',
        'node-watch node gone': 'waiting/due | | node-missing',
        'node-watch broken': 'waiting/due | read-node | api-unavailable',
        retry: 'waiting/due | ask-permission | asking-permission',
      },
    },
    asked: {
      waits: 'waiting/asked | | starting',
      rows: {
        'settings another pool': 'waiting/asked | | pool-change-waits',
        'settings observe': 'waiting/asked | | would-wait',
        'lease-read found': 'waiting/due | | queue-full',
        'node-watch held': 'waiting/asked | | held',
        'lease-read gone': 'waiting/due | | lease-missing',
        'lease-read failed': 'waiting/due | | api-unavailable',
        'permission-hint': 'waiting/asked | ask-permission | asking-permission',
        'node-watch node gone': 'waiting/asked | | node-missing',
        'node-watch broken': 'waiting/asked | read-node | api-unavailable',
        retry: 'waiting/asked | ask-permission | asking-permission',
        'stop stop': 'waiting/asked | | stopping',
      },
    },
    'backing-off': {
      waits: 'waiting | | backing-off',
      rows: {
        'settings another pool': 'waiting | node:name | pool-change-waits',
        'node-watch held': 'waiting | | held',
        'time due': 'waiting | ask-permission | asking-permission',
        retry: 'waiting | ask-permission | asking-permission',
      },
    },
    permission: {
      waits: 'waiting | | asking-permission',
      rows: {
        'settings another pool': 'waiting | node:name | pool-change-waits',
        'permission allowed': 'waiting | follow-lease | asking-turn',
        'permission refused': 'waiting | | blocked',
        'permission unknown': 'waiting | | blocked',
        'permission refused in passing': 'waiting | | blocked',
        'permission need gone': 'idle | | no-need',
        'time due': 'waiting | read-lease | asking-permission',
      },
    },
    'too-many-reboots': {
      waits: 'waiting | | too-many-reboots',
      rows: {
        'settings another pool': 'waiting | node:name | pool-change-waits',
        'node-watch node gone': 'waiting | | node-missing',
        retry: 'waiting | ask-permission | asking-permission',
      },
    },
    claim: {
      waits: 'waiting | | asking-turn',
      rows: {
        'settings observe': 'waiting | unfollow-lease | would-reboot',
        'lease-written written': 'draining/permit | tell:claimed tell:draining ask-permission | asking-permission',
        ...writing,
      },
    },
    join: {
      waits: 'waiting | | asking-turn',
      rows: {
        'settings observe': 'waiting | unfollow-lease | would-wait',
        'lease-written written': 'queued | | pool-busy',
        ...writing,
      },
    },
  },
};
