/**
 * A fraction in [0, 1) that is this machine's for this opening: others have others, and a restart changes nothing. Not a
 * secret, and not chance: FNV-1a (RFC 9923) with the last mixing of MurmurHash3, so that neighbours differ in all bits.
 */
export function delayFraction(machine: string, opens: number): number {
  let hash = 0x811c9dc5;
  for (const character of `${machine}@${opens}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
