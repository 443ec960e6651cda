import type { EventRows } from './event-row.ts';

/** The programs that an admin has run around a reboot. */
export const hookRows = {
  'hook-started': {
    id: '24edcde2e3644dc493db148d7b21b4a3',
    level: 'info',
    text: 'A hook was started',
    explanation:
      'It runs in a unit of its own, kured-host-hook-*.service, outside the sandbox of the service. Its output is in the journal under the same identifier.',
  },
  'hook-waited-for': {
    id: 'a8def49312f8405ea0ef2e56bd5cc899',
    level: 'info',
    text: 'A hook that was started earlier is still running and is waited for',
    explanation: 'The service was restarted meanwhile. A hook never runs twice at a time.',
  },
  'hook-output': {
    id: 'b6362baaff9043849f805635ab4f3f73',
    level: 'info',
    text: 'A hook wrote',
    explanation: 'One line of its output, told by kured-host because systemd does not run here.',
  },
  'hook-ended': {
    id: '651da8717a4445b58e64142ae6f0d492',
    level: 'info',
    text: 'A hook succeeded',
    explanation: 'It ended with exit code 0.',
  },
  'hook-failed': {
    id: '4ac59a1745e1488b9ea93e30434d0969',
    level: 'error',
    text: 'A hook failed',
    explanation:
      'Before the drain or the reboot: the node backs out and tries again later. After the boot: it stays cordoned and keeps the Lease, and the hooks are run again. What a person can do about it: @KURED_REMEDY@',
  },
  'wanted-hook-failed': {
    id: '101482d2cb0540bb9187fd2f229b1617',
    level: 'warn',
    text: 'A hook that is only wanted failed',
    explanation:
      'Its name ends in ".wanted", so the work goes on all the same. What a person can do about it: @KURED_REMEDY@',
  },
  'hook-skipped': {
    id: '88d5f58f7b3844e7a6f3152b322692a7',
    level: 'warn',
    text: 'A file among the hooks is not run',
    explanation: 'It is not executable. Make it so, or keep it elsewhere.',
  },
} as const satisfies EventRows;
