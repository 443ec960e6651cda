import { noticeMoments } from '../core/notice.ts';
import type { KeptPart } from '../ports/host.ts';
import type { Message } from './message.ts';
import type { Outbox, OutboxStore } from './queue.ts';

/** The outbox in a part of the memory. What has another shape than it should is left out: it was a message, and no more. */
export function outboxIn(part: KeptPart): OutboxStore {
  return {
    async read() {
      const kept = await part.read();
      return isRecord(kept) ? { unsent: list(kept['unsent'], item), told: list(kept['told'], text) } : null;
    },
    keep: (outbox) => part.keep(outbox),
  };
}

function item(value: unknown): Outbox['unsent'][number] | null {
  if (!isRecord(value)) return null;
  const [target, message] = [text(value['target']), isRecord(value['message']) ? messageOf(value['message']) : null];
  return target === null || message === null ? null : { target, message };
}

function messageOf(value: Readonly<Record<string, unknown>>): Message | null {
  const moment = noticeMoments.find((known) => known === value['moment']);
  const [id, node, why] = [text(value['id']), text(value['node']), text(value['why'])];
  const [at, said] = [text(value['at']), text(value['text'])];
  const whole = moment !== undefined && id !== null && node !== null && why !== null && at !== null && said !== null;
  return whole ? { moment, id, node, why, at, text: said } : null;
}

function list<T>(value: unknown, read: (of: unknown) => T | null): readonly T[] {
  return Array.isArray(value) ? value.map(read).filter((of): of is T & {} => of !== null) : [];
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
