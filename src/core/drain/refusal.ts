import type { Now } from '../now.ts';
import { type Postponed, retryDistance } from './retry-distance.ts';

/** Why the eviction of one pod was put off, and for how long that has been so. Times monotonic, in milliseconds. */
export interface Refusal {
  readonly meaning: Postponed;
  /** How often it was put off in a row, for whatever reason. */
  readonly tries: number;
  /** How often in a row with this kind of answer, and since when. */
  readonly alike: number;
  readonly since: number;
  /** When the eviction is asked for again. */
  readonly until: number;
}

/** After one more answer that puts it off. `before`: after the one before it; null: there was none. */
export function putOff(before: Refusal | null, meaning: Postponed, now: Now): Refusal {
  const tries = (before?.tries ?? 0) + 1;
  const same = before?.meaning.is === meaning.is ? before : { alike: 0, since: now.mono };
  const until = now.mono + retryDistance(meaning, tries, now);
  return { meaning, tries, alike: same.alike + 1, since: same.since, until };
}

/**
 * Whether asking again brings nothing any more. A 403 passes by itself soon after an API server was started: its RBAC has yet to
 * see the roles, or an admission plugin its caches. One that has stood for a minute, and was met more than twice, is a grant
 * that is missing.
 */
export function isFinal({ meaning, alike, since }: Refusal, mono: number): boolean {
  return meaning.is === 'forbidden' && alike >= fewestForbidden && mono - since >= longestForbidden;
}

const longestForbidden = 60_000;
const fewestForbidden = 3;
