import { parseFieldSelector } from './selectors.ts';
import type { User } from './user.ts';

/** One request, after authentication; header names in lower case. */
export interface ApiRequest {
  readonly user: User;
  readonly method: string;
  /** Path and query as in the request line. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** What a request asks for, as kube-apiserver's request info has it (apiserver/pkg/endpoints/request/requestinfo.go). */
export interface RequestInfo {
  readonly isResource: boolean;
  readonly path: string;
  readonly query: URLSearchParams;
  /** get, list, watch, create, update, patch, delete, deletecollection; for other paths the method in lower case. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  /** From the path, or from `fieldSelector=metadata.name=…` of a list or watch. */
  readonly name: string;
}

const collectionVerbs: Readonly<Record<string, string>> = {
  GET: 'list',
  HEAD: 'list',
  POST: 'create',
  DELETE: 'deletecollection',
};

const objectVerbs: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

export function requestInfo(method: string, target: string): RequestInfo {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1));
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const none = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '' };
  const [root, ...rest] = parts;
  const [group, version, ...within] = root === 'api' ? ['', ...rest] : root === 'apis' ? rest : [];
  if (group === undefined || version === undefined || within.length === 0)
    return { isResource: false, path, query, verb: method.toLowerCase(), ...none };
  const where = place(within);
  const verb = (where.name === '' ? collectionVerbs : objectVerbs)[method] ?? method.toLowerCase();
  const many = verb === 'list' || verb === 'deletecollection';
  return {
    isResource: true,
    path,
    query,
    group,
    version,
    ...where,
    verb: verb === 'list' && isTrue(query.get('watch')) ? 'watch' : verb,
    name: many && where.name === '' ? selectedName(query) : where.name,
  };
}

function place(parts: readonly string[]): Pick<RequestInfo, 'resource' | 'subresource' | 'namespace' | 'name'> {
  const [first = '', second = '', third, fourth = '', fifth = ''] = parts;
  if (first !== 'namespaces' || third === undefined || third === 'status' || third === 'finalize') {
    const namespace = first === 'namespaces' ? second : '';
    return { resource: first, name: second, subresource: third ?? '', namespace };
  }
  return { namespace: second, resource: third, name: fourth, subresource: fifth };
}

function selectedName(query: URLSearchParams): string {
  const selector = parseFieldSelector(query.get('fieldSelector') ?? '');
  return selector.find((term) => term.field === 'metadata.name' && term.equal)?.value ?? '';
}

export function isTrue(value: string | null): boolean {
  return value !== null && ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value);
}

/** The one value of a header, or "". */
export function header(request: Pick<ApiRequest, 'headers'>, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}
