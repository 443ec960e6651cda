import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  bitString,
  boolean,
  type Der,
  explicit,
  generalizedTime,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  utf8String,
} from './der.ts';

/** A certificate and its key, as PEM text. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

export interface Subject {
  /** Common name. */
  readonly name: string;
  readonly organizations?: readonly string[];
  /** Both in milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface Authority {
  /** The authority's own certificate, PEM. */
  readonly ca: string;
  client(subject: Subject): Pair;
  /** For a server on this machine: localhost, 127.0.0.1 and ::1. */
  server(subject: Subject): Pair;
}

/** A new certificate authority with an ECDSA P-256 key (RFC 5280; nothing but what TLS needs). */
export function newAuthority(subject: Subject): Authority {
  const own = newKey();
  const issuer = nameOf(subject);
  const issue = (of: Subject, keys: Keys, extensions: readonly Der[]): string =>
    pem('CERTIFICATE', certificate(of, issuer, keys.publicKey, own.privateKey, extensions));
  const pair = (of: Subject, extensions: readonly Der[]): Pair => {
    const keys = newKey();
    const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { cert: issue(of, keys, extensions), key };
  };
  return {
    ca: issue(subject, own, [extension('2.5.29.19', sequence(boolean(true)))]),
    client: (of) => pair(of, [extendedKeyUsage('1.3.6.1.5.5.7.3.2')]),
    server: (of) => pair(of, [extendedKeyUsage('1.3.6.1.5.5.7.3.1'), localNames()]),
  };
}

interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

function newKey(): Keys {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

const ecdsaWithSha256 = '1.2.840.10045.4.3.2';

function certificate(of: Subject, issuer: Der, key: KeyObject, signer: KeyObject, extensions: readonly Der[]): Der {
  const algorithm = sequence(objectIdentifier(ecdsaWithSha256));
  const body = sequence(
    explicit(0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    issuer,
    sequence(generalizedTime(of.notBefore), generalizedTime(of.notAfter)),
    nameOf(of),
    key.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions)),
  );
  return sequence(body, algorithm, bitString(sign('sha256', body, signer)));
}

function nameOf({ name, organizations = [] }: Subject): Der {
  const attribute = (type: string, text: string): Der => setOf(sequence(objectIdentifier(type), utf8String(text)));
  return sequence(...organizations.map((text) => attribute('2.5.4.10', text)), attribute('2.5.4.3', name));
}

function extension(type: string, value: Der): Der {
  return sequence(objectIdentifier(type), octetString(value));
}

function extendedKeyUsage(purpose: string): Der {
  return extension('2.5.29.37', sequence(objectIdentifier(purpose)));
}

function localNames(): Der {
  const loopback6 = Buffer.alloc(16);
  loopback6[15] = 1;
  const names = [implicit(2, Buffer.from('localhost')), implicit(7, Buffer.of(127, 0, 0, 1)), implicit(7, loopback6)];
  return extension('2.5.29.17', sequence(...names));
}

function pem(label: string, der: Der): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
