import { type Answer, type Call, resourceOf, type World } from './call.ts';
import { badRequest, expired, notFound, tooLarge } from './errors.ts';
import { groupVersion, type Kind } from './kinds.ts';
import type { JsonMap, KubeObject } from './object.ts';
import type { RequestInfo } from './request.ts';
import { fieldFilter, labelFilter, parseFieldSelector } from './selectors.ts';

/** GET of one object. With a resourceVersion: at least as new as that. */
export function get(call: Call): Answer {
  const { world, kind, info } = call;
  checkNotNewer(world, info);
  const object = world.store.get(resourceOf(kind), info.namespace, info.name);
  if (object === undefined) throw notFound(kind, info.name);
  return { code: 200, body: object };
}

/** GET of a collection, whole or in chunks (`limit`, `continue`). */
export function list(call: Call): Answer {
  const { world, kind, info } = call;
  checkNotNewer(world, info);
  checkStillKept(world, kind, info);
  const wanted = filterOf(info);
  const all = world.store.list(resourceOf(kind), info.namespace).filter(wanted);
  const page = pageOf(world, kind, info, all);
  const metadata: JsonMap = { resourceVersion: String(page.revision) };
  if (page.token !== null) metadata.continue = page.token;
  if (page.left > 0 && !info.query.has('labelSelector') && !info.query.has('fieldSelector'))
    metadata.remainingItemCount = page.left;
  const items = page.items.map(({ apiVersion: _, kind: __, ...rest }): JsonMap => rest);
  return { code: 200, body: { kind: `${kind.kind}List`, apiVersion: groupVersion(kind), metadata, items } };
}

/** Whether an object is within the selectors of a list or watch. */
export function filterOf(info: RequestInfo): (object: KubeObject) => boolean {
  const fields = fieldFilter(info.resource, parseFieldSelector(info.query.get('fieldSelector') ?? ''));
  const labels = labelFilter(info.query.get('labelSelector') ?? '');
  return (object) => fields(object) && labels(object);
}

/** The resourceVersion of the query: a number, or null where none was given. */
export function versionOf(info: RequestInfo): number | null {
  const text = info.query.get('resourceVersion') ?? '';
  if (text === '') return null;
  if (!/^\d+$/.test(text)) throw badRequest(`invalid resource version: ${text}`);
  return Number(text);
}

function checkNotNewer(world: World, info: RequestInfo): void {
  const version = versionOf(info) ?? 0;
  if (version > world.store.revision) throw tooLarge(version, world.store.revision);
}

function checkStillKept(world: World, kind: Kind, info: RequestInfo): void {
  if (info.query.get('resourceVersionMatch') !== 'Exact') return;
  const since = world.store.since(resourceOf(kind), versionOf(info) ?? 0);
  if ('oldest' in since)
    throw expired(`The provided resource version is too old: ${versionOf(info) ?? 0} (${since.oldest})`);
}

interface Page {
  readonly items: readonly KubeObject[];
  readonly revision: number;
  readonly token: string | null;
  readonly left: number;
}

function pageOf(world: World, kind: Kind, info: RequestInfo, all: readonly KubeObject[]): Page {
  const limit = Number(info.query.get('limit') ?? 0);
  const from = readToken(info.query.get('continue') ?? '');
  const revision = from?.revision ?? world.store.revision;
  if (from !== null && 'oldest' in world.store.since(resourceOf(kind), from.revision))
    throw expired('The provided continue parameter is too old to display a consistent list result.');
  const rest = from === null ? all : all.filter((object) => place(object) > from.after);
  const items = limit > 0 ? rest.slice(0, limit) : rest;
  const left = rest.length - items.length;
  const last = items.at(-1);
  const token = left > 0 && last !== undefined ? writeToken({ revision, after: place(last) }) : null;
  return { items, revision, token, left };
}

interface Token {
  readonly revision: number;
  readonly after: string;
}

function place({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
}

function writeToken(token: Token): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function readToken(text: string): Token | null {
  if (text === '') return null;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw badRequest('continue key is not valid');
  }
}
