import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { acceptTexts } from '../../src/config/accept.ts';
import { problemText } from '../../src/config/problem.ts';

const every = {
  url: 'https://p:9090',
  asks: { for: 'alerts', filter: null, matchOnly: false, firingOnly: false, matchers: [], silences: null },
  timeout: 5_000,
  login: null,
  caFile: null,
  clientCertificate: null,
};
const alerts = (over: object) => ({ ...every, asks: { ...every.asks, ...over } });
const matcher = (name: string, is: string, value: string) => ({ name, is, value });

/** One server, in a file of its own as the second of two. */
function accept(server: string) {
  return acceptTexts([{ file: 'f', text: `blockers:\n  prometheus:\n    - {url: "http://first"}\n    - ${server}\n` }]);
}

describe('a Prometheus is taken', () => {
  const taken: readonly (readonly [rest: string, value: object])[] = [
    ['timeout: 7s', { ...every, timeout: 7_000 }],
    ['query: "up == 0"', { ...every, asks: { for: 'query', query: 'up == 0' } }],
    ['alertFilterRegexp: "^(?i)a|b$"', alerts({ filter: '^(?i)a|b$' })],
    ['alertFilterRegexp: a, alertFilterMatchOnly: true', alerts({ filter: 'a', matchOnly: true })],
    ['alertFiringOnly: true', alerts({ firingOnly: true })],
    [
      `matchers: ['severity="critical"', team!~db|web, ' a =~ "b\\n" ']`,
      alerts({
        matchers: [matcher('severity', '=', 'critical'), matcher('team', '!~', 'db|web'), matcher('a', '=~', 'b\n')],
      }),
    ],
    [
      'alertmanager: "http://a:9093/path/"',
      alerts({ silences: { alertmanager: 'http://a:9093/path', externalLabels: {} } }),
    ],
    [
      'alertmanager: "http://a:9093", externalLabels: {cluster: prod}',
      alerts({ silences: { alertmanager: 'http://a:9093', externalLabels: { cluster: 'prod' } } }),
    ],
    ['bearerTokenFile: /t', { ...every, login: { by: 'token', file: '/t' } }],
    ['username: u, passwordFile: /p', { ...every, login: { by: 'password', user: 'u', file: '/p' } }],
    ['caFile: /ca', { ...every, caFile: '/ca' }],
    ['certFile: /c, keyFile: /k', { ...every, clientCertificate: { certFile: '/c', keyFile: '/k' } }],
    ['query:, caFile:', every],
  ];
  for (const [rest, value] of taken) {
    it(rest, () => {
      const accepted = accept(`{url: "https://p:9090", ${rest}}`);
      assert.ok(accepted.valid, JSON.stringify(accepted));
      assert.deepEqual(accepted.settings.blockers.prometheus[1], value);
    });
  }
});

describe('a pattern, in a process with as much memory as the service has', () => {
  /** By a process of its own, which would end if it took more. */
  const verdict = (pattern: string): string => {
    const text = `blockers: {prometheus: {url: "http://p", alertFilterRegexp: ${JSON.stringify(pattern)}}}`;
    const accept = JSON.stringify(join(import.meta.dirname, '../../src/config/accept.ts'));
    const script = `import { acceptTexts } from ${accept}; const { valid, problems } = acceptTexts([{ file: 'f', text: ${JSON.stringify(text)} }]); console.log(valid || problems[0].message);`;
    const args = ['--max-old-space-size=64', '--input-type=module', '--eval', script];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.equal(stderr, '');
    return stdout;
  };
  const large = ['\\pL{999}'.repeat(500), 'a{999}'.repeat(600), '(?i)[^a]{1,999}'.repeat(250), '('.repeat(4_000)];
  for (const pattern of large) {
    it(`that is huge is refused: ${pattern.slice(0, 20)}`, () =>
      assert.match(verdict(pattern), /; alertFilterRegexp is .*, which is /));
  }
  for (const pattern of ['^[a-z]{1,63}(\\.[a-z]{1,63}){0,4}$', '^(a|b|c){1,400}$', '^(Watchdog|KuredHost.*)$']) {
    it(`that is not is taken: ${pattern}`, () => assert.equal(verdict(pattern), 'true\n'));
  }
});

