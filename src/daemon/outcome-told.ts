import { fieldManager } from '../core/cordon-mark.ts';
import type { NodeSnapshot } from '../core/node-view.ts';
import type { Effect, LeasePurpose } from '../core/phases/effect.ts';
import type { Event } from '../core/phases/event.ts';
import { reasonSentence } from '../core/reasons.ts';
import type { EventCode } from '../ports/outlets.ts';
import type { Told } from './told.ts';

/**
 * What the log says of an effect's outcome; null where a moment of the phases, or the next reason, says it better. A write
 * without an answer and a refusal are outcomes like any other.
 */
export function outcomeTold(effect: Effect, outcome: Event): Told | null {
  switch (outcome.on) {
    case 'lease-written':
      return effect.do === 'write-lease' ? written(outcome.result, effect.purpose, leaseCodes[effect.purpose]) : null;
    case 'node-patched':
      return effect.do === 'patch-node' ? nodeTold(effect, outcome.result) : null;
    case 'reboot':
      return rebootTold(outcome.answer);
    default:
      return null;
  }
}

const leaseCodes: Readonly<Partial<Record<LeasePurpose, EventCode>>> = {
  join: 'queued',
  renew: 'renewed',
  fence: 'fenced',
  'force-release': 'force-released',
};

/** By what the PATCH changes: on a cordon that is not ours it sets and takes off the mark alone, and who restores it says whose it is. */
function nodeTold({ patch, purpose }: NodeEffect, result: NodeResult): Told | null {
  if (patch.unschedulable !== undefined)
    return written(result, purpose, patch.unschedulable ? 'cordoned' : 'uncordoned');
  const left = purpose === 'restore' && result.is === 'written' && result.object.unschedulable;
  return left
    ? { code: 'cordon-left', fields: { why: ownerText(result.object) } }
    : written(result, purpose, undefined);
}

function ownerText({ cordonOwner }: NodeSnapshot): string {
  if (typeof cordonOwner === 'string') return 'the API server names nobody who set it';
  if (cordonOwner.manager === fieldManager) return 'kured-host set it, but no mark says so any more';
  return `the API server names ${cordonOwner.manager} as who set it`;
}

type NodeEffect = Extract<Effect, { do: 'patch-node' }>;
type NodeResult = Extract<Event, { on: 'node-patched' }>['result'];
type Result = Extract<Event, { on: 'lease-written' | 'node-patched' }>['result'];

function written(result: Result, purpose: string, code: EventCode | undefined): Told | null {
  switch (result.is) {
    case 'written':
      return code === undefined ? null : { code, fields: {} };
    case 'unknown':
      return { code: 'write-unknown', fields: { purpose, why: reasonSentence(result.reason) } };
    case 'refused':
      return { code: 'api-refused', fields: { purpose, why: reasonSentence(result.reason) } };
    case 'conflict':
    case 'gone':
      return null;
  }
}

function rebootTold(answer: Extract<Event, { on: 'reboot' }>['answer']): Told | null {
  switch (answer.is) {
    case 'accepted':
      return { code: 'reboot-accepted', fields: {} };
    case 'unknown':
      return { code: 'reboot-unanswered', fields: { why: reasonSentence(answer.reason) } };
    case 'refused':
      return null;
  }
}
