import type { Message, Post, Way } from './message.ts';
import type { ServiceUrl } from './url.ts';

/** A service: which URLs are its, and what one of them means. */
export interface TargetRow {
  readonly service: string;
  readonly schemes: readonly string[];
  /** The URL's shape, for docs and errors. */
  readonly shape: string;
  /** A URL may name several receivers; `why` continues "the URL of slack …" and shows nothing of it. */
  read(url: ServiceUrl): readonly Way[] | Trouble;
}

export interface Trouble {
  readonly why: string;
}

/** A request with a JSON body. */
export function json(url: URL, body: object, headers: Readonly<Record<string, string>> = {}): Post {
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { url, method: 'POST', headers: { ...type, ...headers }, body: JSON.stringify(body), refusal: null };
}

export function form(
  url: URL,
  body: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Post {
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const text = new URLSearchParams(body).toString();
  return { url, method: 'POST', headers: { ...type, ...headers }, body: text, refusal: null };
}

export function byHttp(post: (message: Message) => Post): readonly Way[] {
  return [{ by: 'http', post }];
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** Without what has no value. */
export function given(of: Readonly<Record<string, string | null | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(of).filter((entry): entry is [string, string] => (entry[1] ?? '') !== ''));
}

export function title({ node }: Message): string {
  return `kured-host: ${node}`;
}
