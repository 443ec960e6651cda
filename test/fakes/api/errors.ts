import type { JsonMap } from './object.ts';

export interface StatusCause extends JsonMap {
  reason: string;
  message: string;
  field?: string;
}

interface StatusParts {
  readonly code: number;
  readonly reason?: string;
  readonly message: string;
  readonly details?: JsonMap;
}

/** An answer that is no success: the Status object of meta/v1 that the API server would send. */
export class ApiError extends Error {
  readonly code: number;
  readonly status: JsonMap;

  constructor(parts: StatusParts) {
    super(parts.message);
    this.name = 'ApiError';
    this.code = parts.code;
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: parts.message,
      ...(parts.reason === undefined ? {} : { reason: parts.reason }),
      ...(parts.details === undefined ? {} : { details: parts.details }),
      code: parts.code,
    };
  }
}

/** What an error names: "pods", or "leases.coordination.k8s.io" in two parts. */
export interface Named {
  readonly group: string;
  readonly resource: string;
}

export function qualified(of: Named): string {
  return of.group === '' ? of.resource : `${of.resource}.${of.group}`;
}

function details(of: Named, name: string, more: JsonMap = {}): JsonMap {
  return {
    ...(name === '' ? {} : { name }),
    ...(of.group === '' ? {} : { group: of.group }),
    kind: of.resource,
    ...more,
  };
}

export function notFound(of: Named, name: string): ApiError {
  const message = `${qualified(of)} "${name}" not found`;
  return new ApiError({ code: 404, reason: 'NotFound', message, details: details(of, name) });
}

export function alreadyExists(of: Named, name: string): ApiError {
  const message = `${qualified(of)} "${name}" already exists`;
  return new ApiError({ code: 409, reason: 'AlreadyExists', message, details: details(of, name) });
}

export function conflict(of: Named, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(of)} "${name}": ${why}`;
  return new ApiError({ code: 409, reason: 'Conflict', message, details: details(of, name) });
}

export const modifiedMeanwhile =
  'the object has been modified; please apply your changes to the latest version and try again';

export function forbidden(of: Named, name: string, why: string, causes: readonly StatusCause[] = []): ApiError {
  const message =
    name === '' ? `${qualified(of)} is forbidden: ${why}` : `${qualified(of)} "${name}" is forbidden: ${why}`;
  const more = causes.length === 0 ? {} : { causes: [...causes] };
  return new ApiError({ code: 403, reason: 'Forbidden', message, details: details(of, name, more) });
}

/** `kind` is the Kind's name, where the API server has it; one wrong field or several. */
export function invalid(kind: Named, name: string, fields: readonly FieldError[]): ApiError {
  const texts = fields.map((each) => `${each.field}: ${fieldText(each)}`);
  const what = texts.length === 1 ? texts.join() : `[${texts.join(', ')}]`;
  const causes = fields.map((each) => ({ reason: each.type, message: fieldText(each), field: each.field }));
  return new ApiError({
    code: 422,
    reason: 'Invalid',
    message: `${qualified(kind)} "${name}" is invalid: ${what}`,
    details: details(kind, name, { causes }),
  });
}

export interface FieldError {
  readonly type: 'FieldValueInvalid' | 'FieldValueRequired' | 'FieldValueForbidden' | 'FieldValueNotSupported';
  readonly field: string;
  /** The bad value as Go prints it; not said for required and forbidden ones. */
  readonly value?: string;
  readonly why: string;
}

function fieldText(error: FieldError): string {
  switch (error.type) {
    case 'FieldValueRequired':
      return error.why === '' ? 'Required value' : `Required value: ${error.why}`;
    case 'FieldValueForbidden':
      return `Forbidden: ${error.why}`;
    case 'FieldValueNotSupported':
      return `Unsupported value: ${error.value ?? ''}: ${error.why}`;
    case 'FieldValueInvalid':
      return `Invalid value: ${error.value ?? ''}: ${error.why}`;
  }
}

/** A JSON patch or other patch that cannot be applied: the API server says no more than this. */
export function patchFailed(): ApiError {
  return new ApiError({
    code: 422,
    reason: 'Invalid',
    message: 'the server rejected our request due to an error in our request',
    details: {},
  });
}

export function badRequest(message: string): ApiError {
  return new ApiError({ code: 400, reason: 'BadRequest', message });
}

export function unauthorized(): ApiError {
  return new ApiError({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
}

export function pathNotFound(): ApiError {
  return new ApiError({
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
    details: {},
  });
}

export function methodNotAllowed(): ApiError {
  return new ApiError({
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  });
}

export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  return new ApiError({
    code: 415,
    reason: 'UnsupportedMediaType',
    message: `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  });
}

/** A resourceVersion older than what is kept. */
export function expired(message: string): ApiError {
  return new ApiError({ code: 410, reason: 'Expired', message });
}

/** A resourceVersion this server has not reached. */
export function tooLarge(wanted: number, current: number): ApiError {
  return new ApiError({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${wanted}, current: ${current}`,
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  });
}

export function tooManyRequests(retryAfterSeconds: number, cause: StatusCause): ApiError {
  return new ApiError({
    code: 429,
    reason: 'TooManyRequests',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    details: { ...(retryAfterSeconds === 0 ? {} : { retryAfterSeconds }), causes: [cause] },
  });
}
