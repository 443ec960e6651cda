import { handledAnnotation, markAnnotation } from '../../../src/core/cordon-mark.ts';
import { leaseAnnotation } from '../../../src/core/lease-name.ts';
import type { NodePatch } from '../../../src/core/node-view.ts';
import { timeLeftText } from '../../../src/core/now.ts';
import type { Effect, LeasePurpose, NodePurpose } from '../../../src/core/phases/effect.ts';

/** What the service wants done, in an operator's words; null: what is told of it says it (`tell`). */
export function effectWords(effect: Effect, wall: number): string | null {
  switch (effect.do) {
    case 'read-lease':
      return effect.consistency === 'consistent' ? 'reads the Lease' : "reads the Lease from the API server's cache";
    case 'write-lease':
      return `writes the Lease: ${leaseWrites[effect.purpose]}`;
    case 'read-node':
      return 'reads its Node';
    case 'patch-node':
      return `patches its Node: ${nodeWrites[effect.purpose](effect.patch)}`;
    case 'ask-permission':
      return 'asks whether a reboot is permitted';
    case 'look-at-shutdown':
      return 'asks systemd whether the machine is going down';
    case 'look-at-holder':
      return `asks whether the Node ${effect.node} exists`;
    case 'drain':
      return 'evicts the pods, and waits until they are gone';
    case 'announce-reboot':
      return 'says its last words: condition, Event, notifications';
    case 'reboot':
      return 'asks for the reboot';
    case 'run-hooks':
      return `runs the hooks ${effect.call.phase}`;
    case 'stop-drain':
      return 'stops evicting';
    case 'stop-hooks':
      return 'ends the hook that runs';
    case 'follow-lease':
      return 'watches the Lease';
    case 'unfollow-lease':
      return 'watches the Lease no more';
    case 'tell':
      return null;
    case 'remember': {
      const { backOff, fenced } = effect.memory;
      if (fenced !== null) return 'remembers its fence';
      return backOff === null
        ? 'forgets earlier back-outs'
        : `remembers: try ${backOff.failures + 1} in ${timeLeftText(backOff.until - wall)}`;
    }
    case 'exit':
      return 'ends';
  }
}

/** Done again and again while nothing happens. */
export function isRoutine(effect: Effect): boolean {
  if (effect.do === 'write-lease') return effect.purpose === 'renew';
  return ['read-lease', 'read-node', 'ask-permission', 'look-at-shutdown', 'look-at-holder'].includes(effect.do);
}

const leaseWrites: Readonly<Record<LeasePurpose, string>> = {
  join: 'joins the queue',
  'update-place': 'brings its place in the queue up to date',
  claim: 'claims',
  leave: 'leaves the queue',
  renew: 'says that it is still there',
  sign: 'signs its entry as the process that runs now',
  fence: 'the fence, the last write before the reboot',
  'take-fence-back': 'takes the fence back, as it is certain that no reboot comes',
  'back-out': 'says that it backs out',
  stuck: 'says why it is stuck',
  unstuck: 'is stuck no more',
  'release-delay': 'says until when it keeps it',
  release: 'releases',
  'force-release': 'removes an entry by force, as a person asked',
  'take-over': 'takes the entry of a lost holder out',
  settle: 'something new, so that an earlier write can land no more',
};

const nodeWrites: Readonly<Record<NodePurpose, (patch: NodePatch) => string>> = {
  name: ({ annotations }) => `names the Lease ${annotations[leaseAnnotation]} on it`,
  cordon: ({ unschedulable }) =>
    unschedulable === true ? 'cordons and marks it' : 'marks it; the cordon is there already',
  mark: () => 'brings the need in the mark up to date',
  restore: restoreWords,
  standing: () => 'what stands on it while it waits for a reboot',
  settle: () => 'something new, so that an earlier patch can land no more',
};

function restoreWords({ unschedulable, annotations }: NodePatch): string {
  const mark = annotations[markAnnotation] === null ? ['the mark comes off'] : [];
  const cordon = unschedulable === false ? ['it is uncordoned'] : ['the cordon is left as it is'];
  const handled = typeof annotations[handledAnnotation] === 'string' ? ['the need is noted as met'] : [];
  return [...mark, ...cordon, ...handled].join(', ');
}
