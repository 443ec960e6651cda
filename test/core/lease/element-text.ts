import { writeRecord } from '../../../src/core/lease/format.ts';
import type { LeaseRecord } from '../../../src/core/lease/record.ts';
import { holder, lease, now, record, waiting } from './samples.ts';

/** The JSON text of a holder's entry, as it is found in an annotation, with fields changed or left out. */
export function entryText(change: Record<string, unknown> = {}, without: readonly string[] = []): string {
  return elementText('kured-host/holders', record({ holders: [holder('n1')] }), change, without);
}

/** The same of an entry of the queue. */
export function waitingText(change: Record<string, unknown> = {}, without: readonly string[] = []): string {
  return elementText('kured-host/queue', record({ queue: [waiting('n1')] }), change, without);
}

function elementText(
  list: string,
  of: LeaseRecord,
  change: Record<string, unknown>,
  without: readonly string[],
): string {
  const written = writeRecord(lease(), of, now).metadata.annotations?.[list];
  const [fields] = JSON.parse(written ?? '[]') as Record<string, unknown>[];
  return JSON.stringify(
    Object.fromEntries(Object.entries({ ...fields, ...change }).filter(([name]) => !without.includes(name))),
  );
}
