import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { within } from './waiting.ts';

/** Who asks. All as PEM text; `impersonate` becomes Impersonate-User. */
export interface Credentials {
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
  readonly impersonate?: string;
}

/** Any object of Kubernetes: tests name the fields they look at by a type of their own. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
    readonly managedFields?: readonly { readonly manager?: string; readonly [field: string]: unknown }[];
  };
}

/** The body of an answer that is not a success. */
export interface Status {
  readonly kind?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: T;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly contentType?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly milliseconds?: number;
}

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

export class ApiError extends Error {
  readonly status: number;
  readonly body: Status;
  constructor(what: string, status: number, body: Status) {
    super(`${what}: ${status} ${body.reason ?? ''} ${body.message ?? ''}`);
    this.status = status;
    this.body = body;
  }
}

const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** A small client for tests. Everything but `request` turns an answer that is not 2xx into an ApiError. */
export interface RestClient {
  /** One request, whatever the answer. */
  request<T = KubernetesObject & Status>(method: string, path: string, options?: RequestOptions): Promise<Answer<T>>;
  get<T = KubernetesObject>(path: string, query?: RequestOptions['query']): Promise<T>;
  post<T = KubernetesObject>(path: string, body: unknown, query?: RequestOptions['query']): Promise<T>;
  put<T = KubernetesObject>(path: string, body: unknown, query?: RequestOptions['query']): Promise<T>;
  patch<T = KubernetesObject>(
    path: string,
    body: unknown,
    type?: keyof typeof patchTypes,
    query?: RequestOptions['query'],
  ): Promise<T>;
  /** 404 is no error here: what is gone is deleted. */
  delete(path: string, body?: unknown, query?: RequestOptions['query']): Promise<void>;
  /** Watch events until the server or the signal ends it. An ERROR event is given as it is. */
  watch<T = KubernetesObject>(
    path: string,
    query: RequestOptions['query'],
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent<T>, void, undefined>;
  /** Follows the object at `path` by a watch, from its state now, until `is` holds; undefined means it is absent. */
  until<T = KubernetesObject>(
    path: string,
    what: string,
    is: (object: T | undefined) => boolean,
    milliseconds?: number,
  ): Promise<T | undefined>;
  close(): void;
}

export function restClient(url: string, credentials: Credentials): RestClient {
  const { ca, cert, key } = credentials;
  const agent = new Agent({ keepAlive: true, ca, cert, key });
  const standing: Record<string, string> = { accept: 'application/json' };
  if (credentials.token !== undefined) standing.authorization = `Bearer ${credentials.token}`;
  if (credentials.impersonate !== undefined) standing['impersonate-user'] = credentials.impersonate;

  const send = (method: string, path: string, options: RequestOptions, signal: AbortSignal): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const target = new URL(path, url);
      for (const [name, value] of Object.entries(options.query ?? {})) target.searchParams.set(name, value);
      const headers = { ...standing, ...options.headers };
      const body = options.body === undefined ? undefined : JSON.stringify(options.body);
      if (body !== undefined) headers['content-type'] = options.contentType ?? 'application/json';
      httpsRequest(target, { method, agent, headers, signal }, resolve).on('error', reject).end(body);
    });

  const request: RestClient['request'] = (method, path, options = {}) =>
    within(options.milliseconds ?? 15_000, `${method} ${path}`, async (signal) => {
      const message = await send(method, path, options, signal);
      return { status: message.statusCode ?? 0, headers: message.headers, body: parse(await text(message)) };
    });

  const must = async <T>(method: string, path: string, options: RequestOptions): Promise<T> => {
    const answer = await request<T & Status>(method, path, options);
    if (answer.status >= 300) throw new ApiError(`${method} ${path}`, answer.status, answer.body);
    return answer.body;
  };

  async function* watch<T>(
    path: string,
    query: RequestOptions['query'],
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent<T>, void, undefined> {
    const message = await send('GET', path, { query: { ...query, watch: 'true' } }, signal);
    if (message.statusCode !== 200)
      throw new ApiError(`watch ${path}`, message.statusCode ?? 0, parse(await text(message)));
    try {
      for await (const line of lines(message)) yield JSON.parse(line);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  return {
    request,
    watch,
    get: (path, query = {}) => must('GET', path, { query }),
    post: (path, body, query = {}) => must('POST', path, { body, query }),
    put: (path, body, query = {}) => must('PUT', path, { body, query }),
    patch: (path, body, type = 'merge', query = {}) =>
      must('PATCH', path, { body, query, contentType: patchTypes[type] }),
    async delete(path, body, query = {}) {
      const answer = await request('DELETE', path, { body, query });
      if (answer.status >= 300 && answer.status !== 404)
        throw new ApiError(`DELETE ${path}`, answer.status, answer.body);
    },
    until: (path, what, is, milliseconds = 10_000) => until({ request, watch }, path, what, is, milliseconds),
    close: () => agent.destroy(),
  };
}

async function until<T>(
  client: Pick<RestClient, 'request' | 'watch'>,
  path: string,
  what: string,
  is: (object: T | undefined) => boolean,
  milliseconds: number,
): Promise<T | undefined> {
  const [collection, name] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
  const query = { fieldSelector: `metadata.name=${name}` };
  let last: T | undefined;
  const follow = async (signal: AbortSignal): Promise<T | undefined> => {
    while (!signal.aborted) {
      const list = await client.request<{ items: T[]; metadata: { resourceVersion: string } } & Status>(
        'GET',
        collection,
        { query },
      );
      if (list.status !== 200) throw new ApiError(`GET ${collection}`, list.status, list.body);
      last = list.body.items[0];
      if (is(last)) return last;
      const { resourceVersion } = list.body.metadata;
      for await (const event of client.watch<T>(collection, { ...query, resourceVersion }, signal)) {
        if (event.type === 'ERROR') break;
        last = event.type === 'DELETED' ? undefined : event.object;
        if (is(last)) return last;
      }
    }
    return undefined;
  };
  return await within(milliseconds, `${path}: ${what}`, follow, () => JSON.stringify(last ?? 'absent').slice(0, 2000));
}

async function* lines(message: IncomingMessage): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const chunk of message.setEncoding('utf8')) {
    const parts = `${rest}${chunk}`.split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}

function parse<T>(body: string): T {
  try {
    return JSON.parse(body);
  } catch {
    return { message: body } as T;
  }
}
