/**
 * Which boot of the machine this is.
 *
 * - `id`: /proc/sys/kernel/random/boot_id, constant from power-on to power-off (random(4)).
 * - `soft`: systemd's SoftRebootsCount (org.freedesktop.systemd1(5)); a soft reboot keeps the boot ID and raises it.
 *   Null where systemd is too old to tell or did not answer; then the boot ID alone decides.
 */
export interface BootMark {
  readonly id: string;
  readonly soft: number | null;
}

/** How this boot relates to an earlier mark: the same userspace, a soft reboot of it, or another boot. */
export function compareBoot(earlier: BootMark, current: BootMark): 'same' | 'soft-rebooted' | 'other' {
  if (earlier.id !== current.id) return 'other';
  if (earlier.soft !== null && current.soft !== null && current.soft > earlier.soft) return 'soft-rebooted';
  return 'same';
}
