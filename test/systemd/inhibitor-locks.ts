import { type Act, prints } from './fake-programs.ts';

/** Answers of logind's ListInhibitors. */
export const noLocks = prints('{"type":"a(ssssuu)","data":[[]]}');

type Lock = readonly [what: string, who: string, why: string, mode: string, uid?: number];

export function locks(...rows: readonly Lock[]): Act {
  const all = rows.map(([what, who, why, mode, uid = 0]) => [what, who, why, mode, uid, 243]);
  return prints(JSON.stringify({ type: 'a(ssssuu)', data: [all] }));
}

export const apt = ['shutdown:sleep', 'apt', 'unattended upgrade', 'block'] as const;
export const kubelet = ['shutdown', 'kubelet', 'graceful shutdown', 'delay'] as const;
export const weak = ['shutdown', 'session', 'not saved', 'block-weak', 1000] as const;
