import type { Handled } from '../../../src/core/handled.ts';
import type { LeaseRecord } from '../../../src/core/lease/record.ts';
import { wallText } from '../../../src/core/now.ts';
import type {
  BackingOut,
  Draining,
  Phase,
  PhaseName,
  Rebooting,
  Recovering,
  Verifying,
  Waiting,
} from '../../../src/core/phases/state.ts';
import { reason, reasonSentence } from '../../../src/core/reasons.ts';
import { me, waiting, wall } from '../lease/samples.ts';
import {
  busyPool,
  claim,
  drained,
  moment,
  oldPermission,
  raw,
  restored,
  type Sample,
  type Setting,
  sample,
} from './samples.ts';

/** The ways in which a phase decides differently: its step, where it has one. A new phase or step has to be given a sample. */
export interface Ways {
  readonly recovering: Recovering['step'] | 'wait-for-shutdown' | 'wait-readable' | 'wait-for-person';
  readonly idle: 'rest' | 'second-look';
  readonly waiting:
    | Waiting['poll']
    | 'observes'
    | 'observes-asked'
    | 'backing-off'
    | 'permission'
    | 'claim'
    | 'join'
    | 'too-many-reboots';
  readonly queued: 'wait' | 'claim' | 'leave';
  readonly draining: Draining['step'];
  readonly rebooting: Rebooting['step'] | 'silent' | 'stuck' | 'stuck-certain';
  readonly verifying: 'wait' | 'stuck' | 'without-claim' | 'hooks' | 'hooks-failed' | 'hooks-stuck';
  readonly restoring: 'patch' | 'delay' | 'release';
  readonly 'backing-out': BackingOut['step'];
  readonly stopped: 'only';
}

export type Samples = { readonly [Name in PhaseName]: { readonly [Way in Ways[Name]]: Sample } };

export function everyState(): Samples {
  return {
    recovering: recoveringSamples(),
    idle: {
      rest: sample({ name: 'idle' }, { facts: { need: { is: 'no' } } }),
      'second-look': sample({ name: 'idle' }, { facts: { need: { is: 'no' }, nextLook: moment } }),
    },
    waiting: waitingSamples(),
    queued: {
      wait: sample({ name: 'queued', leaving: null }, { record: busyPool }),
      claim: sample({ name: 'queued', leaving: null }, { record: { queue: [waiting('n1')] } }),
      leave: sample({ name: 'queued', leaving: reason('need-gone') }, { record: busyPool }),
    },
    draining: drainingSamples(),
    rebooting: rebootingSamples(),
    verifying: verifyingSamples(),
    restoring: {
      patch: sample(
        { name: 'restoring', claim, handled: '{}', rebooted: true, nonce: null, restored: false, releaseAt: null },
        afterBoot,
      ),
      delay: sample(
        { ...restored, releaseAt: moment + 5_000 },
        {
          ...afterBoot,
          entry: { ...afterBoot.entry, releaseAfter: wallText(wall + moment + 5_000) },
          cordoned: false,
          settings: { releaseDelay: 30_000 },
          facts: { need: { is: 'no' } },
        },
      ),
      release: sample(
        { name: 'restoring', claim, handled: '{}', rebooted: true, nonce: 'n', restored: true, releaseAt: null },
        { ...afterBoot, cordoned: false, facts: { need: { is: 'no' } } },
      ),
    },
    'backing-out': {
      declare: sample(backingOut('declare'), { entry: {}, cordoned: true }),
      restore: sample(backingOut('restore'), { entry: { phase: 'backing-out' }, cordoned: true }),
      release: sample(backingOut('release'), { entry: { phase: 'backing-out' } }),
    },
    stopped: { only: sample({ name: 'stopped' }) },
  };
}

/** The claim and the mark are of the boot before this one. */
export const afterBoot: Setting = {
  entry: { boot: { id: 'boot-before', soft: 0 }, phase: 'verifying', attempt: 1 },
  cordoned: true,
  markBoot: 'boot-before',
  node: { bootID: 'boot-before' },
};

