import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { describe, it } from 'node:test';
import { deliver } from '../../src/notify/deliver.ts';
import type { Delivery } from '../../src/notify/message.ts';
import { isProblem, readTargets } from '../../src/notify/targets.ts';
import type { CommandRunner } from '../../src/ports/commands.ts';
import { ManualClock, realClock } from '../fakes/clock.ts';
import { Authority } from '../http/certificates.ts';
import { freePort, serve, until } from '../http/server.ts';
import { smtpServer } from './smtp.ts';

const authority = new Authority();
const pair = authority.server();
const never = new AbortController().signal;
const message = {
  id: 'abc123',
  moment: 'draining',
  node: 'worker-1',
  why: 'libc6',
  at: '2026-01-05T08:00:00Z',
  text: 'Draining worker-1, übermorgen',
} as const;

function send(url: string, ca: string | null = null, clock = realClock(), signal = never): Promise<Delivery> {
  const [target] = readTargets('/f', url);
  assert.ok(target !== undefined && !isProblem(target), JSON.stringify(target));
  return deliver({ clock, ca: async () => ca, commands: noCommands }, target, message, signal);
}

const noCommands: CommandRunner = { run: () => assert.fail('no command is run here') };

const answers: readonly (readonly [what: string, listener: RequestListener, delivery: Delivery])[] = [
  ['200 is sent', (_, answer) => answer.end('ok'), { is: 'sent' }],
  ['204 is sent', (_, answer) => answer.writeHead(204).end(), { is: 'sent' }],
  ['a long answer is sent', (_, answer) => answer.end('x'.repeat(100_000)), { is: 'sent' }],
  [
    '500 is tried again',
    (_, answer) => answer.writeHead(500).end('s3cret'),
    { is: 'failed', why: 'it answers with status 500', after: null },
  ],
  [
    '429 is tried again when it says',
    (_, answer) => answer.writeHead(429, { 'retry-after': '120' }).end(),
    { is: 'failed', why: 'it answers with status 429', after: 120_000 },
  ],
  [
    'a pause of a week is an hour',
    (_, answer) => answer.writeHead(503, { 'retry-after': '604800' }).end(),
    { is: 'failed', why: 'it answers with status 503', after: 3_600_000 },
  ],
  [
    'a pause that nobody can read is none',
    (_, answer) => answer.writeHead(429, { 'retry-after': 'soon' }).end(),
    { is: 'failed', why: 'it answers with status 429', after: null },
  ],
  [
    '404 is a refusal',
    (_, answer) => answer.writeHead(404).end(),
    { is: 'refused', why: 'it answers with status 404' },
  ],
  [
    'a redirection is not followed',
    (_, answer) => answer.writeHead(302, { location: '/elsewhere' }).end(),
    { is: 'refused', why: 'it answers with status 302' },
  ],
  [
    'a connection that breaks is tried again',
    (request) => request.socket.destroy(),
    { is: 'failed', why: 'the connection was lost', after: null },
  ],
];

describe('a message to a webhook', () => {
  for (const [what, listener, delivery] of answers) {
    it(what, async () => {
      await using server = await serve(listener);
      assert.deepEqual(await send(`${server.url}in`), delivery);
      assert.equal(server.requests.length, 1);
    });
  }

  it('arrives as it was written', async () => {
    const bodies: string[] = [];
    await using server = await serve(async (request, answer) => {
      let body = '';
      for await (const part of request) body += part;
      bodies.push(`${request.method} ${request.url} ${request.headers['content-type']} ${body}`);
      answer.end();
    });
    assert.deepEqual(await send(`${server.url}in?a=b`), { is: 'sent' });
    assert.deepEqual(bodies, [`POST /in?a=b application/json; charset=utf-8 ${JSON.stringify(message)}`]);
  });

  it('is given up after ten seconds without an answer, and leaves no connection behind', async () => {
    const clock = new ManualClock();
    await using server = await serve(() => {});
    const sending = send(`${server.url}`, null, clock);
    await until(() => server.requests.length === 1);
    await clock.advance(10_000);
    assert.deepEqual(await sending, { is: 'failed', why: 'no answer within 10000 ms', after: null });
    await until(() => server.open() === 0);
  });

  it('finds nobody, and can be tried again', async () => {
    const delivery = await send(`http://127.0.0.1:${await freePort()}/s3cret`);
    assert.deepEqual(delivery, { is: 'failed', why: 'the connection is refused', after: null });
  });

  it('goes over TLS to whom the authority of the configuration vouches for, and to nobody else', async () => {
    await using server = await serve((_, answer) => answer.end(), pair);
    const url = `https://127.0.0.1:${server.port}/s3cret`;
    assert.deepEqual(await send(url, authority.cert), { is: 'sent' });
    const refused = await send(url);
    assert.equal(refused.is, 'failed');
    assert.match(refused.is === 'failed' ? refused.why : '', /^its certificate is not trusted/);
    assert.equal(server.requests.length, 1);
  });
});

