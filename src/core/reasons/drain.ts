import type { ReasonRows } from './row.ts';

/** Of cordon, drain and hooks. */
export const drainReasons = {
  draining: { sentence: 'draining: {progress}', remedy: '' },
  'drain-delay': {
    sentence: 'the node is cordoned; waits until {until} ({left} left) before the first eviction',
    remedy: 'drain.delay decides how long; `kubectl uncordon` or a release of the Lease ends it',
  },
  'reboot-delay': {
    sentence: '{pods}; waits until {until} ({left} left) before the reboot',
    remedy: 'reboot.delay decides how long; `kubectl uncordon` or a release of the Lease ends it',
  },
  'drain-blocked': {
    sentence: 'a disruption budget ({budget}) allows no eviction now; {pods}',
    remedy: 'kubectl get poddisruptionbudget -A',
  },
  'drain-timeout': {
    sentence: 'the drain did not end within {timeout}: {left}',
    remedy: 'look at the pods named here; `kured-host drain --dry-run` shows what holds them',
  },
  'drain-given-up': {
    sentence: 'the drain did not end within {timeout}, and drain.onTimeout says to reboot with pods left: {left}',
    remedy:
      '`kured-host drain --dry-run` shows what holds them; drain.onTimeout: back-out keeps such a node from rebooting',
  },
  'drain-failed': { sentence: 'the drain cannot go on: {why}', remedy: '`kured-host drain --dry-run` shows each pod' },
  'hooks-beginning': { sentence: 'looking for hooks to run ({phase})', remedy: '' },
  'hook-running': {
    sentence: 'the hook {hook} is running; it has {timeout}',
    remedy: '',
  },
  'hook-failed': {
    sentence: 'the hook {hook} failed: {why}',
    remedy:
      'read its output with `journalctl -t kured-host`, then mend it or remove it; it is run again by itself, and `kured-host retry` runs it at once',
  },
  'hook-refused': {
    sentence: 'the hook {hook} is not run, because {why}',
    remedy: 'put right what is named here (`chown root:root`, `chmod go-w`, `chmod +x`), or remove the hook',
  },
  'hooks-unreadable': {
    sentence: 'nobody can tell which hooks there are in {folder}: {why}',
    remedy: 'make it a folder that root can read, or remove it where no hooks are wanted',
  },
} as const satisfies ReasonRows;
