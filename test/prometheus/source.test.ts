import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { AlertsAsked, PrometheusSettings } from '../../src/core/alerts/settings.ts';
import type { Permission } from '../../src/core/permission.ts';
import { reasonRemedy, reasonSentence } from '../../src/core/reasons.ts';
import { prometheusSource } from '../../src/prometheus/source.ts';
import { ManualClock, realClock } from '../fakes/clock.ts';
import { Authority } from '../http/certificates.ts';
import { freePort, never, serve, until } from '../http/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'kured-host-prometheus-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const everyAlert: AlertsAsked = {
  for: 'alerts',
  filter: null,
  matchOnly: false,
  firingOnly: false,
  matchers: [],
  silences: null,
};

function settings(url: URL | string, over: Partial<PrometheusSettings> = {}): PrometheusSettings {
  const plain = String(url).replace(/\/$/, '');
  return { url: plain, asks: everyAlert, timeout: 5_000, login: null, caFile: null, clientCertificate: null, ...over };
}

const ask = (...all: readonly PrometheusSettings[]): Promise<Permission> =>
  prometheusSource({ clock: realClock(), settings: () => all }).ask(never);

const sentences = (answer: Permission): readonly string[] =>
  answer.is === 'allowed' ? [] : answer.reasons.map(reasonSentence);

