import { readHandled } from '../core/handled.ts';
import { describeHolders, describePause } from '../core/lease/describe.ts';
import { leaseText as leaseName } from '../core/lease/object.ts';
import { leaseMissing } from '../core/lease/pool.ts';
import type { Now } from '../core/now.ts';
import { type Reason, reason, reasonRemedy, reasonSentence } from '../core/reasons.ts';
import { reasonStatus } from '../core/status.ts';
import { holderText, holderView } from './lease-text.ts';
import { lastRebootText, leaseText, needText, rowsText, type WhyView } from './status-text.ts';
import type { Stopped } from './stopped.ts';
import {
  bootWords,
  cordonOf,
  entryOf,
  heldOf,
  leaseOf,
  markOf,
  needlessOf,
  needOf,
  nextOf,
  nodeOf,
  recordOf,
} from './stopped-view.ts';

/** The status without a daemon, a row a fact; what is not known says so. */
export function stoppedText(stopped: Stopped, now: Now): string {
  const next = nextOf(stopped);
  const handled = nodeOf(stopped);
  const held = heldOf(stopped);
  const rows: [string, string][] = [
    ['daemon', reasonSentence(stopped.daemon)],
    ['node', nodeText(stopped)],
    ['claim', claimText(stopped, now)],
    ['mark', markText(stopped)],
    ['lease', leaseText(leaseOf(stopped))],
    ['need', needText(needOf(stopped, now))],
    ...(held === null ? [] : [['hold', reasonSentence(held)] satisfies [string, string]]),
    ['boot', bootText(stopped)],
    ['last reboot', handled === null ? 'unknown' : lastRebootText(readHandled(handled)?.at ?? null)],
    ['next', next === null ? 'unknown' : `${whenOf(stopped)}: ${next}`],
  ];
  return `${rowsText(rows)}${remedyText(stopped.daemon)}${stopped.troubles.map(troubleText).join('')}`;
}

/** The same for programs, with the names that the running daemon's status has where it has them. Null: not known, or none. */
export function stoppedJson(stopped: Stopped, now: Now): object {
  const slot = entryOf(stopped);
  const entry = typeof slot === 'string' ? null : holderView(slot);
  const mark = markOf(stopped);
  const cordon = cordonOf(stopped);
  const node = nodeOf(stopped);
  const held = heldOf(stopped);
  return {
    running: runningOf(stopped),
    node: stopped.name,
    phase: entry?.phase ?? null,
    since: entry?.since ?? null,
    sentence: sentenceOf(stopped, now),
    reason: reasonStatus(stopped.daemon),
    holds: slot === 'unknown' ? null : slot !== 'none',
    entry,
    mark:
      typeof mark === 'string'
        ? null
        : { claim: mark.claim, lease: mark.lease, boot: mark.boot.id, cordoned: mark.cordoned },
    cordoned: cordon === null ? null : cordon !== 'none',
    cordon: cordon === 'none' ? null : cordon,
    ready: node?.ready ?? null,
    need: needOf(stopped, now),
    held: held === null ? null : reasonStatus(held),
    lease: leaseOf(stopped),
    bootID: stopped.boot?.id ?? null,
    lastReboot: node === null ? null : (readHandled(node)?.at ?? null),
    next: nextOf(stopped),
    unknown: stopped.troubles.map(reasonStatus),
  };
}

/** Why it does not reboot: no daemon first, then what would make it wait even with one. */
export function stoppedWhy(stopped: Stopped, now: Now): WhyView {
  const against = [needlessOf(stopped, now), heldOf(stopped)].filter((one) => one !== null);
  const reasons = [stopped.daemon, ...stopped.troubles, ...against, ...poolReasons(stopped, now)].map(reasonStatus);
  return { running: runningOf(stopped), sentence: sentenceOf(stopped, now), reasons };
}

/** Null where something is there that gives no answer: whether that is the daemon is not known. */
function runningOf({ daemon }: Stopped): false | null {
  return daemon.code === 'daemon-silent' ? null : false;
}

function whenOf(stopped: Stopped): string {
  return runningOf(stopped) === null ? 'if it is started anew' : 'once it is started';
}

/** That it does not run, and what it holds all the same. */
function sentenceOf(stopped: Stopped, now: Now): string {
  const slot = entryOf(stopped);
  const held = typeof slot === 'string' ? '' : `; it holds ${leaseName(stopped.ref)} (${holderText(slot, now)})`;
  return `${reasonSentence(stopped.daemon)}${held}`;
}

function poolReasons(stopped: Stopped, now: Now): readonly Reason[] {
  const { ref, lease, name } = stopped;
  const { namespace } = ref;
  if (lease === 'gone') return [leaseMissing(ref)];
  if (lease !== null && !lease.readable)
    return [reason('lease-unreadable', { lease: leaseName(ref), why: lease.why, namespace, name: ref.name })];
  const record = recordOf(stopped);
  if (record === null) return [];
  const why = describePause(record);
  const holders = record.holders.filter((slot) => !slot.readable || slot.entry.node !== name);
  return [
    ...(why === null ? [] : [reason('pool-paused', { why, namespace, name: ref.name })]),
    ...(holders.length === 0 || holders.length < (leaseOf(stopped).limit ?? 1)
      ? []
      : [reason('pool-busy', { holders: describeHolders({ holders }, now), lease: leaseName(ref) })]),
  ];
}

function nodeText(stopped: Stopped): string {
  const { name } = stopped;
  if (name === null) return 'unknown';
  if (stopped.node === 'gone') return `${name}: does not exist in the cluster (yet)`;
  const node = nodeOf(stopped);
  if (node === null) return `${name}: unknown`;
  const ready = { True: 'Ready', False: 'not Ready', Unknown: 'not known to be Ready' }[node.ready];
  return `${name}: ${ready}, ${cordonText(stopped)}`;
}

function cordonText(stopped: Stopped): string {
  const cordon = cordonOf(stopped);
  if (cordon === null) return 'unknown whether it is cordoned';
  if (cordon === 'none') return 'not cordoned';
  const by = cordon.by === null ? '' : ` by ${cordon.by}`;
  return cordon.ours
    ? `cordoned${by}, which the daemon takes off when it is done`
    : `cordoned${by}, which the daemon leaves`;
}

function claimText(stopped: Stopped, now: Now): string {
  const slot = entryOf(stopped);
  if (slot === 'unknown') return 'unknown';
  if (slot === 'none') return 'none: this node holds nothing';
  const boot = slot.readable ? `, claimed ${bootWords(slot.entry.boot, stopped)}` : '';
  return `${holderText(slot, now)}${boot}`;
}

function markText(stopped: Stopped): string {
  const mark = markOf(stopped);
  if (typeof mark === 'string') return mark === 'unreadable' ? 'cannot be understood' : mark;
  return `made ${bootWords(mark.boot, stopped)} for ${mark.lease}, cordon ${mark.cordoned ? "the daemon's" : "a person's"}`;
}

function bootText(stopped: Stopped): string {
  const { boot } = stopped;
  const shown = nodeOf(stopped)?.bootID ?? '';
  if (boot === null) return 'unknown';
  return shown === '' || shown === boot.id ? boot.id : `${boot.id} (the kubelet last reported ${shown})`;
}

function troubleText(of: Reason): string {
  return `${reasonSentence(of)}\n${remedyText(of)}`;
}

function remedyText(of: Reason): string {
  const remedy = reasonRemedy(of);
  return remedy === '' ? '' : `  remedy: ${remedy}\n`;
}
