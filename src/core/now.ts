/**
 * The moment a decision is taken, handed in so that decisions stay pure.
 *
 * - `mono`: milliseconds of this process's monotonic clock; deadlines run on it and it means nothing to another process.
 * - `wall`: milliseconds since 1970 by this node's wall clock; for people and for comparisons with this node's own past only.
 * - `chance`: 128 random bits as 32 lower-case hex digits, fresh for each event; identities and jitter are taken from it.
 */
export interface Now {
  readonly mono: number;
  readonly wall: number;
  readonly chance: string;
}

/** A fraction in [0, 1) taken from the chance of this moment; `salt` (0 to 3) gives independent fractions of one moment. */
export function fraction(now: Now, salt = 0): number {
  return Number.parseInt(now.chance.slice(salt * 8, salt * 8 + 8), 16) / 0x1_0000_0000;
}

/** How long something still lasts, for people, rounded up: `30 s`, `12 min`, `3 h`. */
export function timeLeftText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}

/** The wall clock as RFC 3339 text in UTC with seconds, as the Lease and the Node show it to people. */
export function wallText(wall: number): string {
  return new Date(wall).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