const vector = (...result: readonly object[]) => ({ status: 'success', data: { resultType: 'vector', result } });
const alert = (alertname: string, labels: object = {}, value = '1') => ({
  metric: { __name__: 'ALERTS', alertname, alertstate: 'firing', ...labels },
  value: [1622472933.973, value],
});
const answering =
  (body: unknown, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
const queryOf = ({ url }: IncomingMessage): string | null => new URL(url ?? '', 'http://x').searchParams.get('query');

describe('alerts in an answer', () => {
  it('nothing there is no refusal, and nobody to be asked is none', async () => {
    await using server = await serve(answering(vector()));
    assert.deepEqual(await ask(settings(server.url)), { is: 'allowed' });
    assert.deepEqual(server.requests.map(queryOf), ['ALERTS{}']);
    assert.deepEqual(await ask(), { is: 'allowed' });
  });

  it('are named with how many there are, ten at most, pending ones as such, and from where', async () => {
    const many = Array.from({ length: 12 }, (_, at) => alert(`Z${String(at).padStart(2, '0')}`));
    const body = vector(
      alert('Disk', { host: 'a' }),
      alert('Disk', { host: 'b' }),
      alert('Cpu', { alertstate: 'pending' }),
      ...many,
    );
    await using server = await serve(answering(body));
    const answer = await ask(settings(server.url));
    assert.equal(answer.is, 'refused');
    const origin = server.url.origin;
    const names = 'Cpu (pending), Disk (2), Z00, Z01, Z02, Z03, Z04, Z05, Z06, Z07 and 4 more';
    assert.deepEqual(sentences(answer), [`15 alert(s) in Prometheus ${origin} are against a reboot: ${names}`]);
    assert.match(answer.reasons[0] === undefined ? '' : reasonRemedy(answer.reasons[0]), /silence them/);
  });

  it('with names that were made to deceive are shown escaped and cut', async () => {
    await using server = await serve(answering(vector(alert(`\u001b[2J\u202e${'x'.repeat(5_000)}`))));
    const [text = ''] = sentences(await ask(settings(server.url)));
    assert.ok(text.includes('\\x1b[2J\\u{202e}xxx') && text.length < 200, text);
  });

  it('count by their labels where matchers are given, which the server judges', async () => {
    await using server = await serve(answering(vector()));
    const matchers = [
      { name: 'severity', is: '=', value: 'critical' },
      { name: 'team', is: '!~', value: 'a"b|\\d' },
    ] as const;
    await ask(settings(server.url, { asks: { ...everyAlert, matchers } }));
    assert.deepEqual(server.requests.map(queryOf), ['ALERTS{severity="critical",team!~"a\\"b|\\\\d"}']);
  });

  it('of one server refuse, whatever another says; all of it is told', async () => {
    await using one = await serve(answering(vector(alert('Down'))));
    await using other = await serve(answering('', 500));
    await using third = await serve(answering(vector()));
    const answer = await ask(settings(other.url), settings(one.url), settings(third.url));
    assert.equal(answer.is, 'refused');
    assert.deepEqual(sentences(answer), [
      `cannot tell whether a reboot is permitted: Prometheus ${other.url.origin}: it answers with status 500`,
      `1 alert(s) in Prometheus ${one.url.origin} are against a reboot: Down`,
    ]);
  });
});

/** pkg/blockers/prometheus_test.go of kured; it takes a pattern that is none ("*") for none at all, which is refused here. */
describe("kured's own cases of alert filters", () => {
  const pending = { alertstate: 'pending' };
  const all = vector(
    alert('GatekeeperViolations'),
    alert('PodCrashing-dev'),
    alert('PodRestart-dev'),
    alert('PrometheusTargetDown'),
    alert('ScheduledRebootFailing', pending),
  );
  const failing = vector(alert('ScheduledRebootFailing', pending));
  const required = vector(alert('RebootRequired', pending));
  const cases: readonly (readonly [string, object, string | null, boolean, boolean, number])[] = [
    ['should return no active alerts', all, '', false, false, 0],
    ['should return a subset of all alerts: ignored', all, 'Pod', false, false, 3],
    ['should return a subset of all alerts: matches only', all, 'Gatekeeper', false, true, 1],
    ['should return all active alerts by regex', all, null, false, false, 5],
    ['should return only firing alerts if firingOnly is true', all, null, true, false, 4],
    ['should return ScheduledRebootFailing active alerts', failing, null, false, false, 1],
    ['should not return an active alert if RebootRequired is firing', required, 'RebootRequired', false, false, 0],
    ['the same, where matches only count', required, 'RebootRequired', false, true, 1],
    ['without a filter, matches only changes nothing', all, null, false, true, 5],
    [
      'an alert whose value is 0 is over, and one without a name is none',
      vector(alert('A', {}, '0'), alert('')),
      null,
      false,
      false,
      0,
    ],
  ];
  for (const [name, body, filter, firingOnly, matchOnly, count] of cases) {
    it(name, async () => {
      await using server = await serve(answering(body));
      // Matching nothing is what a filter that is none comes to where matches only count.
      const only = filter === null ? { matchOnly: false } : { matchOnly };
      const answer = await ask(settings(server.url, { asks: { ...everyAlert, filter, firingOnly, ...only } }));
      const counted = answer.is === 'allowed' ? '0' : answer.reasons[0]?.details['count'];
      assert.equal(counted, String(count));
    });
  }
});

describe('a pattern', () => {
  it('that takes others for ever takes no time, and finds what it should', async () => {
    const name = `${'a'.repeat(20_000)}!`;
    await using server = await serve(answering(vector(alert(name))));
    const asked = (filter: string) => ask(settings(server.url, { asks: { ...everyAlert, filter } }));
    assert.equal((await asked('(a+)+$')).is, 'refused');
    assert.equal((await asked('^(a|aa)+!$')).is, 'allowed');
  });

  it('whose work on all names would be long is not begun: unknown', async () => {
    const names = Array.from({ length: 60 }, (_, at) => alert(`${at}${'a'.repeat(1_000)}`));
    await using server = await serve(answering(vector(...names)));
    const asks = { ...everyAlert, filter: '(x|y){1,150}b' };
    const answer = await ask(settings(server.url, { asks }));
    assert.equal(answer.is, 'unknown');
    assert.match(sentences(answer)[0] ?? '', /its 60 alerts have names too long for the pattern/);
  });
});

describe('a query', () => {
  const asks = { for: 'query', query: 'up{job="db"} == 0' } as const;
  const up = (instance: string) => ({ metric: { __name__: 'up', instance }, value: [1, '0'] });

  it('that finds something refuses, also something that is 0, and says what', async () => {
    await using server = await serve(answering(vector(up('db-1'), { metric: {}, value: [1, '3'] })));
    const answer = await ask(settings(server.url, { asks }));
    assert.equal(answer.is, 'refused');
    const found = `finds 2 result(s), which are against a reboot: up{instance="db-1"}, {}`;
    assert.deepEqual(sentences(answer), [`a query in Prometheus ${server.url.origin} ${found}`]);
    assert.deepEqual(server.requests.map(queryOf), ['up{job="db"} == 0']);
  });

  it('that finds nothing permits', async () => {
    await using server = await serve(answering(vector()));
    assert.deepEqual(await ask(settings(server.url, { asks })), { is: 'allowed' });
  });
});

describe('what cannot be told is unknown, and says why', () => {
  const told: readonly (readonly [string, RequestListener, RegExp])[] = [
    ['a page of something else', answering('<html>welcome</html>'), /its answer is no JSON$/],
    ['nothing at all', answering(''), /its answer is no JSON$/],
    ['null', answering('null'), /its answer is none of Prometheus$/],
    ['JSON of something else', answering({ data: [] }), /its answer is none of Prometheus$/],
    [
      'no result',
      answering({ status: 'success', data: { resultType: 'vector' } }),
      /its answer is none of Prometheus$/,
    ],
    ['samples without labels', answering(vector({ value: [1, '1'] })), /its answer is none of Prometheus$/],
    ['labels that are no text', answering(vector({ metric: { a: 1 } })), /its answer is none of Prometheus$/],
    [
      'a scalar',
      answering({ status: 'success', data: { resultType: 'scalar', result: [1, '1'] } }),
      /the query gives a scalar/,
    ],
    [
      'a part of the data alone',
      answering({ ...vector(), warnings: ['store \u001b gone'] }),
      /it found nothing, and warns: store \\x1b gone$/,
    ],
    [
      'an error of the query',
      answering({ status: 'error', error: 'parse error\n' }, 400),
      /it answers with status 400: parse error$/,
    ],
    ['an error inside', answering('oops', 500), /it answers with status 500$/],
    ['no login', answering('no', 401), /it refuses our login with status 401$/],
    ['another place', answering('', 302), /it sends us elsewhere with status 302, which is not followed$/],
    ['without end', answering(`"${'x'.repeat(3_000_000)}"`), /its answer is longer than 2097152 bytes$/],
    [
      'half of it',
      (_, response) => void response.writeHead(200, { 'content-length': '9' }).write('{', () => response.destroy()),
      /connection|aborted/,
    ],
  ];
  for (const [name, handler, why] of told) {
    it(name, async () => {
      await using server = await serve(handler);
      const answer = await ask(settings(server.url));
      assert.equal(answer.is, 'unknown');
      const [text = ''] = sentences(answer);
      assert.ok(text.startsWith(`cannot tell whether a reboot is permitted: Prometheus ${server.url.origin}: `), text);
      assert.match(text, why);
    });
  }

  it('nobody who listens', async () => {
    const answer = await ask(settings(`http://127.0.0.1:${await freePort()}`));
    assert.match(sentences(answer)[0] ?? '', /^cannot tell .*: the connection is refused$/);
  });

  it('one who hangs for ever, within the time that is given to it, and another is heard besides', async () => {
    await using hanging = await serve(() => {});
    await using other = await serve(answering(vector(alert('Down'))));
    const clock = new ManualClock();
    const all = [settings(hanging.url, { timeout: 3_000 }), settings(other.url)];
    const asked = prometheusSource({ clock, settings: () => all }).ask(never);
    await until(() => hanging.requests.length === 1 && other.requests.length === 1 && other.open() === 0);
    await clock.advance(3_000);
    const answer = await asked;
    assert.equal(answer.is, 'refused');
    assert.match(sentences(answer).join('\n'), /: no answer within 3000 ms\n1 alert\(s\)/);
    await until(() => hanging.open() === 0);
  });
});

describe('as whom it is asked', () => {
  const echo: RequestListener = ({ headers }, response) =>
    answering({ status: 'error', error: `not you: ${headers.authorization}` }, 400)({} as IncomingMessage, response);

  it('by the token in a file, read each time; the token is never shown', async () => {
    await using server = await serve(echo);
    const one = settings(server.url, { login: { by: 'token', file: file('token', 'first-token\n') } });
    const source = prometheusSource({ clock: realClock(), settings: () => [one] });
    const texts = sentences(await source.ask(never));
    file('token', 'second-token\n');
    texts.concat(sentences(await source.ask(never)));
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

describe('silences', () => {
  const labels = (over: object = {}) => ({ alertname: 'Down', host: 'a', cluster: 'prod', ...over });
  const muted = (over: object = {}, by: readonly string[] = ['id'], state = 'suppressed') => ({
    labels: labels(over),
    status: { state, silencedBy: by, inhibitedBy: [] },
  });
  const run = async (alerts: readonly object[], alertmanager: RequestListener) => {
    await using prometheus = await serve(answering(vector(...alerts)));
    await using silencer = await serve(alertmanager);
    const silences = { alertmanager: silencer.url.origin, externalLabels: { cluster: 'prod' } };
    const answer = await ask(settings(prometheus.url, { asks: { ...everyAlert, silences } }));
    return { answer, asked: silencer.requests.map(({ url }) => url), url: silencer.url.origin };
  };
  const down = alert('Down', { host: 'a' });
  const path = '/api/v2/alerts?active=false&unprocessed=false';

  it('mute the alert that Alertmanager has under these labels, those that Prometheus adds included', async () => {
    const { answer, asked } = await run([down], answering([muted()]));
    assert.deepEqual([answer, asked], [{ is: 'allowed' }, [path]]);
  });

  const not: readonly (readonly [string, readonly object[], readonly object[], string])[] = [
    ['another alert of the same name', [down, alert('Down', { host: 'b' })], [muted()], 'Down'],
    ['one of another cluster', [down], [muted({ cluster: 'test' })], 'Down'],
    ['one with a label more', [down], [muted({ pod: 'x' })], 'Down'],
    ['one that another alert mutes', [down], [muted({}, [])], 'Down'],
    ['one that is active again', [down], [muted({}, ['id'], 'active')], 'Down'],
    ['one that is pending', [alert('Down', { host: 'a', alertstate: 'pending' })], [muted()], 'Down (pending)'],
    [
      'one that is pending beside it',
      [down, alert('Down', { host: 'a', alertstate: 'pending' })],
      [muted()],
      'Down (pending)',
    ],
  ];
  for (const [name, alerts, silenced, left] of not) {
    it(`do not mute ${name}`, async () => {
      const { answer } = await run(alerts, answering(silenced));
      assert.equal(answer.is === 'refused' && answer.reasons[0]?.details['alerts'], left);
    });
  }

  it('are not asked for where nothing fires', async () => {
    assert.deepEqual((await run([], answering([]))).asked, []);
  });

  it('are asked for within the time that is left', async () => {
    const { promise: late, resolve: answerNow } = Promise.withResolvers<void>();
    await using prometheus = await serve(async (request, response) => {
      await late;
      answering(vector(down))(request, response);
    });
    await using hanging = await serve(() => {});
    const clock = new ManualClock();
    const silences = { alertmanager: hanging.url.origin, externalLabels: {} };
    const one = settings(prometheus.url, { timeout: 3_000, asks: { ...everyAlert, silences } });
    const asked = prometheusSource({ clock, settings: () => [one] }).ask(never);
    await until(() => prometheus.requests.length === 1);
    await clock.advance(2_000);
    answerNow();
    await until(() => hanging.requests.length === 1);
    await clock.advance(1_000);
    await until(() => hanging.open() === 0);
    assert.equal((await asked).is, 'refused');
  });

  for (const [name, handler, why] of [
    ['that cannot be read', answering('', 503), 'it answers with status 503'],
    ['of something else', answering({ a: 1 }), 'its answer is none of Alertmanager'],
    ['without labels', answering([{ status: { silencedBy: [] } }]), 'its answer is none of Alertmanager'],
  ] as const) {
    it(`${name} leave the alert against a reboot, and are told of besides`, async () => {
      const { answer, url } = await run([down], handler);
      assert.equal(answer.is, 'refused');
      assert.deepEqual(sentences(answer).slice(1), [
        `cannot tell whether a reboot is permitted: Alertmanager ${url}: ${why}`,
      ]);
    });
  }
});
