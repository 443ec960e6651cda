import { X509Certificate } from 'node:crypto';
import { chmodSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { reasonSentence } from '../../src/core/reasons.ts';
import { Credentials } from '../../src/kubernetes/credentials.ts';
import { createTransport, type Reply } from '../../src/kubernetes/transport.ts';
import { ManualClock } from '../fakes/clock.ts';
import { Authority } from '../http/certificates.ts';
import { never, serve, type TestServer, until } from '../http/server.ts';
import { KubeconfigFolder } from './kubeconfig-files.ts';
import { status } from './scripted-api.ts';

/** A server that judges whoever calls as an API server does: at each request, not only when the connection is made. */
export class JudgingApi {
  readonly authority: Authority;
  /** Tokens that are worth something. */
  readonly tokens: Set<string>;
  readonly server: TestServer;

  private constructor(authority: Authority, tokens: Set<string>, server: TestServer) {
    this.authority = authority;
    this.tokens = tokens;
    this.server = server;
  }

  static async open(): Promise<JudgingApi> {
    const authority = new Authority();
    const tokens = new Set<string>();
    const tls = { ...authority.server(), ca: authority.cert, requestCert: true, rejectUnauthorized: false };
    const server = await serve((incoming, response) => {
      answer(response, who(incoming, tokens), incoming.url?.includes('watch') === true);
    }, tls);
    return new JudgingApi(authority, tokens, server);
  }

  /** The kubeconfig of a user of this server. */
  user(folder: KubeconfigFolder, user: Parameters<KubeconfigFolder['writeKubeconfig']>[1]): void {
    folder.write('ca.crt', this.authority.cert);
    folder.writeKubeconfig(this.server.url.origin, user, { 'certificate-authority': 'ca.crt' });
  }

  /** As kubeadm lays a node out. */
  kubeadm(folder: KubeconfigFolder, pair: { readonly cert: string; readonly key: string }): void {
    folder.rotate(pem(pair));
    this.user(folder, files);
  }

  /** One who logs in by a plugin: this shell script. */
  plugin(folder: KubeconfigFolder, script: string): void {
    writePlugin(folder, script);
    this.user(folder, { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' } });
  }
}

export function writePlugin(folder: KubeconfigFolder, script: string): void {
  folder.write('plugin', `#!/bin/sh\n${script}`);
  chmodSync(folder.file('plugin'), 0o700);
}

export const files = { 'client-certificate': 'current.pem', 'client-key': 'current.pem' };

export interface Use extends Disposable {
  readonly folder: KubeconfigFolder;
  readonly clock: ManualClock;
  readonly credentials: Credentials;
  /** One call, a look at the files before it: the user it was made as, or why it was not. */
  call(): Promise<string>;
  readonly changes: () => number;
}

export function inUse(...others: readonly string[]): Use {
  const folder = new KubeconfigFolder();
  const clock = new ManualClock({ wall: Date.now() });
  let changes = 0;
  const credentials = new Credentials([folder.kubeconfig, ...others], clock, () => {
    changes += 1;
  });
  const transport = createTransport(credentials, { count: () => {} });
  return {
    folder,
    clock,
    credentials,
    changes: () => changes,
    async call() {
      await clock.advance(1_000);
      const calling = transport.call({ verb: 'get', path: '/', action: 'ask' }, never);
      return word(await withSleeps(calling, clock));
    },
    [Symbol.dispose]() {
      credentials.close();
      folder[Symbol.dispose]();
    },
  };
}

/** The certificate as the server names it. */
export function named(pair: { readonly cert: string }): string {
  const certificate = new X509Certificate(pair.cert);
  return `${certificate.subject.split('CN=')[1]} ${certificate.serialNumber}`;
}

export function pem(pair: { readonly cert: string; readonly key: string }): string {
  return `${pair.cert}${pair.key}`;
}

function who(incoming: IncomingMessage, tokens: ReadonlySet<string>): string | null {
  const token = incoming.headers.authorization?.replace('Bearer ', '');
  if (token !== undefined) return tokens.has(token) ? token : null;
  const certificate = (incoming.socket as TLSSocket).getPeerCertificate();
  if (!certificate.subject || Date.parse(certificate.valid_to) < Date.now()) return null;
  return `${certificate.subject.CN} ${certificate.serialNumber}`;
}

function answer(response: ServerResponse, user: string | null, stream: boolean): void {
  if (user === null) response.writeHead(401).end(JSON.stringify(status(401, 'Unauthorized')));
  else if (stream) response.writeHead(200).write('{}\n');
  else response.end(JSON.stringify({ user }));
}

/** Lets the short pauses between tries at torn files pass, and no other timer. */
async function withSleeps<T>(work: Promise<T>, clock: ManualClock): Promise<T> {
  let done = false;
  void work.finally(() => {
    done = true;
  });
  await until(() => done || (clock.untilNext() ?? 201) <= 200);
  while (!done) {
    await clock.advance(200);
    await until(() => done || (clock.untilNext() ?? 201) <= 200);
  }
  return await work;
}

function word(reply: Reply): string {
  if (reply.is === 'ok') return String(reply.body['user']);
  return reasonSentence(reply.reason);
}
