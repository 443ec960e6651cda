import type { Reason } from '../core/reasons.ts';
import type { HttpClient } from '../http/client.ts';

/** One set of credentials in use: the connections made with it, and what goes along with each request. */
export interface Connection {
  readonly is: 'connected';
  readonly http: HttpClient;
  /** Authorization and the like. */
  readonly headers: Readonly<Record<string, string>>;
  /** Why the API server's 401 to these credentials is a problem of their file, in words for people. */
  refusal(): Reason;
}

export interface NoConnection {
  readonly is: 'none';
  readonly reason: Reason;
}

/** Where a call gets its connection from; asked anew for every call, so that changed credentials are used at once. */
export interface Connections {
  /** Looks at the credentials' files first. */
  current(signal: AbortSignal): Promise<Connection | NoConnection>;
  /**
   * The API server did not accept `used` (401), or we not the API server (TLS). Reads everything anew; true when there
   * are other credentials now, so that trying again makes sense.
   */
  renew(used: Connection, signal: AbortSignal): Promise<boolean>;
}
