import { readFile } from 'node:fs/promises';
import type { BootMark } from '../core/boot-mark.ts';
import { outsideText } from '../core/outside-text.ts';
import { failure, runSystemctl, type Systemctl } from './jobs.ts';

/** random(4). */
export const bootIdFile = '/proc/sys/kernel/random/boot_id';

/**
 * Either this boot, or why it cannot be told. `began`: when this userspace began, milliseconds since 1970, to the second; null where
 * systemd counts no soft reboots.
 */
export type BootRead =
  | { readonly is: 'read'; readonly mark: BootMark; readonly began: number | null }
  | { readonly is: 'unreadable'; readonly why: string };

/**
 * Which boot this is: the kernel's boot ID, and how often systemd rebooted softly within it (`systemctl` is null where systemd does not
 * run; before version 256 it does not tell). A systemd that does not answer leaves it unreadable: a soft reboot that was asked
 * for would seem not to have come.
 */
export async function readBootMark(file: string, systemctl: Systemctl | null, signal: AbortSignal): Promise<BootRead> {
  try {
    const id = (await readFile(file, { encoding: 'utf8', signal })).trim().toLowerCase();
    if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) {
      return { is: 'unreadable', why: `${file} holds no boot ID but "${outsideText(id, 60)}"` };
    }
    if (systemctl === null) return { is: 'read', mark: { id, soft: null }, began: null };
    const soft = await readSoftReboots(systemctl, signal);
    if (soft.is === 'unreadable') return soft;
    return { is: 'read', mark: { id, soft: soft.count }, began: soft.began };
  } catch (error) {
    return { is: 'unreadable', why: outsideText(error instanceof Error ? error.message : String(error), 200) };
  }
}

/** `count` is null where systemd does not tell it. */
export type SoftReboots =
  | { readonly is: 'read'; readonly count: number | null; readonly began: number | null }
  | { readonly is: 'unreadable'; readonly why: string };

/**
 * SoftRebootsCount and UserspaceTimestamp of org.freedesktop.systemd1(5), by systemctl, which needs no bus for it. It leaves out
 * what systemd does not know, and writes moments by TZ.
 */
export async function readSoftReboots(systemctl: Systemctl, signal: AbortSignal): Promise<SoftReboots> {
  const inUtc = { ...systemctl, env: { ...systemctl.env, TZ: 'UTC' } };
  const properties = ['SoftRebootsCount', 'UserspaceTimestamp'].map((name) => `--property=${name}`);
  const end = await runSystemctl(inUtc, ['show', ...properties], signal);
  if (end.is !== 'exited' || end.code !== 0 || end.cut) return cannotTell(failure(end));
  const count = /^SoftRebootsCount=(.*)$/m.exec(end.stdout)?.[1];
  if (count === undefined && /^UserspaceTimestamp=/m.test(end.stdout)) return { is: 'read', count: null, began: null };
  const [, day, time] = /^UserspaceTimestamp=\w+ (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/m.exec(end.stdout) ?? [];
  if (count === undefined || !/^\d{1,9}$/.test(count) || day === undefined) {
    return cannotTell(`cannot understand "${outsideText(end.stdout, 200)}"`);
  }
  return { is: 'read', count: Number(count), began: Date.parse(`${day}T${time}Z`) };
}

function cannotTell(why: string): SoftReboots & { readonly is: 'unreadable' } {
  return { is: 'unreadable', why: `systemctl show: ${why}` };
}
