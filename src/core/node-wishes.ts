import { type Answer, yes } from './answer.ts';
import type { Need } from './need.ts';
import { sumNeeds } from './need-sum.ts';
import type { NodeSnapshot } from './node-view.ts';
import { outsideText } from './outside-text.ts';
import { allPermissions, type Permission } from './permission.ts';
import { type Reason, reason } from './reasons.ts';

/** A person keeps the node from rebooting; the value says why. That it is there holds, whatever its value. */
export const holdAnnotation = 'kured-host/hold';
/** A person asks for a reboot; the value names the request, so that the same value never asks for a second one. */
export const requestAnnotation = 'kured-host/reboot-requested';

/** Why a person holds the node; null: nobody does. */
export function heldBy(node: NodeSnapshot): Reason | null {
  const text = node.annotations[holdAnnotation];
  if (text === undefined) return null;
  return reason('held', { node: node.name, why: outsideText(text, longestWhy) || 'no reason given' });
}

/** The reboot that a person asks for on the Node; null: nobody does. */
export function requestedBy(node: NodeSnapshot): Need | null {
  const text = node.annotations[requestAnnotation];
  if (text === undefined) return null;
  const value = outsideText(text, longestName);
  return {
    // The signs that part and count the names of needs (`+` and `@`) are escaped.
    fingerprint: `request:${encodeURIComponent(value)}`,
    source: 'request',
    reasons: value === '' ? [] : [value],
    older: false,
  };
}

/** The answer of the sentinels together with what is asked for on the Node; null while the sentinels were not looked at. */
export function withRequest(sentinels: Answer<Need> | null, node: NodeSnapshot | null): Answer<Need> | null {
  const asked = node === null ? null : requestedBy(node);
  return sentinels === null || asked === null ? sentinels : sumNeeds([sentinels, yes(asked)]);
}

/** The answer of all other sources together with a person's hold. */
export function withHold(others: Permission | null, node: NodeSnapshot | null): Permission | null {
  const held = node === null ? null : heldBy(node);
  if (held === null) return others;
  const refused: Permission = { is: 'refused', reasons: [held] };
  return others === null ? refused : allPermissions([refused, others]);
}

const longestWhy = 200;
/** Two requests that differ behind this many characters only are one. */
const longestName = 100;
