import { readMark } from '../cordon-mark.ts';
import type { Holder, NeedNote } from '../lease/record.ts';
import { limits } from '../limits.ts';
import type { Now } from '../now.ts';
import { reason } from '../reasons.ts';
import { asksLogind } from '../reboot-method.ts';
import type { Facts } from './facts.ts';
import { freshDraining } from './fresh-draining.ts';
import type { Found, Verdict } from './recovery-table.ts';
import type { BackingOut, Phase, Rebooting, Restoring, Verifying } from './state.ts';

/** What ends recovery; everything else waits in it. */
export type Going = Exclude<
  Verdict['follow'],
  'ask-systemd' | 'wait-for-shutdown' | 'wait-readable' | 'wait-for-person'
>;

/** The phase that a verdict leads to, with what is known of the claim. */
export function nextPhase(going: Going, found: Found, facts: Facts, now: Now): Phase {
  const entry = typeof found.entry === 'object' ? found.entry : null;
  const claim = entry?.claim ?? '';
  switch (going) {
    case 'idle':
      return { name: 'idle' };
    case 'queued':
      return { name: 'queued', leaving: null };
    case 'restore':
      return {
        name: 'restoring',
        claim: null,
        handled: null,
        rebooted: false,
        nonce: null,
        restored: false,
        releaseAt: null,
      } satisfies Restoring;
    case 'verify':
    case 'verify-without-claim':
      return verification(going === 'verify' ? entry : null, found, facts, now);
    case 'drain':
      return freshDraining(claim, now);
    case 'back-out':
    case 'finish-back-out':
    case 'release':
      return backOut(claim, going, entry, facts);
    case 'take-fence-back':
    case 'wait-for-reboot':
      return reboot(going, entry, facts, now);
  }
}

function verification(entry: Holder | null, found: Found, facts: Facts, now: Now): Verifying {
  const reading = found.node === null ? ({ is: 'none' } as const) : readMark(found.node);
  const mark = reading.is === 'mark' ? reading.mark : null;
  const nothing: NeedNote = { fingerprint: '', reasons: [] };
  return {
    name: 'verifying',
    claim: entry?.claim ?? null,
    from: entry?.boot ?? mark?.boot ?? null,
    need: entry?.need ?? mark?.need ?? nothing,
    deadline: now.mono + facts.settings.verificationTimeout,
    failed: null,
    stuck: null,
  };
}

function backOut(
  claim: string,
  going: 'back-out' | 'finish-back-out' | 'release',
  entry: Holder | null,
  facts: Facts,
): BackingOut {
  const starts = String(entry?.starts ?? 0);
  const tooMany = (entry?.starts ?? 0) > limits.mostStarts;
  const cause = {
    'back-out': tooMany ? reason('too-many-starts', { starts }) : reason('uncordoned'),
    'finish-back-out': reason('interrupted'),
    release: reason('node-missing', { node: facts.me.node }),
  }[going];
  return {
    name: 'backing-out',
    claim,
    cause,
    step: going === 'back-out' ? 'declare' : going === 'release' ? 'release' : 'restore',
    nonce: null,
  };
}

function reboot(going: 'take-fence-back' | 'wait-for-reboot', entry: Holder | null, facts: Facts, now: Now): Rebooting {
  const foreign = going === 'wait-for-reboot';
  const spent = (entry?.starts ?? 0) > limits.mostStarts;
  return {
    name: 'rebooting',
    claim: entry?.claim ?? '',
    step: foreign ? 'asked' : 'take-back',
    attempt: entry?.attempt ?? 0,
    committed: foreign,
    earlier: foreign,
    logindOnly: asksLogind(entry?.method),
    deadline: spent ? now.mono : now.mono + facts.settings.rebootDeadline,
    askNotBefore: 0,
    outcome: null,
    stuck: null,
  };
}
