import type { ReasonRows } from './row.ts';

/** Of the reboot, from the call until the machine is down, or stuck. */
export const rebootReasons = {
  'reboot-asked': {
    sentence: 'the reboot was asked for (method {method}); waiting for the machine to go down until {until}',
    remedy: '',
  },
  'reboot-refused': {
    sentence: 'the reboot was refused: {why}',
    remedy: 'remove what refuses it; it is tried again within limits',
  },
  'reboot-silent': {
    sentence: 'the reboot was asked for and did not come: {why}',
    remedy:
      'find out what became of it (`systemctl list-jobs`, `systemctl status systemd-logind`); it is asked for again within limits',
  },
  'reboot-unanswered': {
    sentence: 'the reboot was asked for and no answer came ({why}); it may still happen',
    remedy: '',
  },
  'reboot-not-happening': {
    sentence: 'the reboot was asked for {attempts} time(s) and the machine is still up with the same boot ID: {why}',
    remedy: 'find out why it does not go down, then run `kured-host retry` or reboot it by hand',
  },
  'reboot-uncertain': {
    sentence: 'a reboot was asked for that may still come, and it cannot be asked for again: {why}',
    remedy:
      'reboot the machine by hand; or, sure that no reboot comes, `kured-host retry`, or `kured-host lease release {node} --force`',
  },
  'too-many-starts': {
    sentence: 'the service was started {starts} times within one claim',
    remedy: 'find out why it ends: journalctl -u kured-host',
  },
  'too-many-reboots': {
    sentence: '{count} reboot(s) of this node within 24 hours, the most that reboot.maxRebootsPerDay allows',
    remedy: 'find out what keeps asking for reboots, then run `kured-host retry`',
  },
} as const satisfies ReasonRows;
