import type { BootMark } from '../../../src/core/boot-mark.ts';
import { markAnnotation } from '../../../src/core/cordon-mark.ts';
import type { Holder } from '../../../src/core/lease/record.ts';
import type { ClaimNote } from '../../../src/core/mark-text.ts';
import { reason } from '../../../src/core/reasons.ts';
import type { ShutdownLook } from '../../../src/core/shutdown.ts';
import { claim, type Setting } from './samples.ts';

/** One case of the table of recovery: what is found, the row and verdict, and where the service stands afterwards. */
export interface Row {
  readonly title: string;
  readonly entry?: Partial<Holder> | 'unreadable' | 'lease-gone';
  readonly queued?: true;
  /** How often systemd has rebooted softly in this boot; 0 at the claim, and by default now. */
  readonly soft?: number;
  readonly node?: Setting | null;
  /** The fence that this machine remembers. */
  readonly fenced?: ClaimNote;
  readonly look?: ShutdownLook;
  readonly gives: readonly [row: number, follow: string, phase: string];
}

export const none: ShutdownLook = { is: 'none' };
export const underWay: ShutdownLook = { is: 'under-way', what: 'reboot' };
export const scheduled: ShutdownLook = { is: 'scheduled', what: 'reboot', at: 0 };
export const unclear: ShutdownLook = { is: 'unknown', reason: reason('shutdown-unknown', { why: 'no answer' }) };

export const clean: Setting = {};
export const persons: Setting = { node: { unschedulable: true, cordonOwner: { manager: 'kubectl' } } };
export const mark: Setting = { cordoned: true };
export const oldMark: Setting = { cordoned: true, markBoot: 'boot-before' };
export const badMark: Setting = { node: { annotations: { [markAnnotation]: '{' } } };
export const uncordoned: Setting = { cordoned: true, node: { unschedulable: false } };

export const before = { id: 'boot-before', soft: 0 };
/** The fence of the claim, as this machine remembers it. */
export const fencedIn = (boot: BootMark): ClaimNote => ({
  claim,
  boot,
  need: { fingerprint: 'file:1', reasons: ['linux-image'] },
});
export const fence = { phase: 'rebooting', attempt: 1, method: 'logind' } as const;
export const command = { ...fence, method: 'command' } as const;
export const softly = { ...fence, method: 'soft-reboot' } as const;
export const softMark: Setting = { cordoned: true, markMethod: 'soft-reboot' };
