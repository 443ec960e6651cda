import type { ReasonRows } from './row.ts';

/** Of the machine, and of what else runs on it. */
export const machineReasons = {
  'host-unreadable': {
    sentence: '{what} of this machine cannot be read: {why}',
    remedy: 'nothing is decided without it; it is read again by itself',
  },
  'memory-unusable': {
    sentence: 'what is remembered over restarts cannot be kept in {file}: {why}',
    remedy:
      'no law rests on it, but a restart forgets how long to wait and what was not sent; make the folder writable',
  },
  rival: {
    sentence: '{name} may reboot this node without its turn: {how}',
    remedy: '{remedy}',
  },
  'rivals-unknown': {
    sentence: 'cannot tell who else may reboot this node: {why}',
    remedy: 'look for other programs that reboot it; nothing here depends on the answer',
  },
  'pool-change-waits': {
    sentence: 'the new pool or identity of the configuration is taken when nothing is left in {lease}',
    remedy: '',
  },
} as const satisfies ReasonRows;
