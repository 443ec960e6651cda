import type { Me } from '../lease/record.ts';
import { jitter, limits } from '../limits.ts';
import type { Memory } from '../memory.ts';
import type { Now } from '../now.ts';
import { reason } from '../reasons.ts';
import { unseenLease, unseenNode } from './observe.ts';
import type { DecisionSettings, State } from './state.ts';

/** The state of a process that has just started: nothing is known but who we are, what was decided, and what was remembered. */
export function startState(me: Me, settings: DecisionSettings, memory: Memory, now: Now): State {
  const distance = memory.backOff === null ? 0 : memory.backOff.until - now.wall;
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
      backOff: remembered(memory, distance, now),
      turn: null,
      drain: { progress: null, ended: null },
      reboot: null,
      announced: false,
      stop: null,
      retried: 0,
      nextLook: now.mono + limits.secondLook + jitter(now),
      looking: false,
      busy: {
        lease: false,
        node: false,
        permission: false,
        shutdown: false,
        drain: false,
        announce: false,
        reboot: false,
      },
    },
  };
}

/** A back-off that a set clock would stretch is bounded by the longest there is. */
function remembered(memory: Memory, distance: number, now: Now): State['facts']['backOff'] {
  if (memory.backOff === null || distance <= 0) return null;
  return {
    failures: memory.backOff.failures,
    until: now.mono + Math.min(distance, 3_600_000),
    why: reason('interrupted'),
  };
}
