import type { Notice } from '../core/notice.ts';

/** What one target is sent. */
export interface Message extends Notice {
  /** The same at every try, so that a service that knows repeats takes only one: letters and digits. */
  readonly id: string;
  readonly text: string;
}

/** What a receiver of JSON gets: all there is, in this order. */
export function fieldsOf({ id, moment, node, why, at, text }: Message): object {
  return { id, moment, node, why, at, text };
}

/** One HTTP request that sends a message. Nothing of it may be shown: a secret can be in each part. */
export interface Post {
  readonly url: URL;
  readonly method: 'POST' | 'PUT' | 'GET';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For a service that answers 200 to what it refuses: why it did, null when it did not. */
  readonly refusal: ((body: string) => string | null) | null;
}

export interface MailTarget {
  readonly host: string;
  readonly port: number;
  /** `implicit`: TLS from the first byte; `starttls`: never without; `auto`: where the server offers it. */
  readonly encryption: 'implicit' | 'starttls' | 'auto' | 'none';
  readonly auth: { readonly user: string; readonly pass: string } | null;
  readonly from: string;
  readonly to: readonly string[];
  /** Null: one that names the node. */
  readonly subject: string | null;
}

/** By what a message is sent. */
export type Way =
  | { readonly by: 'http'; post(message: Message): Post }
  | { readonly by: 'mail'; readonly mail: MailTarget }
  | { readonly by: 'command'; readonly argv: readonly string[] };

/** What became of one try. `why` is a clause for people without any part of the target's URL; `after`: milliseconds to wait at least. */
export type Delivery =
  | { readonly is: 'sent' }
  | { readonly is: 'refused'; readonly why: string }
  | { readonly is: 'failed'; readonly why: string; readonly after: number | null };
