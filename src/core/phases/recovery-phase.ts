import { leaseText } from '../lease/object.ts';
import type { Holder } from '../lease/record.ts';
import { limits } from '../limits.ts';
import type { Now } from '../now.ts';
import { reason } from '../reasons.ts';
import { asksLogind } from '../reboot-method.ts';
import type { Facts } from './facts.ts';
import { freshDraining } from './fresh-draining.ts';
import { rebootedSince } from './rebooted-since.ts';
import { type Found, markOf, type Verdict } from './recovery-table.ts';
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
    case 'verify-unproven':
      return verification(entry, found, facts, now);
    case 'verify-without-claim':
      return verification(null, found, facts, now);
    case 'drain':
      return freshDraining(claim, now);
    case 'back-out':
    case 'finish-back-out':
    case 'disown':
    case 'release':
      return backOut(claim, going, entry, facts);
    case 'take-fence-back':
    case 'wait-for-reboot':
      return reboot(going, entry, facts, now);
  }
}

/** What was rebooted from and for is what this node's own note of it says; the entry's word is nobody's. */
function verification(entry: Holder | null, found: Found, facts: Facts, now: Now): Verifying {
  const reading = markOf(found.node);
  const mark = reading.is === 'mark' ? reading.mark : null;
  const since = entry === null ? null : rebootedSince(entry, reading, found.fenced, found.me);
  const note = since === null ? mark : since.is === 'rebooted' ? since.note : null;
  return {
    name: 'verifying',
    claim: entry?.claim ?? null,
    from: note?.boot ?? null,
    remembered: note !== null && note !== mark,
    need: note?.need ?? { fingerprint: '', reasons: [] },
    deadline: now.mono + facts.settings.verificationTimeout,
    failed: null,
    stuck: null,
  };
}

function backOut(
  claim: string,
  going: 'back-out' | 'finish-back-out' | 'disown' | 'release',
  entry: Holder | null,
  facts: Facts,
): BackingOut {
  const starts = String(entry?.starts ?? 0);
  const tooMany = (entry?.starts ?? 0) > limits.mostStarts;
  const cause = {
    'back-out': tooMany ? reason('too-many-starts', { starts }) : reason('uncordoned'),
    'finish-back-out': reason('interrupted'),
    disown: reason('claim-contradicted', { lease: leaseText(facts.lease.ref) }),
    release: reason('node-missing', { node: facts.me.node }),
  }[going];
  return {
    name: 'backing-out',
    claim,
    cause,
    step: steps[going],
    nonce: null,
  };
}

/** A back-out that was declared already goes on; where the Node is gone nothing is left to restore. */
const steps: Readonly<Record<Parameters<typeof backOut>[1], BackingOut['step']>> = {
  'back-out': 'declare',
  disown: 'declare',
  'finish-back-out': 'restore',
  release: 'release',
};

function reboot(going: 'take-fence-back' | 'wait-for-reboot', entry: Holder | null, facts: Facts, now: Now): Rebooting {
  const foreign = going === 'wait-for-reboot';
  const spent = (entry?.starts ?? 0) > limits.mostStarts;
  return {
    name: 'rebooting',
    claim: entry?.claim ?? '',
    step: foreign ? 'asked' : 'take-back',
    attempt: entry?.attempt ?? 0,
    fence: null,
    committed: foreign,
    earlier: foreign,
    logindOnly: asksLogind(entry?.method),
    deadline: spent ? now.mono : now.mono + facts.settings.rebootDeadline,
    askNotBefore: 0,
    outcome: null,
    stuck: null,
  };
}
