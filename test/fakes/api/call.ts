import type { Store } from '../store.ts';
import { badRequest, invalid } from './errors.ts';
import type { Kind } from './kinds.ts';
import { isMap, type JsonMap, type KubeObject, type ObjectMeta } from './object.ts';
import { type ApiRequest, header, type RequestInfo } from './request.ts';
import type { User } from './user.ts';

/** What the API works on: the state, and time and chance as they are handed in. */
export interface World {
  readonly store: Store;
  /** The API server's wall clock, milliseconds since 1970. */
  readonly now: () => number;
  /** 128 random bits as 32 hex digits, new for each call. */
  readonly chance: () => string;
  /** Which minor version of Kubernetes 1 the rules are those of. */
  readonly minor: number;
}

/** One authorized request about one resource. */
export interface Call {
  readonly world: World;
  readonly request: ApiRequest;
  readonly info: RequestInfo;
  readonly kind: Kind;
  /** As it acts: the impersonated user, where one was asked for. */
  readonly user: User;
  /** Asks whether the same user may do something else to the same object; throws the refusal. */
  readonly mustAllow: (verb: string) => void;
}

export interface Answer {
  readonly code: number;
  readonly body: JsonMap;
}

export function resourceOf(kind: Kind): string {
  return kind.group === '' ? kind.resource : `${kind.resource}.${kind.group}`;
}

/** Whether the request is to be carried out for show only. */
export function isDryRun(call: Pick<Call, 'info'>, options: JsonMap = {}): boolean {
  const asked = [...call.info.query.getAll('dryRun'), ...(Array.isArray(options.dryRun) ? options.dryRun : [])];
  if (asked.some((value) => value !== 'All'))
    throw invalid({ group: 'meta.k8s.io', resource: 'CreateOptions' }, '', [
      { type: 'FieldValueNotSupported', field: 'dryRun', value: JSON.stringify(asked), why: 'supported values: "All"' },
    ]);
  return asked.length > 0;
}

/** Who is written down as the owner of what changes: `fieldManager`, else the first word of the user agent. */
export function managerOf(call: Call): string {
  const asked = call.info.query.get('fieldManager') ?? '';
  if (asked !== '') return asked;
  const [word = ''] = header(call.request, 'user-agent').split('/');
  return [...word].filter((letter) => /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(letter)).join('');
}

/** The body as a JSON object. */
export function bodyMap(request: ApiRequest): JsonMap {
  let body: unknown;
  try {
    body = JSON.parse(request.body);
  } catch (error) {
    throw badRequest(`the object provided is unrecognized (must be of type JSON): ${String(error)}`);
  }
  if (!isMap(body as JsonMap)) throw badRequest('the object provided is unrecognized: it is no object');
  return body as JsonMap;
}

/** The body as an object of the call's kind, with the name and namespace of the path. */
export function bodyObject(call: Call): KubeObject {
  const body = bodyMap(call.request);
  const { kind, info } = call;
  const version = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  const [saysKind, saysVersion] = [body.kind ?? kind.kind, body.apiVersion ?? version];
  if (saysKind !== kind.kind || saysVersion !== version)
    throw badRequest(
      `${String(saysKind)} in version "${String(saysVersion)}" cannot be handled as a ${kind.kind}: no kind or version`,
    );
  const metadata: ObjectMeta = isMap(body.metadata) ? { ...body.metadata } : {};
  if (kind.namespaced) {
    if ((metadata.namespace ?? '') === '') metadata.namespace = info.namespace;
    if (metadata.namespace !== info.namespace)
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return { ...body, apiVersion: version, kind: kind.kind, metadata };
}
