import { placeOf } from '../../../src/core/lease/queue.ts';
import { excludeLabel } from '../../../src/core/node-changes.ts';
import { inProgressAnnotation, standingAnnotation } from '../../../src/core/standing.ts';
import { marks } from './judge-past.ts';
import { own } from './told.ts';
import type { Around } from './world-parts.ts';

/** Whether everything has come to rest: nothing of ours is left, or a person is needed; `markByHand`: a person took a mark off. */
export function atRest(world: Around, markByHand: boolean): boolean {
  const { process, server } = world;
  if (process === null) return false;
  const { phase, waits } = process.state;
  if ('stuck' in phase && phase.stuck !== null) return true;
  const record = server.record();
  const nothing = record !== null && own(record) === null && placeOf(record, 'n1') === null && marks(world) === '';
  const observing = phase.name === 'waiting' && world.observes && phase.observes === true;
  const resting = phase.name === 'idle' || observing || (phase.name === 'waiting' && waits.code === 'too-many-reboots');
  const mayWait = phase.name !== 'idle' && !observing;
  return nothing && resting && server.cordonBy !== 'us' && (mayWait || isClean(world, markByHand));
}

/** Nothing of what stands on the Node while it waits, or while it is away, is left; what lost its mark is a person's. */
function isClean({ server }: Around, markByHand: boolean): boolean {
  const { labels = {}, annotations = {}, taints = [] } = server.node ?? {};
  const away = 'during' in labels || excludeLabel in labels || 'example.com/during' in annotations;
  const waits = taints.length > 0 || inProgressAnnotation in annotations || standingAnnotation in annotations;
  return !waits && (!away || markByHand);
}
