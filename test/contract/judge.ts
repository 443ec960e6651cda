import type { IncomingHttpHeaders } from 'node:http';
import type { Expected } from './case.ts';
import { difference, filled, type Known, member } from './known.ts';

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** What of an answer is not as expected; null when all is. */
export function misfit(known: Known, got: Got, expected: Expected): string | null {
  const { body } = got;
  const at = (path: string): unknown => member(body, path.split('.'));
  const checks: readonly (() => string | null)[] = [
    () => difference(got.status, expected.status, 'status'),
    () => optional(expected.reason, (wanted) => difference(at('reason'), wanted, 'reason')),
    () => optional(expected.message, (wanted) => difference(at('message'), wanted, 'message')),
    () => optional(expected.causes, (wanted) => difference(causes(body), wanted, 'causes')),
    () => optional(expected.has, (wanted) => difference(body, filled(known, wanted), 'body')),
    () => optional(expected.lacks, (paths) => present(body, paths)),
    () => optional(expected.unmoved, (name) => moved(known, at('metadata.resourceVersion'), name, false)),
    () => optional(expected.moved, (name) => moved(known, at('metadata.resourceVersion'), name, true)),
    () => optional(expected.headers, (wanted) => headerMisfit(got.headers, wanted)),
    () =>
      optional(expected.cordonOwner, (wanted) =>
        difference(cordonOwners(body), wanted === null ? [] : [wanted], 'owner'),
      ),
  ];
  for (const check of checks) {
    const found = check();
    if (found !== null) return found;
  }
  return null;
}

function optional<T>(wanted: T | undefined, check: (wanted: T) => string | null): string | null {
  return wanted === undefined ? null : check(wanted);
}

function causes(body: unknown): unknown {
  const list = member(body, ['details', 'causes']);
  return Array.isArray(list) ? list.map((cause) => member(cause, ['reason'])) : list;
}

function present(body: unknown, paths: readonly string[]): string | null {
  const found = paths.find((path) => member(body, path.split('.')) !== undefined);
  return found === undefined ? null : `${found} is there: ${JSON.stringify(member(body, found.split('.')))}`;
}

function moved(known: Known, version: unknown, name: string, wanted: boolean): string | null {
  const before = Number(member(known.get(name), ['metadata', 'resourceVersion']));
  const now = Number(version);
  const fits = wanted ? now > before : now === before;
  return fits ? null : `resourceVersion is ${now}, after ${before}: should ${wanted ? 'have' : 'not have'} moved`;
}

function headerMisfit(headers: IncomingHttpHeaders, wanted: Readonly<Record<string, RegExp | null>>): string | null {
  for (const [name, like] of Object.entries(wanted)) {
    const value = headers[name];
    const fits = like === null ? value === undefined : value !== undefined && like.test(String(value));
    if (!fits) return `header ${name} is ${JSON.stringify(value)}, not ${like ?? 'absent'}`;
  }
  return null;
}

function cordonOwners(body: unknown): readonly unknown[] {
  const entries = member(body, ['metadata', 'managedFields']);
  return (Array.isArray(entries) ? entries : [])
    .filter((entry) => member(entry, ['fieldsV1', 'f:spec', 'f:unschedulable']) !== undefined)
    .map((entry) => member(entry, ['manager']));
}