const mail = (port: number, more = '', login = '') =>
  `smtp://${login}127.0.0.1:${port}/?from=kured@example.org&to=a@example.org,b@example.org${more}`;

describe('a message by mail', () => {
  it('is handed over to all who are named', async () => {
    await using server = await smtpServer();
    assert.deepEqual(await send(mail(server.port)), { is: 'sent' });
    assert.ok(server.commands.includes('MAIL FROM:<kured@example.org>'), server.commands.join('\n'));
    assert.deepEqual(
      server.commands.filter((line) => line.startsWith('RCPT')),
      ['RCPT TO:<a@example.org>', 'RCPT TO:<b@example.org>'],
    );
    const [text = ''] = server.mails;
    assert.match(text, /^Subject: kured-host: worker-1: draining$/m);
    assert.match(text, /^Message-ID: <abc123@example\.org>$/im);
    assert.match(text, /Draining worker-1, =C3=BCbermorgen/);
  });

  it('gives a password only over TLS', async () => {
    await using server = await smtpServer({ tls: pair });
    assert.deepEqual(await send(mail(server.port, '', 'me:s3cret@'), authority.cert), { is: 'sent' });
    const secured = server.commands.indexOf('STARTTLS');
    assert.ok(secured > 0 && server.commands.findIndex((line) => line.startsWith('AUTH')) > secured);
    await using plain = await smtpServer();
    const delivery = await send(mail(plain.port, '', 'me:s3cret@'));
    assert.notEqual(delivery.is, 'sent');
    assert.equal(plain.commands.filter((line) => line.startsWith('AUTH')).length, 0);
  });

  it('goes over TLS from the first byte, to whom the authority vouches for', async () => {
    await using server = await smtpServer({ tls: pair, implicit: true });
    const url = mail(server.port, '&encryption=ImplicitTLS');
    assert.deepEqual(await send(url, authority.cert), { is: 'sent' });
    assert.equal((await send(url)).is, 'failed');
    assert.equal(server.mails.length, 1);
  });

  const refusals = [
    ['RCPT', '550 no such user s3cret', { is: 'refused', why: 'the mail server answers with code 550' }],
    ['MAIL', '451 later', { is: 'failed', why: 'the mail server answers with code 451', after: null }],
    ['MAIL-END', '552 too much', { is: 'refused', why: 'the mail server answers with code 552' }],
  ] as const;
  for (const [verb, answer, delivery] of refusals) {
    it(`is ${delivery.is} where ${verb} gets ${answer}`, async () => {
      await using server = await smtpServer({ answers: { [verb]: answer } });
      assert.deepEqual(await send(mail(server.port)), delivery);
    });
  }

  it('is given up after ten seconds of silence', async () => {
    const clock = new ManualClock();
    await using server = await smtpServer({ answers: { EHLO: '' } });
    const sending = send(mail(server.port), null, clock);
    await until(() => server.commands.length === 1);
    await clock.advance(10_000);
    assert.deepEqual(await sending, { is: 'failed', why: 'it does not answer in time', after: null });
  });

  it('finds nobody, and can be tried again', async () => {
    const delivery = await send(mail(await freePort(), '', 'me:s3cret@'));
    assert.equal(delivery.is, 'failed');
    assert.doesNotMatch(JSON.stringify(delivery), /s3cret/);
  });
});
