import { type Reason, reason } from '../core/reasons.ts';
import type { Read, Written } from '../ports/cluster.ts';
import type { JsonObject } from './json.ts';
import type { Problem } from './problem.ts';
import type { Call, Reply } from './transport.ts';

/** Makes our view of an object; null when what is there cannot be it. */
export type Parse<T> = (object: JsonObject) => T | null;

/** What a read of the object `name` proves. */
export function readOutcome<T>(reply: Reply, call: Call, name: string, parse: Parse<T>): Read<T> {
  switch (reply.is) {
    case 'silent':
      return { is: 'failed', reason: reply.reason };
    case 'problem':
      return isGone(reply.problem, name) ? { is: 'gone' } : { is: 'failed', reason: reply.reason };
    case 'ok': {
      const object = parse(reply.body);
      return object === null ? { is: 'failed', reason: unreadable(call) } : { is: 'found', object };
    }
  }
}

/** What a write of the object `name` proves: a refusal only where the answer shows that nothing was changed. */
export function writeOutcome<T>(reply: Reply, call: Call, name: string, parse: Parse<T>): Written<T> {
  switch (reply.is) {
    case 'silent':
      return { is: reply.sent === 'no' ? 'refused' : 'unknown', reason: reply.reason };
    case 'problem':
      return refusal(reply.problem, reply.reason, name);
    case 'ok': {
      const object = parse(reply.body);
      return object === null ? { is: 'unknown', reason: unreadable(call) } : { is: 'written', object };
    }
  }
}

/**
 * A 404 that is about this object. A proxy's page, or an API server that does not serve the path (yet), also says 404;
 * only the registry's own Status names the object (apimachinery errors.NewNotFound).
 */
export function isGone(problem: Problem, name: string): boolean {
  return problem.status === 404 && problem.reason === 'NotFound' && problem.name === name;
}

/** Answers that the API server gives before it changes anything (apimachinery pkg/api/errors). 408 and all 5xx tell nothing. */
const harmless: readonly number[] = [400, 401, 403, 405, 406, 410, 411, 413, 414, 415, 422, 429];

function refusal<T>(problem: Problem, why: Reason, name: string): Written<T> {
  if (problem.status === 409 || isAnotherUid(problem)) return { is: 'conflict' };
  if (isGone(problem, name)) return { is: 'gone' };
  // Another 404 is no proof that the object is gone, but nothing was changed.
  const proven = harmless.includes(problem.status) || problem.status === 404;
  return { is: proven ? 'refused' : 'unknown', reason: why };
}

/** A PATCH that names another uid answers 422: metadata.uid is immutable (apimachinery ValidateObjectMetaUpdate). */
function isAnotherUid(problem: Problem): boolean {
  return problem.status === 422 && problem.causes.some((cause) => cause.field === 'metadata.uid');
}

function unreadable(call: Call): Reason {
  return reason('api-failed', { action: call.action, why: 'its answer cannot be understood' });
}
