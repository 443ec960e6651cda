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

/** The boot in one word, for people and for telling boots apart: a soft reboot keeps the ID and raises what stands behind it. */
export function bootName({ id, soft }: BootMark): string {
  return soft === null || soft === 0 ? id : `${id}/${soft}`;
}

/**
 * Whether the machine was rebooted since the earlier mark, as far as a reboot that was asked for by this method goes: a soft reboot
 * counts for one that was to be soft, and for no other.
 */
export function isRebooted(earlier: BootMark, current: BootMark, method: string | undefined): boolean {
  const since = compareBoot(earlier, current);
  return since === 'other' || (since === 'soft-rebooted' && method === 'soft-reboot');
}

/** How this boot relates to an earlier mark: the same userspace, a soft reboot of it, or another boot. */
export function compareBoot(earlier: BootMark, current: BootMark): 'same' | 'soft-rebooted' | 'other' {
  if (earlier.id !== current.id) return 'other';
  if (earlier.soft !== null && current.soft !== null && current.soft > earlier.soft) return 'soft-rebooted';
  return 'same';
}
