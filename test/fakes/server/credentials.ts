import { certificateUser, nodeUser, type User } from '../api/user.ts';
import type { Authority, Pair } from './certificates.ts';

/** What a client needs to be somebody. All as PEM text; of `cert` with `key` and `token` one is set. */
export interface Credentials {
  readonly url: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
}

export interface Person {
  readonly name: string;
  readonly groups?: readonly string[];
  /** Milliseconds from now, negative for a certificate that has ended; default: a year. */
  readonly validFor?: number;
}

const year = 365 * 86_400_000;

export function node(name: string): Person {
  const { name: user } = nodeUser(name);
  return { name: user, groups: ['system:nodes'] };
}

/** A client certificate as the cluster's authority would sign it. */
export function certificateFor(authority: Authority, person: Person, wall: number): Pair {
  const notAfter = wall + (person.validFor ?? year);
  const notBefore = Math.min(wall, notAfter) - 86_400_000;
  return authority.client({ name: person.name, organizations: person.groups ?? [], notBefore, notAfter });
}

/** Bearer tokens that are known, and who they are. */
export class Tokens {
  readonly #users = new Map<string, User>();

  add(token: string, person: Person): string {
    this.#users.set(token, certificateUser(person.name, person.groups ?? []));
    return token;
  }

  revoke(token: string): void {
    this.#users.delete(token);
  }

  user(token: string): User | undefined {
    return this.#users.get(token);
  }
}

/** A kubeconfig, as JSON (which is YAML), with everything within it. */
export function kubeconfigText(credentials: Credentials, impersonate?: string): string {
  const { url, ca, cert, key, token } = credentials;
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const cluster = { server: url, ...(ca === undefined ? {} : { 'certificate-authority-data': base64(ca) }) };
  const user = {
    ...(cert === undefined ? {} : { 'client-certificate-data': base64(cert) }),
    ...(key === undefined ? {} : { 'client-key-data': base64(key) }),
    ...(token === undefined ? {} : { token }),
    ...(impersonate === undefined ? {} : { as: impersonate }),
  };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'fake', cluster }],
    users: [{ name: 'fake', user }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
    'current-context': 'fake',
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
