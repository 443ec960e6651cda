import type { Store } from '../store.ts';
import type { Attributes } from './attributes.ts';
import { authorize, refusal } from './authorize.ts';
import { bodyMap, type Call, isDryRun, type World } from './call.ts';
import { remove } from './delete.ts';
import { discovery } from './discovery.ts';
import { ApiError, badRequest, methodNotAllowed, pathNotFound } from './errors.ts';
import { evict } from './evict.ts';
import { impersonated } from './impersonation.ts';
import { type Kind, kindOf } from './kinds.ts';
import type { JsonMap } from './object.ts';
import { get, list } from './read.ts';
import { type ApiRequest, type RequestInfo, requestInfo } from './request.ts';
import { reviewOwnAccess, reviewOwnSelf } from './reviews.ts';
import { parseFieldSelector } from './selectors.ts';
import type { User } from './user.ts';
import { Watch } from './watch.ts';
import { create, patch, update } from './write.ts';

export interface ApiOptions extends World {
  /** "v1.36.3", as /version tells it. */
  readonly version: string;
}

/** What the API says to a request: a body, plain text, or a watch to be opened. */
export type ApiAnswer = { readonly code: number; readonly info: RequestInfo; readonly impersonated: string | null } & (
  | { readonly is: 'body'; readonly body: JsonMap }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'watch'; readonly watch: Watch }
);

/**
 * The API without HTTP: one request in, one answer out, at once and with its full effect. The order of the steps is the
 * API server's: impersonation, authorization, then admission and the state.
 */
export class Api {
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  get store(): Store {
    return this.#options.store;
  }

  handle(request: ApiRequest, info = requestInfo(request.method, request.target)): ApiAnswer {
    let actsAs: User | null = null;
    try {
      const asked = attributes(request.user, info);
      actsAs = impersonated(this.#options, request, asked);
      const user = actsAs ?? request.user;
      this.#mustAllow({ ...asked, user });
      const author = { user: request.user.name, as: actsAs?.name ?? null };
      const served = this.store.by(author, () => this.#serve(request, info, user));
      return { info, impersonated: author.as, ...served };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const told = actsAs?.name ?? null;
      return { is: 'body', info, impersonated: told, code: error.code, body: error.status };
    }
  }

  #mustAllow(asked: Attributes): void {
    const decision = authorize(this.#options, asked);
    if (!decision.allowed) throw refusal(asked, decision.reason);
  }

  #serve(request: ApiRequest, info: RequestInfo, user: User): Served {
    if (!info.isResource) {
      const found = discovery(info.path, this.#options.version);
      if (found === null) throw pathNotFound();
      return typeof found === 'string'
        ? { is: 'text', code: 200, text: found }
        : { is: 'body', code: 200, body: found };
    }
    const review = this.#review(request, info, user);
    if (review !== null) return { is: 'body', code: 201, body: review };
    const kind = kindAt(info);
    const call: Call = {
      world: this.#options,
      request,
      // The path of a namespace names it twice for the authorizers; it lies in none.
      info: kind.namespaced ? info : { ...info, namespace: '' },
      kind,
      user,
      mustAllow: (verb) => this.#mustAllow({ ...attributes(user, info), verb }),
    };
    return perform(call);
  }

  #review(request: ApiRequest, info: RequestInfo, user: User): JsonMap | null {
    if (info.verb !== 'create') return null;
    if (info.group === 'authorization.k8s.io' && info.resource === 'selfsubjectaccessreviews')
      return reviewOwnAccess(this.#options, user, bodyMap(request));
    if (info.group === 'authentication.k8s.io' && info.resource === 'selfsubjectreviews') return reviewOwnSelf(user);
    return null;
  }
}

type Served =
  | { readonly is: 'body'; readonly code: number; readonly body: JsonMap }
  | { readonly is: 'text'; readonly code: number; readonly text: string }
  | { readonly is: 'watch'; readonly code: number; readonly watch: Watch };

function attributes(user: User, info: RequestInfo): Attributes {
  return { user, ...info, fields: parseFieldSelector(info.query.get('fieldSelector') ?? '') };
}

function kindAt(info: RequestInfo): Kind {
  const kind = kindOf(info.group, info.resource);
  if (kind === undefined || kind.version !== info.version) throw pathNotFound();
  const subresources = [...(kind.status ? ['status'] : []), ...(kind.resource === 'pods' ? ['eviction'] : []), ''];
  if (!subresources.includes(info.subresource)) throw pathNotFound();
  return kind;
}

function perform(call: Call): Served {
  const body = (answer: { readonly code: number; readonly body: JsonMap }): Served => ({ is: 'body', ...answer });
  const { verb, subresource, namespace } = call.info;
  isDryRun(call);
  if (subresource === 'eviction') {
    if (verb === 'create') return body(evict(call));
    throw methodNotAllowed();
  }
  switch (verb) {
    case 'get':
      return body(get(call));
    case 'list':
      return body(list(call));
    case 'watch':
      return { is: 'watch', code: 200, watch: new Watch(call) };
    case 'create':
      if (subresource !== '') throw methodNotAllowed();
      if (call.kind.namespaced && namespace === '')
        throw badRequest('an empty namespace may not be set during creation');
      return body(create(call));
    case 'update':
      return body(update(call));
    case 'patch':
      return body(patch(call));
    case 'delete':
      if (subresource !== '') throw methodNotAllowed();
      return body(remove(call));
    default:
      throw methodNotAllowed();
  }
}
