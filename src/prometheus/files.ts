import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { LoginSettings, PrometheusSettings } from '../core/alerts/settings.ts';
import { outsideText } from '../core/outside-text.ts';
import type { TlsMaterial } from '../http/tls.ts';

/** As whom we ask, and whom we trust. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
  /** Takes what is secret out of a text, should a server repeat it. */
  readonly hide: (text: string) => string;
}

const largest = 256 * 1024;

/** Reads all files of an entry, each time anew: tokens and certificates are exchanged while the service runs. Rejects with what is wrong. */
export async function readCredentials(settings: PrometheusSettings): Promise<Credentials> {
  const { login, caFile, clientCertificate } = settings;
  const tls = {
    ca: caFile === null ? null : await readSmall(caFile),
    cert: clientCertificate === null ? null : await readSmall(clientCertificate.certFile),
    key: clientCertificate === null ? null : await readSmall(clientCertificate.keyFile),
    servername: null,
    verify: true,
  };
  if (login === null) return { headers: {}, tls, hide: (text) => text };
  const secret = (await readSmall(login.file)).replace(/\r?\n$/, '');
  const sent = sentAs(login, secret);
  // Only what is long enough to be a secret, so that a text does not lose every "a".
  const secrets = [secret, sent.slice(sent.indexOf(' ') + 1)].filter((text) => text.length >= 4);
  const hide = (text: string) => secrets.reduce((left, each) => left.replaceAll(each, '[hidden]'), text);
  return { headers: { authorization: sent }, tls, hide };
}

/** RFC 6750 §2.1 and RFC 7617. */
function sentAs(login: LoginSettings, secret: string): string {
  if (secret === '') throw new Error(`${login.file} is empty`);
  if (login.by === 'password') return `Basic ${Buffer.from(`${login.user}:${secret}`).toString('base64')}`;
  if (/^[\x21-\x7e]+$/.test(secret.trim())) return `Bearer ${secret.trim()}`;
  throw new Error(`${login.file} holds no token: there is a character in it that no token has`);
}

async function readSmall(path: string): Promise<string> {
  try {
    // A pipe is not waited for.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(largest + 1), 0, largest + 1, 0);
    if (bytesRead <= largest) return buffer.subarray(0, bytesRead).toString('utf8');
  } catch (error) {
    throw new Error(whyOf(path, error));
  }
  throw new Error(`${path} is larger than ${largest / 1024} KiB`);
}

function whyOf(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOENT') return `${path} does not exist`;
  if (code === 'EACCES' || code === 'EPERM') {
    return `reading ${path} is refused; let it belong to root, as the service has no capability to read others' files`;
  }
  return `${path} cannot be read: ${outsideText(error instanceof Error ? error.message : String(error), 200)}`;
}
