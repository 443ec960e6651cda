import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { reasonSentence } from '../../src/core/reasons.ts';
import { Credentials } from '../../src/kubernetes/credentials.ts';
import { createTransport, type Reply } from '../../src/kubernetes/transport.ts';
import { ManualClock } from '../fakes/clock.ts';
import { Authority } from '../http/certificates.ts';
import { never, serve, type TestServer, until } from '../http/server.ts';
import { KubeconfigFolder } from './kubeconfig-files.ts';
import { status } from './scripted-api.ts';

const authority = new Authority();
let api: TestServer;
/** Tokens that are worth something. */
const tokens = new Set<string>();

/** Judges certificates as an API server does: at each request, not only when the connection is made. */
function who(incoming: IncomingMessage): string | null {
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

before(async () => {
  const tls = { ...authority.server(), ca: authority.cert, requestCert: true, rejectUnauthorized: false };
  api = await serve((incoming, response) => {
    answer(response, who(incoming), incoming.url?.includes('watch') === true);
  }, tls);
});
after(() => api[Symbol.asyncDispose]());

interface Use extends Disposable {
  readonly folder: KubeconfigFolder;
  readonly clock: ManualClock;
  readonly credentials: Credentials;
  /** One call, a look at the files before it: the user it was made as, or why it was not. */
  call(): Promise<string>;
  readonly changes: () => number;
}

function inUse(...others: readonly string[]): Use {
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

/** The certificate as the server names it. */
function named(pair: { readonly cert: string }): string {
  const certificate = new X509Certificate(pair.cert);
  return `${certificate.subject.split('CN=')[1]} ${certificate.serialNumber}`;
}

function pem(pair: { readonly cert: string; readonly key: string }): string {
  return `${pair.cert}${pair.key}`;
}

const files = { 'client-certificate': 'current.pem', 'client-key': 'current.pem' };

/** As kubeadm lays a node out. */
function kubeadm(folder: KubeconfigFolder, pair: { readonly cert: string; readonly key: string }): void {
  folder.write('ca.crt', authority.cert);
  folder.rotate(pem(pair));
  folder.writeKubeconfig(api.url.origin, files, { 'certificate-authority': 'ca.crt' });
}

describe('credentials in use', () => {
  test('whose certificate is replaced are the new ones at the next call, and every old connection ends', async () => {
    using use = inUse();
    const [first, second] = [authority.node('n1'), authority.node('n1')];
    kubeadm(use.folder, first);
    assert.equal(await use.call(), named(first));
    const connection = await use.credentials.current(never);
    assert.ok(connection.is === 'connected');
    const get = { method: 'GET', headers: {}, body: null, deadline: 10_000, most: 1000 };
    const stream = await connection.http.stream({ ...get, path: '/watch' }, never);
    assert.ok(stream.is === 'streaming');
    const lines = stream.lines[Symbol.asyncIterator]();
    await lines.next();
    assert.equal(api.open(), 1);
    use.folder.rotate(pem(second));
    assert.equal(await use.call(), named(second));
    await assert.rejects(lines.next(), { code: 'retired' });
    await until(() => api.open() === 1);
    assert.equal(api.sockets.length, 2);
    assert.equal(use.changes(), 2);
  });

  test('that stay the same keep their connection, whatever else happens to the files', async () => {
    using use = inUse();
    const pair = authority.node('n1');
    kubeadm(use.folder, pair);
    await use.call();
    const opened = api.sockets.length;
    kubeadm(use.folder, pair);
    assert.equal(await use.call(), named(pair));
    assert.equal(api.sockets.length, opened);
    assert.equal(use.changes(), 1);
  });

  test('that expire under an open connection are refused with the reason, and go on with the new ones', async () => {
    using use = inUse();
    const [old, renewed] = [authority.node('n1', true), authority.node('n1')];
    kubeadm(use.folder, old);
    const refused = await use.call();
    assert.match(refused, /kubelet\.conf cannot be used: the API server does not accept them \(401\)/);
    assert.match(refused, /; the client certificate expired at \d{4}-/);
    use.folder.rotate(pem(renewed));
    assert.equal(await use.call(), named(renewed));
  });

  test('that vanish for a moment go on being used; for good, they are missing; back, they are used again', async () => {
    using use = inUse();
    const pair = authority.node('n1');
    kubeadm(use.folder, pair);
    await use.call();
    use.folder.remove('current.pem');
    assert.equal(await use.call(), named(pair));
    use.folder.rotate(pem(pair));
    assert.equal(await use.call(), named(pair));
    use.folder.remove('kubelet.conf');
    assert.equal(await use.call(), named(pair));
    await use.clock.advance(10_000);
    assert.equal(await use.call(), `no kubeconfig of a kubelet was found (${use.folder.kubeconfig})`);
    kubeadm(use.folder, pair);
    assert.equal(await use.call(), named(pair));
  });

  test('read while certificate and key are replaced one after the other stay the old ones until both are there', async () => {
    using use = inUse();
    const [old, renewed] = [authority.node('n1'), authority.node('n1')];
    use.folder.write('ca.crt', authority.cert);
    use.folder.write('a.crt', old.cert);
    use.folder.write('a.key', old.key);
    const user = { 'client-certificate': 'a.crt', 'client-key': 'a.key' };
    use.folder.writeKubeconfig(api.url.origin, user, { 'certificate-authority': 'ca.crt' });
    assert.equal(await use.call(), named(old));
    use.folder.write('a.crt', renewed.cert);
    assert.equal(await use.call(), named(old));
    use.folder.write('a.key', renewed.key);
    assert.equal(await use.call(), named(renewed));
  });

  test('that are torn from the beginning are read again for a second, then say so, and are used once they are whole', async () => {
    using use = inUse();
    const [one, other] = [authority.node('n1'), authority.node('n1')];
    kubeadm(use.folder, one);
    use.folder.rotate(`${one.cert}${other.key}`);
    const before = use.clock.mono();
    assert.match(await use.call(), /cannot be used: its client certificate and key do not belong together$/);
    assert.equal(use.clock.mono() - before, 1_000 + 4 * 200);
    use.folder.rotate(pem(other));
    assert.equal(await use.call(), named(other));
  });

  test('of which a file is put in place a moment later are used as if nothing had been', async () => {
    using use = inUse();
    const pair = authority.node('n1');
    kubeadm(use.folder, pair);
    use.folder.remove('current.pem');
    const calling = use.call();
    await until(() => (use.clock.untilNext() ?? 201) <= 200);
    use.folder.rotate(pem(pair));
    assert.equal(await calling, named(pair));
  });

  test('by token file follow the file; a token that is worthless is tried once and told', async () => {
    using use = inUse();
    use.folder.write('ca.crt', authority.cert);
    use.folder.write('token', 'one');
    use.folder.writeKubeconfig(api.url.origin, { tokenFile: 'token' }, { 'certificate-authority': 'ca.crt' });
    tokens.add('one').add('two');
    assert.equal(await use.call(), 'one');
    use.folder.write('token', 'two');
    assert.equal(await use.call(), 'two');
    tokens.delete('two');
    const asked = api.requests.length;
    assert.match(await use.call(), /the API server does not accept them \(401\)$/);
    assert.equal(api.requests.length, asked + 1);
  });

  test('by plugin are asked for again when the API server refuses them, and the call is made with the new ones', async () => {
    using use = inUse();
    use.folder.write('ca.crt', authority.cert);
    use.folder.write('answer', 'first');
    const answer = use.folder.file('answer');
    const script = `#!/bin/sh\nprintf '{"status":{"token":"%s"}}' "$(cat ${answer})"`;
    use.folder.write('plugin', script);
    chmodSync(use.folder.file('plugin'), 0o700);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' };
    use.folder.writeKubeconfig(api.url.origin, { exec }, { 'certificate-authority': 'ca.crt' });
    tokens.add('first');
    assert.equal(await use.call(), 'first');
    tokens.delete('first');
    tokens.add('second');
    use.folder.write('answer', 'second');
    assert.equal(await use.call(), 'second');
  });

  test('that are refused are told with why there are no newer ones: the plugin fails, or its files cannot be used', async () => {
    using use = inUse();
    use.folder.write('ca.crt', authority.cert);
    const passed = `printf '{"status":{"token":"short","expirationTimestamp":"2020-01-01T00:00:00Z"}}'`;
    use.folder.write(
      'plugin',
      `#!/bin/sh\n[ ! -e ${use.folder.file('down')} ] || { echo no network >&2; exit 1; }\n${passed}`,
    );
    chmodSync(use.folder.file('plugin'), 0o700);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' };
    use.folder.writeKubeconfig(api.url.origin, { exec }, { 'certificate-authority': 'ca.crt' });
    tokens.add('short');
    assert.equal(await use.call(), 'short');
    tokens.delete('short');
    use.folder.write('down', '');
    const refused = /the API server does not accept them \(401\); newer ones cannot be used: /;
    assert.match(await use.call(), new RegExp(`${refused.source}its plugin \\S+/plugin fails: no network$`));
    use.folder.remove('down');
    await use.clock.advance(5_000);
    assert.match(await use.call(), /the API server does not accept them \(401\)$/);
    use.folder.write('kubelet.conf', 'kind: Other');
    assert.match(await use.call(), new RegExp(`${refused.source}it is no kubeconfig but a Other$`));
  });

  test('of a plugin that are refused before they expire are told with why it gives no others, as long as that is so', async () => {
    using use = inUse();
    use.folder.write('ca.crt', authority.cert);
    const down = use.folder.file('down');
    const script = `#!/bin/sh\n[ ! -e ${down} ] || { echo no network >&2; exit 1; }\nprintf '{"status":{"token":"revoked"}}'`;
    use.folder.write('plugin', script);
    chmodSync(use.folder.file('plugin'), 0o700);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' };
    use.folder.writeKubeconfig(api.url.origin, { exec }, { 'certificate-authority': 'ca.crt' });
    tokens.add('revoked');
    assert.equal(await use.call(), 'revoked');
    tokens.delete('revoked');
    use.folder.write('down', '');
    for (let times = 0; times < 3; times += 1) {
      assert.match(await use.call(), /\(401\); newer ones cannot be used: its plugin \S+\/plugin fails: no network$/);
    }
  });

  test('that are refused while reading newer ones hangs are told with that', { timeout: 30_000 }, async () => {
    using use = inUse();
    use.folder.write('ca.crt', authority.cert);
    const hung = use.folder.file('hung');
    const script = `#!/bin/sh\n[ ! -e ${hung} ] || { sleep 20 & echo >${hung}.now; }\nprintf '{"status":{"token":"old"}}'`;
    use.folder.write('plugin', script);
    chmodSync(use.folder.file('plugin'), 0o700);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' };
    use.folder.writeKubeconfig(api.url.origin, { exec }, { 'certificate-authority': 'ca.crt' });
    tokens.add('old');
    assert.equal(await use.call(), 'old');
    tokens.delete('old');
    use.folder.write('hung', '');
    await use.clock.advance(1_000);
    const connection = await use.credentials.current(never);
    assert.equal(connection.is, 'connected');
    if (connection.is !== 'connected') return;
    const renewing = use.credentials.renew(connection, never);
    await until(() => existsSync(`${hung}.now`));
    await use.clock.advance(45_000);
    assert.equal(await renewing, false);
    const why = reasonSentence(connection.refusal());
    assert.match(why, /\(401\); newer ones cannot be used: reading them did not end within 45 s$/);
  });

  test('by a plugin whose child keeps its output open end after a time, and are tried again', {
    timeout: 30_000,
  }, async () => {
    using use = inUse();
    use.folder.write('ca.crt', authority.cert);
    use.folder.write('plugin', '#!/bin/sh\nsleep 20 &\nprintf \'{"status":{"token":"hung"}}\'');
    chmodSync(use.folder.file('plugin'), 0o700);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' };
    use.folder.writeKubeconfig(api.url.origin, { exec }, { 'certificate-authority': 'ca.crt' });
    const waiting = use.credentials.current(never);
    await until(() => use.clock.untilNext() !== null);
    await use.clock.advance(45_000);
    const none = await waiting;
    assert.match(none.is === 'none' ? reasonSentence(none.reason) : '', /reading them did not end within 45 s/);
    tokens.add('mended');
    use.folder.write('plugin', '#!/bin/sh\nprintf \'{"status":{"token":"mended"}}\'');
    chmodSync(use.folder.file('plugin'), 0o700);
    assert.equal(await use.call(), 'mended');
  });

  test('on a file system that hangs take one thread, however often they are looked at, and are used once it answers', {
    timeout: 30_000,
  }, async () => {
    using use = inUse();
    use.folder.write('ca.crt', authority.cert);
    const token = use.folder.file('token');
    execFileSync('mkfifo', [token]);
    use.folder.writeKubeconfig(api.url.origin, { tokenFile: 'token' }, { 'certificate-authority': 'ca.crt' });
    try {
      // Node has four threads for files.
      for (let times = 0; times < 5; times += 1) {
        await use.clock.advance(1_000);
        const waiting = use.credentials.current(never);
        await until(() => use.clock.untilNext() !== null);
        await stat('/');
        await use.clock.advance(45_000);
        const none = await waiting;
        assert.match(none.is === 'none' ? reasonSentence(none.reason) : '', /reading them did not end within 45 s/);
      }
      await stat('/');
    } finally {
      closeSync(openSync(token, 'r+'));
    }
    tokens.add('fresh');
    use.folder.write('token', 'fresh');
    assert.equal(await use.call(), 'fresh');
  });

  test('follow the kubeconfig to another server, and the CA to another certificate', async () => {
    using use = inUse();
    const pair = authority.node('n1');
    kubeadm(use.folder, pair);
    await use.call();
    const other = new Authority();
    await using moved = await serve((_, response) => response.end('{"user":"moved"}'), other.server());
    use.folder.writeKubeconfig(moved.url.origin, files, { 'certificate-authority': 'ca.crt' });
    assert.match(await use.call(), /its certificate is not trusted/);
    use.folder.write('ca.crt', other.cert);
    assert.equal(await use.call(), 'moved');
  });

  test('are those of the first place with a kubeconfig; a file of another kind there is passed over', async () => {
    using elsewhere = new KubeconfigFolder();
    using use = inUse(elsewhere.kubeconfig);
    const pair = authority.node('n1');
    use.folder.write('kubelet.conf', 'kind: KubeletConfiguration');
    assert.match(await use.call(), /it is no kubeconfig but a KubeletConfiguration$/);
    kubeadm(elsewhere, pair);
    assert.equal(await use.call(), named(pair));
  });

  test('leave no timer and no connection behind', async () => {
    const use = inUse();
    kubeadm(use.folder, authority.node('n1'));
    await use.call();
    use[Symbol.dispose]();
    await until(() => api.open() === 0 && use.clock.untilNext() === null);
  });
});
