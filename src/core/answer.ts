import type { Reason } from './reasons.ts';

/**
 * What an adapter answers to a question about the world: yes with what was found, no, or don't know with the reason.
 * Don't know is never taken for yes and never for no.
 */
export type Answer<T> = Yes<T> | No | Unknown;

export interface Yes<T> {
  readonly is: 'yes';
  readonly value: T;
}

export interface No {
  readonly is: 'no';
}

export interface Unknown {
  readonly is: 'unknown';
  readonly reason: Reason;
}

export function yes<T>(value: T): Yes<T> {
  return { is: 'yes', value };
}

export const no: No = { is: 'no' };

export function unknown(reason: Reason): Unknown {
  return { is: 'unknown', reason };
}
