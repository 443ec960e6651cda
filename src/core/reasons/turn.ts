import type { ReasonRows } from './row.ts';

/** Of the turn in the Lease: why this node does not ask for it, and for whom it waits. */
export const turnReasons = {
  'pool-paused': {
    sentence: 'the pool is paused: {why}',
    remedy:
      '`kured-host resume` on a node of the pool, or: kubectl annotate lease -n {namespace} {name} kured-host/paused-',
  },
  observing: {
    sentence: 'this node only observes (mode: observe)',
    remedy: 'set mode: reboot in the configuration, then `systemctl reload kured-host`',
  },
  'would-reboot': {
    sentence: 'it would claim {lease} now, drain this node and reboot it',
    remedy: 'set mode: reboot in the configuration, then `systemctl reload kured-host`',
  },
  'would-wait': { sentence: 'its turn would still have to come: {why}', remedy: '{remedy}' },
  'asking-turn': { sentence: 'asking for the turn in {lease}', remedy: '' },
  'pool-busy': {
    sentence: 'waiting for {holders}, holder of {lease}',
    remedy: 'it goes on by itself; where that machine does not come back: `kured-host lease release NODE --force`',
  },
  'holder-gone': {
    sentence:
      'waiting for {holders}, holder of {lease}; the Node {node} does not exist, and its claim is taken over from {until} on if that stays so',
    remedy: '',
  },
  'holder-silent': {
    sentence:
      'waiting for {holders}, holder of {lease}; {node} has written nothing for long, and whether its Node still exists cannot be told: {why}',
    remedy:
      'if that machine is gone for good: `kured-host lease release {node} --force`; to have such claims taken over: {grant}',
  },
  'not-my-turn': { sentence: 'place {place} of {length} in the queue of {lease}; {holders}', remedy: '' },
  'queue-full': { sentence: 'the queue of {lease} is full ({length} nodes); asks again every minute', remedy: '' },
  'backing-off': { sentence: 'tries again at {until}, because the last try ended: {why}', remedy: '{remedy}' },
} as const satisfies ReasonRows;
