import type { Reason } from './reasons.ts';

/**
 * What systemd is doing about going down, read and never guessed.
 * - `none`: asked and answered: logind prepares nothing, no reboot.target job waits, nothing is scheduled.
 * - `under-way`: logind prepares a shutdown, or a job for a shutdown target waits, or the system state is `stopping`.
 * - `scheduled`: somebody scheduled one (`at`: milliseconds since 1970).
 */
export type ShutdownLook =
  | { readonly is: 'none' }
  | { readonly is: 'under-way'; readonly what: string }
  | { readonly is: 'scheduled'; readonly what: string; readonly at: number }
  | { readonly is: 'unknown'; readonly reason: Reason };

/**
 * What became of one request to reboot.
 * - `refused`: logind said no, so no reboot comes of this request. Never the answer of a command that was started.
 * - `accepted`: it said yes, or the command ended with 0.
 * - `unknown`: no answer, a lost connection, or a command that failed after it was started: a reboot may still come.
 */
export type RebootAnswer =
  | { readonly is: 'refused'; readonly reason: Reason }
  | { readonly is: 'accepted' }
  | { readonly is: 'unknown'; readonly reason: Reason };

/** What systemd means by stopping the service: the job on our unit. */
export type StopMeaning = 'restart' | 'stop' | 'shutdown' | 'unknown';