/** The fence of this process is written. */
export const fenced: Setting = {
  entry: { phase: 'rebooting', attempt: 1, method: 'logind' },
  cordoned: true,
  facts: { drain: drained, announced: true },
};

function recoveringSamples(): Samples['recovering'] {
  const phase = (step: Recovering['step']): Phase => ({ name: 'recovering', cause: 'start', step });
  const signed: Setting = { entry: {}, cordoned: true };
  const again = { waits: reason('lease-unreadable'), unreadable: true };
  return {
    look: sample(phase('look'), { ...signed, stale: true }),
    decide: sample(phase('look'), signed),
    'wait-for-shutdown': sample(phase('decide'), {
      cordoned: true,
      facts: { shutdown: { look: { is: 'under-way', what: 'reboot' }, askedAt: moment } },
    }),
    'wait-readable': sample(phase('decide'), { ...again, cordoned: true }),
    'wait-for-person': sample(phase('decide'), { entry: { machine: 'another', by: 'by-another' } }),
  };
}

function waitingSamples(): Samples['waiting'] {
  const phase = (poll: Waiting['poll'], notBefore = 0): Phase => ({ name: 'waiting', poll, notBefore });
  const full = { record: { queue: Array.from({ length: 32 }, (_, place) => waiting(`q${place}`)) } };
  const backOff = { failures: 1, until: moment + 60_000, why: reason('uncordoned') };
  return {
    no: sample(phase('no'), { stale: true, facts: { lease: watched(true) } }),
    observes: sample(
      { name: 'waiting', poll: 'due', notBefore: moment + 45_000, observes: true },
      { settings: { observe: true }, stale: true },
    ),
    'observes-asked': sample(phase('no'), { settings: { observe: true }, stale: true }),
    due: sample(phase('due', moment + 45_000), { ...full, stale: true }),
    asked: sample(phase('due'), { ...full, stale: true }),
    'backing-off': sample(phase('no'), { facts: { backOff } }),
    permission: sample(phase('no'), { facts: { permission: null } }),
    'too-many-reboots': sample(phase('no'), { handled: rebootedThrice }),
    claim: sample(phase('no'), { facts: { lease: watched(false) } }),
    join: sample(phase('no'), { facts: { lease: watched(false, { holders: busyPool.holders ?? [] }) } }),
  };
}

function drainingSamples(): Samples['draining'] {
  const phase = (step: Draining['step']): Draining => ({
    name: 'draining',
    claim,
    step,
    began: moment - 100_000,
    hooksSince: null,
    uncounted: 0,
    hookedAt: null,
    delayUntil: null,
    renewAt: moment + 50_000,
    fenceNotBefore: 0,
    fence: null,
    heldUpSince: null,
    lastRefusal: null,
    givenUp: null,
  });
  const cordoned: Setting = { entry: {}, cordoned: true };
  return {
    permit: sample(phase('permit'), { entry: {}, facts: { permission: null } }),
    'before-drain': sample(phase('before-drain'), { entry: {} }),
    cordon: sample(phase('cordon'), { entry: {} }),
    'drain-delay': sample(
      { ...phase('drain-delay'), delayUntil: moment + 5_000 },
      { ...cordoned, settings: { evictionDelay: 30_000 } },
    ),
    evict: sample(phase('evict'), cordoned),
    'before-reboot': sample(phase('before-reboot'), { ...cordoned, facts: { drain: drained } }),
    'reboot-delay': sample(
      { ...phase('reboot-delay'), delayUntil: moment + 5_000 },
      { ...cordoned, facts: { drain: drained }, settings: { rebootDelay: 30_000 } },
    ),
    announce: sample(phase('announce'), { ...cordoned, facts: { drain: drained } }),
    ask: sample(phase('ask'), { ...cordoned, facts: { drain: drained, announced: true, permission: oldPermission } }),
    fence: sample(phase('fence'), { ...cordoned, facts: { drain: drained, announced: true } }),
  };
}

