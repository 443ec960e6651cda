import { readFile } from 'node:fs/promises';
import type { BootMark } from '../core/boot-mark.ts';
import { outsideText } from '../core/outside-text.ts';
import type { Bus } from './busctl.ts';

/** random(4). */
export const bootIdFile = '/proc/sys/kernel/random/boot_id';

/** Either this boot, or why it cannot be told. */
export type BootRead =
  | { readonly is: 'read'; readonly mark: BootMark }
  | { readonly is: 'unreadable'; readonly why: string };

/**
 * Which boot this is: the kernel's boot ID, and systemd's SoftRebootsCount where there is one (`bus` is null where systemd does not
 * run; systemd before 254 has no count).
 */
export async function readBootMark(file: string, bus: Bus | null, signal: AbortSignal): Promise<BootRead> {
  try {
    const id = (await readFile(file, { encoding: 'utf8', signal })).trim().toLowerCase();
    if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) {
      return { is: 'unreadable', why: `${file} holds no boot ID but "${outsideText(id, 60)}"` };
    }
    return { is: 'read', mark: { id, soft: bus === null ? null : await softReboots(bus, signal) } };
  } catch (error) {
    return { is: 'unreadable', why: outsideText(error instanceof Error ? error.message : String(error), 200) };
  }
}

async function softReboots(bus: Bus, signal: AbortSignal): Promise<number | null> {
  const answer = await bus.property(
    {
      service: 'org.freedesktop.systemd1',
      object: '/org/freedesktop/systemd1',
      interface: 'org.freedesktop.systemd1.Manager',
      property: 'SoftRebootsCount',
    },
    signal,
  );
  return answer.is === 'answered' && typeof answer.data === 'number' ? answer.data : null;
}
