import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { outsideText } from '../core/outside-text.ts';

/** machine-id(5). */
export const machineIdFile = '/etc/machine-id';

/** Names kured-host to sd_id128_get_machine_app_specific(3). It never changes: every claim would seem to be another machine's. */
const application = '784000ca1c3a46b7993a48b0076edc5e';

export type MachineRead =
  | { readonly is: 'read'; readonly machine: string }
  | { readonly is: 'unreadable'; readonly why: string };

/**
 * A name for this machine that tells it from others and cannot be traced back to its machine ID, which must never be
 * published: the same as `systemd-id128 machine-id --app-specific=7840…` prints (32 hexadecimal digits).
 */
export async function readMachine(file: string = machineIdFile): Promise<MachineRead> {
  try {
    const id = (await readFile(file, 'utf8')).trim();
    // "uninitialized" stands there during a first boot; an empty file in images.
    if (!/^[0-9a-f]{32}$/.test(id) || /^0+$/.test(id))
      return { is: 'unreadable', why: `${file} holds no machine ID yet` };
    return { is: 'read', machine: appSpecific(id, application) };
  } catch (error) {
    return { is: 'unreadable', why: outsideText(error instanceof Error ? error.message : String(error), 200) };
  }
}

/** HMAC-SHA256 keyed by the machine ID over the application's ID, its first 16 bytes marked as a version 4 UUID. */
function appSpecific(machineId: string, applicationId: string): string {
  const sum = createHmac('sha256', Buffer.from(machineId, 'hex')).update(Buffer.from(applicationId, 'hex')).digest();
  const id = sum.subarray(0, 16);
  id.writeUInt8((id.readUInt8(6) & 0x0f) | 0x40, 6);
  id.writeUInt8((id.readUInt8(8) & 0x3f) | 0x80, 8);
  return id.toString('hex');
}
