import type { IncomingHttpHeaders } from 'node:http';
import { outsideText } from '../core/outside-text.ts';
import { type JsonObject, objectIn, objectsIn, parseObject, textIn } from './json.ts';

/** An answer that is no success, as its metav1.Status says it; texts bounded and escaped. */
export interface Problem {
  readonly status: number;
  /** The machine-readable word (`NotFound`, `Conflict`, `Forbidden`, …); empty when the body is no Status. */
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly Cause[];
  /** Seconds, from details.retryAfterSeconds or the Retry-After header; null when neither is there. */
  readonly retryAfter: number | null;
  /** details.name: the object the answer is about. */
  readonly name: string;
}

export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** Reads a Status (meta/v1 types.go) from a body. Anything else, a proxy's page for one, keeps its status and its first words. */
export function readProblem(status: number, headers: IncomingHttpHeaders, body: string): Problem {
  const value = parseObject(body);
  const fallback = secondsIn(headers);
  if (value !== null && value['kind'] === 'Status') return problemIn(value, status, fallback);
  return { status, reason: '', message: outsideText(body, 300), causes: [], retryAfter: fallback, name: '' };
}

/** A Status object as a problem; `status` where it does not carry its own code. */
export function problemIn(value: JsonObject, status: number, retryAfter: number | null = null): Problem {
  const details = objectIn(value, 'details');
  const seconds = details['retryAfterSeconds'];
  return {
    status,
    reason: outsideText(textIn(value, 'reason'), 60),
    message: outsideText(textIn(value, 'message'), 1000),
    causes: objectsIn(details, 'causes')
      .slice(0, 10)
      .map((cause) => ({
        reason: outsideText(textIn(cause, 'reason'), 60),
        message: outsideText(textIn(cause, 'message'), 500),
        field: outsideText(textIn(cause, 'field'), 200),
      })),
    retryAfter: typeof seconds === 'number' && seconds > 0 ? seconds : retryAfter,
    name: textIn(details, 'name'),
  };
}

/** `403 Forbidden: …`, for a reason's `why`. */
export function problemText(problem: Problem): string {
  const word = problem.reason === '' ? '' : ` ${problem.reason}`;
  return problem.message === '' ? `${problem.status}${word}` : `${problem.status}${word}: ${problem.message}`;
}

/** The Retry-After header in its form of seconds, the only one the API server writes. */
function secondsIn(headers: IncomingHttpHeaders): number | null {
  const text = headers['retry-after'] ?? '';
  return /^\d{1,6}$/.test(text) ? Number(text) : null;
}
