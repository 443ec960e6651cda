import type { RequestInfo } from '../api/request.ts';

/** A request as faults see it, before it is carried out. */
export interface Seen {
  readonly info: RequestInfo;
  readonly user: string;
  /** The user it wants to act as; "" for none. */
  readonly impersonate: string;
  readonly body: string;
}

/** Which requests; what is absent fits all. */
export interface Which {
  /** get, list, watch, create, update, patch, delete. */
  readonly verb?: string;
  readonly resource?: string;
  /** "" means: the object itself. */
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** "system:node:n1" */
  readonly user?: string;
  /** Whether it acts as somebody else. */
  readonly impersonated?: boolean;
  readonly when?: (seen: Seen) => boolean;
}

/** Whether a request is one of those. */
export function fits(which: Which, seen: Seen): boolean {
  const { info } = seen;
  return (
    (which.verb === undefined || which.verb === info.verb) &&
    (which.resource === undefined || which.resource === info.resource) &&
    (which.subresource === undefined || which.subresource === info.subresource) &&
    (which.namespace === undefined || which.namespace === info.namespace) &&
    (which.name === undefined || which.name === info.name) &&
    (which.user === undefined || which.user === seen.user) &&
    (which.impersonated === undefined || which.impersonated === (seen.impersonate !== '')) &&
    (which.when === undefined || which.when(seen))
  );
}
