import type { AuditEntry } from '../../cluster/audit.ts';
import type { ApiAnswer } from '../api/api.ts';
import type { Json } from '../api/object.ts';
import type { ApiRequest } from '../api/request.ts';
import { header } from '../api/request.ts';

export type { AuditEntry } from '../../cluster/audit.ts';

/**
 * What was asked and what became of it, in the order in which it took effect; of a watch one entry at its beginning and one
 * at its end. `answered` is when it took effect: the answer may have been lost. Times in microseconds since 1970.
 */
export class Audit {
  readonly entries: AuditEntry[] = [];
  readonly #now: () => number;
  readonly #kept: boolean;

  /** `kept`: false where nobody reads it. */
  constructor(now: () => number, kept: boolean) {
    this.#now = now;
    this.#kept = kept;
  }

  write(request: ApiRequest, answer: ApiAnswer, received: number, stage: AuditEntry['stage']): void {
    if (!this.#kept) return;
    const writes = ['create', 'update', 'patch', 'delete'].includes(answer.info.verb);
    this.entries.push({
      auditID: String(this.entries.length + 1),
      stage,
      verb: answer.info.verb,
      requestURI: request.target,
      user: request.user.name,
      groups: request.user.groups,
      impersonatedUser: answer.impersonated ?? undefined,
      userAgent: header(request, 'user-agent'),
      objectRef: objectRef(answer),
      code: answer.code,
      received: received * 1000,
      answered: this.#now() * 1000,
      requestObject: writes ? parsed(request.body) : undefined,
      responseObject: writes && answer.is === 'body' ? answer.body : undefined,
    });
  }
}

/** A create tells the name only in what it sent or made. */
function objectRef(answer: ApiAnswer): AuditEntry['objectRef'] {
  const { resource, subresource, namespace, group } = answer.info;
  const name = answer.info.name || madeName(answer);
  return {
    resource,
    ...(subresource === '' ? {} : { subresource }),
    ...(namespace === '' ? {} : { namespace }),
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { apiGroup: group }),
  };
}

function madeName(answer: ApiAnswer): string {
  if (answer.is !== 'body' || answer.info.verb !== 'create' || answer.code !== 201) return '';
  const { metadata } = answer.body;
  const name = typeof metadata === 'object' && metadata !== null && 'name' in metadata ? metadata.name : undefined;
  return typeof name === 'string' ? name : '';
}

function parsed(body: string): Json | undefined {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
