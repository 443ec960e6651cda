import { quoted } from '../config/shown.ts';
import type { Option } from './commands.ts';

export const atOption: Option = {
  type: 'string',
  value: 'TIME',
  summary: 'as if it were then: RFC 3339 with its offset, 2026-03-29T02:30:00+01:00',
};

export type NumberRead = { readonly value: number } | { readonly wrong: string };

/** The value of --at, in milliseconds since 1970. Without an offset it would mean another moment on every node. */
export function momentOf(text: string): NumberRead {
  const withOffset = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i.test(text);
  const value = withOffset ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
  if (!Number.isNaN(value)) return { value };
  return {
    wrong: `--at is ${quoted(text)}, which is no time with its offset; for example 2026-03-29T02:30:00Z or 2026-03-29T02:30:00+01:00`,
  };
}

/** RFC 3339 in UTC. */
export function utc(moment: number): string;
export function utc(moment: number | null): string | null;
export function utc(moment: number | null): string | null {
  return moment === null ? null : new Date(moment).toISOString().replace('.000Z', 'Z');
}
