import { bootReasons } from './reasons/boot.ts';
import { clusterReasons } from './reasons/cluster.ts';
import { drainReasons } from './reasons/drain.ts';
import { endedReasons } from './reasons/ended.ts';
import { machineReasons } from './reasons/machine.ts';
import { needReasons } from './reasons/need.ts';
import { permissionReasons } from './reasons/permission.ts';
import { rebootReasons } from './reasons/reboot.ts';
import { turnReasons } from './reasons/turn.ts';

/**
 * Why we wait, refuse or need a person: a closed code, one sentence with its details filled in, and what to do about it.
 * Status, logs, the Node's condition, metrics labels and the docs are all made from this one table, which `reasons/` has by topic.
 */
export interface Reason {
  readonly code: ReasonCode;
  readonly details: Readonly<Record<string, string>>;
}

const rows = {
  ...needReasons,
  ...clusterReasons,
  ...turnReasons,
  ...permissionReasons,
  ...drainReasons,
  ...endedReasons,
  ...rebootReasons,
  ...bootReasons,
  ...machineReasons,
};

export type ReasonCode = keyof typeof rows;

/** All codes, in the order of the table. */
export const reasonCodes = Object.keys(rows) as readonly ReasonCode[];

export function reason(code: ReasonCode, details: Readonly<Record<string, string>> = {}): Reason {
  return { code, details };
}

/** The reason as one clause, without a full stop at its end. */
export function reasonSentence(of: Reason): string {
  return fill(rows[of.code].sentence, of.details);
}

/** What to do about it; empty where waiting is all there is to do. */
export function reasonRemedy(of: Reason): string {
  return fill(rows[of.code].remedy, of.details);
}

/** The sentence and the remedy with their `{name}` places, for tables in the docs. */
export function reasonTemplate(code: ReasonCode): { readonly sentence: string; readonly remedy: string } {
  return rows[code];
}

function fill(template: string, details: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => details[name] ?? place);
}
