import type { Me } from '../lease/record.ts';
import { jitter, limits } from '../limits.ts';
import type { Memory } from '../memory.ts';
import type { Now } from '../now.ts';
import { reason } from '../reasons.ts';
import type { DecisionSettings } from './facts.ts';
import { noHooks } from './hooks.ts';
import { unseenLease } from './observe-lease.ts';
import { unseenNode } from './observe-node.ts';
import type { State } from './state.ts';

/** The state of a process that has just started: nothing is known but who we are, what was decided, and what was remembered. */
export function startState(me: Me, settings: DecisionSettings, memory: Memory, now: Now): State {
  return {
    phase: { name: 'recovering', cause: 'start', step: 'look' },
    since: { mono: now.mono, wall: now.wall },
    waits: reason('starting'),
    facts: {
      me,
      settings,
      lease: unseenLease(settings.lease),
      node: unseenNode,
      need: null,
      permission: null,
      hintAt: 0,
      shutdown: null,
      backOff: remembered(memory, now),
      fenced: memory.fenced,
      turn: null,
      drain: { progress: null, ended: null },
      hooks: noHooks,
      reboot: null,
      announced: false,
      stop: null,
      standing: { underWay: false, notBefore: 0, problem: null },
      holders: [],
      takingOver: null,
      retried: null,
      nextLook: now.mono + limits.secondLook + jitter(now),
      earlier: true,
      looking: false,
      busy: {
        lease: false,
        node: false,
        permission: false,
        shutdown: false,
        drain: false,
        announce: false,
        reboot: false,
        hooks: false,
        holder: false,
      },
    },
  };
}

/**
 * The back-outs in a row are kept for a day after the distance they led to is over, so that a restart between two tries does
 * not make the next distance short again. A distance that a set clock would stretch is bounded by the longest there is.
 */
function remembered({ backOff }: Memory, now: Now): State['facts']['backOff'] {
  if (backOff === null || now.wall - backOff.until > limits.day) return null;
  const distance = Math.min(Math.max(backOff.until - now.wall, 0), 3_600_000);
  return { failures: backOff.failures, until: now.mono + distance, why: reason('backed-out-before') };
}
