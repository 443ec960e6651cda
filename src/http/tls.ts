import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

/** What a TLS connection is made with, as one value that can be compared. PEM text; null: none. */
export interface TlsMaterial {
  /** Certificates a server's certificate must lead to; null: those Node was built with. */
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  /** The name the server's certificate must carry; null: the host of the URL. */
  readonly servername: string | null;
  /** False: the server's certificate is not looked at. Only where an admin wrote so. */
  readonly verify: boolean;
}

/** Whether two connections made with these would be the same to both ends. */
export function sameTls(one: TlsMaterial | null, other: TlsMaterial | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.ca === other.ca &&
    one.cert === other.cert &&
    one.key === other.key &&
    one.servername === other.servername &&
    one.verify === other.verify
  );
}

/** Options of tls.connect for this material and host. An IP address is never sent as server name (RFC 6066 §3). */
export function tlsOptions(material: TlsMaterial, host: string): ConnectionOptions {
  return {
    host,
    servername: material.servername ?? (isIP(host) === 0 ? host : ''),
    rejectUnauthorized: material.verify,
    ALPNProtocols: ['http/1.1'],
    ...(material.ca === null ? {} : { ca: material.ca }),
    ...(material.cert === null ? {} : { cert: material.cert }),
    ...(material.key === null ? {} : { key: material.key }),
  };
}
