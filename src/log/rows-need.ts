import type { EventRows } from './event-row.ts';

/** Phases, needs and permission. */
export const needRows = {
  'phase-changed': {
    id: 'a55baa0eafd04d968da14ae8ca27eef5',
    level: 'info',
    text: 'The phase changed',
    explanation: 'KURED_FROM and KURED_TO name the phases.',
  },
  'reason-changed': {
    id: 'e35e0858a465422f91747ea6797875e4',
    level: 'info',
    text: 'The reason changed',
    explanation:
      'What this node waits for, or what it does, is now another thing. What a person can do about it: @KURED_REMEDY@',
  },
  'still-waiting': {
    id: 'd1c2ef4f237a49a5ab4a192c9ea6dcdb',
    level: 'info',
    text: 'Still waiting',
    explanation: 'The reason has been the same for an hour or more. What a person can do about it: @KURED_REMEDY@',
  },
  'need-found': {
    id: '5544b32ab50342ae9e8bfe79529640c3',
    level: 'info',
    text: 'A reboot is needed',
    explanation:
      'A sentinel or a request says that this node needs a reboot. It now waits for permission and for its turn.',
  },
  'need-gone': {
    id: 'a98f212932c646808bb0ecc8b01cf463',
    level: 'info',
    text: 'The need for a reboot is gone',
    explanation: 'The sentinel was removed or the request was taken back. What had been claimed is given back.',
  },
  'need-unknown': {
    id: '27bfba248aa24770b749d3094c302054',
    level: 'warn',
    text: 'Whether a reboot is needed cannot be told',
    explanation:
      'A sentinel gave neither yes nor no. Nothing is rebooted because of it, and it is asked again. What a person can do about it: @KURED_REMEDY@',
  },
  'permission-refused': {
    id: '0c919410f0f04879a1fdec7d72db2535',
    level: 'info',
    text: 'The reboot is not permitted now',
    explanation:
      'Everything that refuses is named. The node goes on as soon as all of it permits. What a person can do about it: @KURED_REMEDY@',
  },
  'sentinel-watch-broken': {
    id: 'e8daec856e024590b531da5fbc2bf2f9',
    level: 'warn',
    text: 'The watch on a sentinel broke',
    explanation: 'The sentinel is still looked at every minute, and the watch is set up again.',
  },
  'users-told': {
    id: 'bc1d6b9d579142b6856b32e32313557b',
    level: 'info',
    text: 'Who is logged in was told of the reboot',
    explanation:
      'A text stands on their terminals (wall): nothing but their sessions is against a reboot any more. KURED_COUNT is the number of sessions; blockers.users decides for how long they are waited for.',
  },
  'users-not-told': {
    id: '085fa8bc676e4117a5da63c095068f96',
    level: 'warn',
    text: 'Who is logged in could not be told of the reboot',
    explanation:
      'wall could not write to their terminals. Nothing depends on it: they are waited for all the same, for as long as blockers.users says.',
  },
} as const satisfies EventRows;
