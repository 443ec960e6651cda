import type { Ways } from '../every-state.ts';
import type { Table } from './row.ts';

/** The fence is written. Once a reboot may have been asked for, nothing backs out unless it is certain that none will come. */
export const rebootingTable: Table<Ways['rebooting']> = {
  always: {
    'lease-watch lease gone': 'recovering/look | read-node unfollow-lease | starting',
    'lease-watch claim gone': 'recovering/look | read-node unfollow-lease | starting',
    'lease-watch another claim': 'recovering/look | read-node unfollow-lease | starting',
    'lease-watch release forced': 'recovering/look | read-node unfollow-lease | starting',
    'node-watch another uid': 'recovering/look | read-node unfollow-lease | starting',
    'stop restart': 'stopped | tell:stopping exit unfollow-lease | stopping',
    'stop stop': 'stopped | tell:stopping exit unfollow-lease | service-ended',
    'stop shutdown': 'stopped | tell:stopping exit unfollow-lease | stopping',
    'stop unknown': 'stopped | tell:stopping exit unfollow-lease | stopping',
    'lease-written gone': 'recovering/look | read-node unfollow-lease | starting',
  },
  ways: {
    call: {
      waits: 'rebooting/call | | asking-permission',
      rows: {
        'permission allowed': 'rebooting/asked | tell:rebooting reboot | reboot-asked',
        'permission refused': 'backing-out/declare | tell:backing-out lease:back-out | backing-out',
        'permission unknown': 'backing-out/declare | tell:backing-out lease:back-out | backing-out',
        'permission refused in passing': 'backing-out/declare | tell:backing-out lease:back-out | backing-out',
        'permission need gone': 'backing-out/declare | tell:backing-out lease:back-out | backing-out',
        'lease-watch unreadable': 'recovering/look | read-node | lease-unreadable',
        'node-watch uncordoned': 'backing-out/declare | tell:backing-out lease:back-out | backing-out',
      },
    },
    asked: {
      waits: 'rebooting/asked | | reboot-asked',
      rows: {
        'reboot refused': 'rebooting/take-back | tell:reboot-refused lease:take-fence-back | reboot-refused',
        'reboot accepted': 'rebooting/asked | look-at-shutdown | reboot-asked',
        'reboot unknown': 'rebooting/asked | look-at-shutdown | reboot-unanswered',
        'lease-watch lease gone': 'recovering/look | unfollow-lease | claim-lost',
        'lease-watch claim gone': 'recovering/look | unfollow-lease | claim-lost',
        'lease-watch another claim': 'recovering/look | unfollow-lease | claim-lost',
        'lease-watch release forced': 'recovering/look | unfollow-lease | claim-lost',
        'node-watch another uid': 'recovering/look | unfollow-lease | starting',
      },
    },
    silent: {
      waits: 'rebooting/asked | | reboot-asked',
      rows: {
        'shutdown under way': 'rebooting/asked | | shutdown-under-way',
      },
    },
    'take-back': {
      waits: 'rebooting/take-back | | reboot-refused',
      rows: {
        'lease-written refused': 'rebooting/take-back | | api-unavailable',
        'lease-written unknown': 'rebooting/take-back | | api-unavailable',
        'lease-watch broken': 'rebooting/take-back | | api-unavailable',
        'lease-written written': 'draining/permit | ask-permission | asking-permission',
        'lease-watch unreadable': 'recovering/look | read-node | lease-unreadable',
        'settings fewer attempts': 'rebooting/take-back/stuck | tell:stuck | reboot-not-happening',
      },
    },
    ask: {
      waits: 'rebooting/ask | | starting',
      rows: {
        'node-watch uncordoned': 'rebooting/ask | | uncordoned',
        'settings observe': 'rebooting/ask | | observing',
        'permission allowed': 'rebooting/fence | lease:fence | starting',
        'permission refused': 'rebooting/ask | | blocked',
        'permission unknown': 'rebooting/ask | | blocked',
        'permission refused in passing': 'rebooting/ask | | blocked',
        'permission need gone': 'rebooting/ask | | need-gone',
        'time due': 'rebooting/ask/stuck | tell:stuck lease:stuck | reboot-uncertain',
        'lease-watch paused': 'rebooting/ask | | pool-paused',
        'lease-watch release asked': 'rebooting/ask | | release-asked',
        'settings fewer attempts': 'rebooting/ask/stuck | tell:stuck lease:stuck | reboot-not-happening',
      },
    },
    fence: {
      waits: 'rebooting/fence | | starting',
      rows: {
        'lease-written refused': 'rebooting/fence | | api-unavailable',
        'lease-written unknown': 'rebooting/fence | | api-unavailable',
        'lease-watch broken': 'rebooting/fence | | api-unavailable',
        'node-watch uncordoned': 'rebooting/ask | | uncordoned',
        'settings observe': 'rebooting/ask | | observing',
        'lease-written written': 'rebooting/asked | remember-fence tell:rebooting reboot | reboot-asked',
        'need none': 'rebooting/ask | | need-gone',
        'node-watch held': 'rebooting/ask | | held',
        'need unknown': 'rebooting/ask | | api-unavailable',
        'permission-hint': 'rebooting/ask | ask-permission | starting',
        retry: 'rebooting/ask | ask-permission | starting',
      },
    },
    stuck: {
      waits: 'rebooting/ask/stuck | | reboot-not-happening',
      rows: {
        'lease-watch broken': 'rebooting/ask/stuck | read-lease | reboot-not-happening',
        retry: 'rebooting/ask/stuck | lease:unstuck | reboot-not-happening',
      },
    },
    'stuck-certain': {
      waits: 'rebooting/take-back/stuck | | reboot-not-happening',
      rows: {
        'lease-watch broken': 'rebooting/take-back/stuck | read-lease | reboot-not-happening',
        'settings observe': 'rebooting/take-back | tell:unstuck lease:take-fence-back | reboot-not-happening',
        'lease-watch release asked': 'rebooting/take-back | tell:unstuck lease:take-fence-back | reboot-not-happening',
        'lease-watch unreadable': 'recovering/look | read-node | lease-unreadable',
        retry: 'rebooting/take-back/stuck | lease:unstuck | reboot-not-happening',
      },
    },
  },
};
