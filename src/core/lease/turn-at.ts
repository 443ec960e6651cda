import { placeOf, type TurnWatch, turnStep } from './queue.ts';
import type { LeaseRecord } from './record.ts';

/** When (monotonic) the node's turn comes if the head goes on not claiming; null while the head itself could not claim. */
export function turnAt(record: LeaseRecord, node: string, turn: TurnWatch | null): number | null {
  if (turn === null) return null;
  const place = placeOf(record, node) ?? record.queue.length;
  return turn.since + place * turnStep;
}
