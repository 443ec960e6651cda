import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { prometheusSource } from '../../src/prometheus/source.ts';
import { realClock } from '../fakes/clock.ts';
import { Authority } from '../http/certificates.ts';
import { never, serve } from '../http/server.ts';
import { answering, ask, sentences, settings, vector } from './asking.ts';

const folder = mkdtempSync(join(tmpdir(), 'kured-host-prometheus-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('as whom it is asked', () => {
  const echo: RequestListener = ({ headers }, response) =>
    answering({ status: 'error', error: `not you: ${headers.authorization}` }, 400)({} as IncomingMessage, response);

  it('by the token in a file, read each time; the token is never shown', async () => {
    await using server = await serve(echo);
    const one = settings(server.url, { login: { by: 'token', file: file('token', 'first-token\n') } });
    const source = prometheusSource({ clock: realClock(), settings: () => [one] });
    const first = sentences(await source.ask(never));
    file('token', 'second-token\n');
    const texts = [...first, ...sentences(await source.ask(never))];
    const sent = server.requests.map(({ headers }) => headers.authorization);
    assert.deepEqual(sent, ['Bearer first-token', 'Bearer second-token']);
    assert.match(texts.join(), /status 400: not you: Bearer \[hidden\]/);
    assert.doesNotMatch(texts.join(), /-token/);
  });

  it('by user and password; neither the password nor what is sent of it is shown', async () => {
    await using server = await serve(echo);
    const login = { by: 'password', user: 'me', file: file('password', 'hunter2 ö\n') } as const;
    const texts = sentences(await ask(settings(server.url, { login })));
    const sent = `Basic ${Buffer.from('me:hunter2 ö').toString('base64')}`;
    assert.deepEqual(
      server.requests.map(({ headers }) => headers.authorization),
      [sent],
    );
    assert.match(texts.join(), /not you: Basic \[hidden\]/);
  });

  const unusable: readonly (readonly [string, () => string, RegExp])[] = [
    ['is not there', () => join(folder, 'none'), /none does not exist$/],
    ['is empty', () => file('empty', '\n'), /empty is empty$/],
    ['holds something else', () => file('binary', 'a\u0000b c'), /binary holds no token/],
    ['is huge', () => file('huge', 'x'.repeat(300_000)), /huge is larger than 256 KiB$/],
    ['is a folder', () => folder, /cannot be read: EISDIR/],
  ];
  for (const [name, path, why] of unusable) {
    it(`a file with a token that ${name} is unknown, and nobody is asked`, async () => {
      await using server = await serve(answering(vector()));
      const answer = await ask(settings(server.url, { login: { by: 'token', file: path() } }));
      assert.equal(answer.is, 'unknown');
      assert.match(sentences(answer)[0] ?? '', why);
      assert.equal(server.requests.length, 0);
    });
  }
});

describe('with TLS', () => {
  const authority = new Authority();
  const server = () => serve(answering(vector()), { ...authority.server(), ca: authority.cert, requestCert: true });

  it('a server whose certificate the CA has signed is asked, by a client certificate where there is one', async () => {
    await using tls = await serve(answering(vector()), {
      ...authority.server(),
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const { cert, key } = authority.client('me', []);
    const clientCertificate = { certFile: file('cert', cert), keyFile: file('key', key) };
    const caFile = file('ca', authority.cert);
    assert.deepEqual(await ask(settings(tls.url, { caFile, clientCertificate })), { is: 'allowed' });
    assert.equal((await ask(settings(tls.url, { caFile }))).is, 'unknown');
  });

  it('one that nobody vouches for is unknown, and gets no token', async () => {
    await using tls = await server();
    const login = { by: 'token', file: file('token', 'first-token') } as const;
    const answer = await ask(settings(tls.url, { login }));
    assert.match(sentences(answer)[0] ?? '', /its certificate is not trusted/);
    assert.equal(tls.requests.length, 0);
  });

  it('files that are no certificates are unknown', async () => {
    await using tls = await server();
    const clientCertificate = { certFile: file('cert', 'no'), keyFile: file('key', 'no') };
    const answer = await ask(settings(tls.url, { caFile: file('ca', authority.cert), clientCertificate }));
    assert.equal(answer.is, 'unknown');
    assert.equal(tls.requests.length, 0);
  });
});
