import { bootName } from '../../../src/core/boot-mark.ts';
import { cordonIsOurs, readMark } from '../../../src/core/cordon-mark.ts';
import { readHandled } from '../../../src/core/handled.ts';
import type { NodeSnapshot } from '../../../src/core/node-view.ts';
import { holdAnnotation, requestAnnotation } from '../../../src/core/node-wishes.ts';
import { inProgressAnnotation } from '../../../src/core/standing.ts';

/** The Node as it stands, in one line. */
export function nodeWords(node: NodeSnapshot | null): string {
  if (node === null) return 'does not exist';
  return [cordonWords(node), ...markWords(node), kubeletWords(node), ...notes(node)].join('; ');
}

function cordonWords(node: NodeSnapshot): string {
  if (!node.unschedulable) return 'open';
  if (cordonIsOurs(node)) return 'cordoned by kured-host';
  const who =
    typeof node.cordonOwner === 'object' && node.cordonOwner.manager === 'kured-host'
      ? 'kured-host, without its mark'
      : 'a person';
  return `cordoned by ${who}`;
}

function markWords(node: NodeSnapshot): readonly string[] {
  const reading = readMark(node);
  if (reading.is === 'none') return [];
  if (reading.is === 'unreadable') return ['a mark that cannot be read'];
  return [`marked for ${reading.mark.claim} in ${bootName(reading.mark.boot)}`];
}

function kubeletWords({ bootID, ready, readyMessage }: NodeSnapshot): string {
  const why = readyMessage === '' ? '' : ` (${readyMessage})`;
  return `${ready === 'True' ? 'Ready' : 'not Ready'} in ${bootID}${why}`;
}

function notes(node: NodeSnapshot): readonly string[] {
  const handled = readHandled(node);
  const { annotations, taints, labels } = node;
  const hold = annotations[holdAnnotation];
  const request = annotations[requestAnnotation];
  return [
    ...(handled === null ? [] : [`the need of ${handled.boot} is noted as met`]),
    ...(hold === undefined ? [] : [`held: ${hold}`]),
    ...(request === undefined ? [] : [`a reboot is requested: ${request}`]),
    ...taints.map(({ key, effect }) => `taint ${key}:${effect}`),
    ...Object.keys(labels).map((label) => `label ${label}`),
    ...(annotations[inProgressAnnotation] === undefined ? [] : ["kured's annotation of a reboot in progress"]),
  ];
}