export function rebooting(step: Rebooting['step'], change: Partial<Rebooting> = {}): Rebooting {
  return {
    name: 'rebooting',
    claim,
    step,
    attempt: 1,
    fence: null,
    committed: step !== 'call' && step !== 'take-back',
    earlier: false,
    logindOnly: true,
    deadline: moment + 600_000,
    askNotBefore: 0,
    outcome: null,
    stuck: null,
    ...change,
  };
}

function rebootingSamples(): Samples['rebooting'] {
  const stuck = { reason: reason('reboot-not-happening', { attempts: '3', why: 'it was accepted' }), at: 1 };
  const noted: Setting = { ...fenced, entry: { ...fenced.entry, attempt: 3, stuck: 'why' } };
  const old = { ...fenced.facts, permission: oldPermission };
  return {
    call: sample(rebooting('call'), { ...fenced, facts: old }),
    asked: sample(rebooting('call'), fenced),
    silent: sample(rebooting('asked'), {
      ...fenced,
      facts: { ...fenced.facts, reboot: { reason: null, refused: false } },
    }),
    'take-back': sample(rebooting('take-back', { outcome: reason('reboot-refused', { why: 'no' }) }), fenced),
    ask: sample(rebooting('ask'), { ...fenced, facts: old }),
    fence: sample(rebooting('fence'), fenced),
    stuck: sample(rebooting('ask', { stuck, attempt: 3 }), noted),
    'stuck-certain': sample(rebooting('take-back', { stuck, attempt: 3 }), noted),
  };
}

function verifyingSamples(): Samples['verifying'] {
  const phase = (change: Partial<Verifying> = {}): Verifying => ({
    name: 'verifying',
    claim,
    from: { id: 'boot-before', soft: 0 },
    need: { fingerprint: 'file:1', reasons: ['linux-image'] },
    remembered: false,
    deadline: moment + 900_000,
    failed: null,
    stuck: null,
    ...change,
  });
  const stuck = { reason: reason('kubelet-silent', { shown: 'none' }), at: 1 };
  const ready: Setting = { ...afterBoot, node: { bootID: me.boot.id } };
  const hookFailed = reason('hook-failed', { hook: 'a', why: 'it ended with exit code 1' });
  const failed = { reason: hookFailed, times: 1, at: 1, notBefore: moment + 10_000 };
  return {
    wait: sample(phase(), afterBoot),
    stuck: sample(phase({ stuck, deadline: 0 }), {
      ...afterBoot,
      entry: { ...afterBoot.entry, stuck: reasonSentence(stuck.reason) },
    }),
    'without-claim': sample(phase({ claim: null }), { ...afterBoot, entry: null }),
    hooks: sample(phase(), ready),
    'hooks-failed': sample(phase({ failed }), ready),
    'hooks-stuck': sample(phase({ failed, stuck: { reason: failed.reason, at: 1 }, deadline: 0 }), {
      ...ready,
      entry: { ...ready.entry, stuck: reasonSentence(failed.reason) },
    }),
  };
}

function backingOut(step: BackingOut['step']): BackingOut {
  return {
    name: 'backing-out',
    claim,
    cause: reason('release-asked', { lease: 'x' }),
    step,
    nonce: step === 'release' ? 'n' : null,
  };
}

const rebootedThrice: Handled = {
  need: { fingerprint: 'file:0', reasons: [] },
  boot: me.boot.id,
  at: wallText(wall),
  reboots: [wallText(wall - 3_000), wallText(wall - 2_000), wallText(wall)],
};

/** The facts about a Lease that is watched before it is joined. */
function watched(stale: boolean, record: Partial<LeaseRecord> = {}) {
  const { lease } = raw({ name: 'queued', leaving: null }, { record }).facts;
  return { ...lease, current: !stale };
}
