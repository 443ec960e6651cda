import type { ReasonRows } from './row.ts';

/** Of the daemon itself, and of the need for a reboot. */
export const needReasons = {
  'daemon-stopped': {
    sentence: 'the daemon does not run on this node, so nothing happens here',
    remedy: 'systemctl start kured-host; `journalctl -u kured-host` says why it ended',
  },
  'daemon-silent': {
    sentence: 'the daemon of this node gives no answer: {why}',
    remedy: 'look at `systemctl status kured-host` and `journalctl -u kured-host`',
  },
  starting: { sentence: 'looking at the Lease, the Node and this boot before anything else', remedy: '' },
  'no-need': { sentence: 'no reboot is needed', remedy: '' },
  'need-unknown': {
    sentence: 'cannot tell whether a reboot is needed: {source}: {why}',
    remedy: 'mend the sentinel named here; until then nothing is rebooted',
  },
  'need-untold': {
    sentence: 'cannot tell without the daemon whether a reboot is needed: {why}',
    remedy: '`kured-host check` asks files and command of this machine',
  },
  'need-handled': {
    sentence:
      'the need ({need}) was already met by a reboot and is still there; the same need never causes a second reboot',
    remedy:
      'find out what keeps the sentinel, then remove it or create it anew; a request needs another value (`kured-host request`)',
  },
  'need-gone': { sentence: 'the need for a reboot is gone', remedy: '' },
} as const satisfies ReasonRows;
