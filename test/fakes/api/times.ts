import { badRequest } from './errors.ts';
import type { Json } from './object.ts';

/** meta/v1 Time: RFC 3339 with seconds. */
export function time(wall: number): string {
  return new Date(wall).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** meta/v1 MicroTime: RFC 3339 with exactly six digits of a second. */
export function microTime(wall: number): string {
  return new Date(wall).toISOString().replace(/Z$/, '000Z');
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** As the API server keeps a Time that was sent; what is no time is an answer 400. */
export function keptTime(value: Json | undefined): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || !rfc3339.test(value)) throw unparsable(value, '2006-01-02T15:04:05Z07:00');
  return time(Date.parse(value));
}

/** The same for a MicroTime, which must be sent with six digits. */
export function keptMicroTime(value: Json | undefined): Json | undefined {
  if (value === undefined || value === null) return undefined;
  const fraction = typeof value === 'string' ? /^[^.]*\.(\d{6})(?:Z|[+-]\d\d:\d\d)$/.exec(value)?.[1] : undefined;
  if (typeof value !== 'string' || !rfc3339.test(value) || fraction === undefined)
    throw unparsable(value, '2006-01-02T15:04:05.000000Z07:00');
  return time(Date.parse(value)).replace('Z', `.${fraction}Z`);
}

function unparsable(value: Json, layout: string): Error {
  return badRequest(`parsing time ${JSON.stringify(value)} as ${JSON.stringify(layout)}: cannot parse it`);
}