describe('a Prometheus is refused, in one sentence with its place', () => {
  const url = 'url: "https://p"';
  const refused: readonly (readonly [server: string, column: number, says: string])[] = [
    ['p', 7, 'entry 2 is "p", which is no map'],
    ['{}', 7, 'entry 2 is a map, which has no url'],
    ['{urls: []}', 7, 'whose key "urls" is not known; did you mean url?'],
    ['{url: "p:9090"}', 13, 'url of entry 2 is "p:9090", which is no http: or https: URL'],
    ['{url: 9090}', 13, 'url of entry 2 is the number 9090, which needs quotes'],
    [`{${url}, query: ""}`, 33, 'query of entry 2 is "", which is empty'],
    [`{${url}, query: up, alertFiringOnly: true}`, 7, 'which has both query and alertFiringOnly'],
    [
      `{${url}, alertFilterRegexp: "*"}`,
      45,
      'which is no regular expression as RE2 has them: missing argument to repetition',
    ],
    [
      `{${url}, alertFilterRegexp: "(?=a)"}`,
      45,
      'which is no regular expression as RE2 has them: invalid or unsupported',
    ],
    [`{${url}, alertFilterRegexp: ""}`, 45, 'which matches every name, so that no alert would count'],
    [`{${url}, alertFilterRegexp: "(a{900}){1,3}"}`, 45, 'RE2'],
    [`{${url}, alertFilterRegexp: "a{900}b{900}c{900}"}`, 45, 'which is too large a pattern'],
    [`{${url}, alertFilterMatchOnly: true}`, 7, 'which has alertFilterMatchOnly without alertFilterRegexp'],
    [`{${url}, alertFilterRegexp: a, alertFilterMatchOnly: yes}`, 70, 'which is neither true nor false'],
    [`{${url}, matchers: a=b}`, 36, 'matchers of entry 2 is "a=b", which is no list'],
    [
      `{${url}, matchers: [a=b, severity]}`,
      36,
      'whose matcher 2 is one which is no matcher, such as severity="critical"',
    ],
    [`{${url}, matchers: ['a="b']}`, 36, 'whose matcher 1 is one whose value is no text in double quotes'],
    [
      `{${url}, matchers: ['a=b"}) or vector(1']}`,
      36,
      'whose matcher 1 is one whose value is no text in double quotes',
    ],
    [`{${url}, matchers: ['a=~"("']}`, 36, 'whose matcher 1 is one which is no regular expression'],
    [`{${url}, matchers: [__name__=up]}`, 36, 'about the name of the metric'],
    [`{${url}, externalLabels: {a: b}}`, 7, 'which has externalLabels without alertmanager'],
    [`{${url}, alertmanager: "http://a", externalLabels: {a: 1}}`, 68, 'whose value of a needs quotes to be text'],
    [`{${url}, username: u}`, 7, 'which has username without passwordFile'],
    [`{${url}, username: "a:b", passwordFile: /p}`, 36, 'which holds a colon'],
    [`{${url}, bearerTokenFile: t}`, 43, 'bearerTokenFile of entry 2 is "t", which does not begin with /'],
    [`{${url}, bearerTokenFile: /t, username: u, passwordFile: /p}`, 7, 'a request has one login'],
    [`{${url}, certFile: /c}`, 7, 'which has certFile without keyFile'],
    ['{url: "http://p", caFile: /ca}', 33, 'which is used with https: alone'],
    [`{${url}, timeout: 8s}`, 35, 'timeout of entry 2 is "8s", which is not from 1s to 7s'],
    [`{${url}, timeout: 5}`, 35, 'which is no duration'],
  ];
  for (const [server, column, says] of refused) {
    it(server, () => {
      const accepted = accept(server);
      assert.equal(accepted.valid, false);
      const [problem, ...more] = accepted.valid ? [] : accepted.problems;
      assert.ok(problem !== undefined && more.length === 0, JSON.stringify(accepted));
      assert.ok(
        problemText(problem).startsWith(`f:4:${column}: blockers.prometheus must be a list of {url, alert`),
        problemText(problem),
      );
      assert.ok(problemText(problem).includes(says), problemText(problem));
    });
  }

  it('alone, without a list, by the name of its key', () => {
    const accepted = acceptTexts([{ file: 'f', text: 'blockers:\n  prometheus: {url: "http://p", timeout: 1m}\n' }]);
    const [problem] = accepted.valid ? [] : accepted.problems;
    assert.match(
      problem === undefined ? '' : problemText(problem),
      /^f:2:42: .*; timeout is "1m", which is not from 1s to 7s$/,
    );
  });

  for (const key of ['url', 'alertmanager']) {
    it(`without repeating a password in its ${key}`, () => {
      const accepted = accept(
        key === 'url' ? '{url: "http://u:hunter2@p"}' : `{${url}, alertmanager: "http://u:hunter2@p"}`,
      );
      const [problem] = accepted.valid ? [] : accepted.problems;
      const text = problem === undefined ? '' : problemText(problem);
      assert.ok(text.includes(`entry 2 is a map, whose ${key} has a login`), text);
      assert.ok(!text.includes('hunter2'), text);
    });
  }
});

it('a server of one file and a login of another never come together', () => {
  const first = 'blockers: {prometheus: {url: "https://a", bearerTokenFile: /a}}\n';
  const accepted = acceptTexts([
    { file: 'f', text: first },
    { file: 'g', text: 'blockers: {prometheus: {url: "https://b"}}\n' },
  ]);
  assert.ok(accepted.valid);
  assert.deepEqual(accepted.settings.blockers.prometheus, [{ ...every, url: 'https://b' }]);
});
