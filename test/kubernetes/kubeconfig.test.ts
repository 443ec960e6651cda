import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { describe, test } from 'node:test';
import { CredentialError } from '../../src/kubernetes/credential-error.ts';
import { loadCredentials } from '../../src/kubernetes/credentials-load.ts';
import { kubeletKubeconfigs, presentPlaces } from '../../src/kubernetes/kubeconfig-places.ts';
import { realClock } from '../fakes/clock.ts';
import { Authority } from '../http/certificates.ts';
import { never } from '../http/server.ts';
import { KubeconfigFolder } from './kubeconfig-files.ts';

const authority = new Authority();
const pair = authority.node('n1');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Loads at the first try: what is wrong for the moment is wrong here. */
function load(folder: KubeconfigFolder) {
  return loadCredentials(folder.kubeconfig, realClock(), never, 1);
}

async function problem(folder: KubeconfigFolder): Promise<string> {
  const error = await load(folder).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof CredentialError, `it could be used, or failed with ${error}`);
  return error.message;
}

describe('a kubeconfig', () => {
  test('with paths, beside it or absolute', async () => {
    using folder = new KubeconfigFolder();
    folder.write('ca.crt', authority.cert);
    folder.write('client.crt', pair.cert);
    folder.write('client.key', pair.key);
    const user = { 'client-certificate': 'client.crt', 'client-key': folder.file('client.key') };
    folder.writeKubeconfig('https://k8s:6443/path/', user, {
      'certificate-authority': 'ca.crt',
      'tls-server-name': 'kubernetes',
      'proxy-url': 'http://proxy:3128',
    });
    const { access, certificate, looks } = await load(folder);
    assert.equal(access.target.url.href, 'https://k8s:6443/path/');
    assert.equal(access.target.proxy?.href, 'http://proxy:3128/');
    assert.deepEqual(access.target.tls, {
      ca: authority.cert,
      cert: pair.cert,
      key: pair.key,
      servername: 'kubernetes',
      verify: true,
    });
    assert.equal(certificate?.subject, 'O=system:nodes\nCN=system:node:n1');
    assert.equal(looks.size, 4);
  });

  test('with everything in it, which wins over paths', async () => {
    using folder = new KubeconfigFolder();
    const user = {
      'client-certificate-data': base64(pair.cert),
      'client-key-data': base64(pair.key),
      'client-certificate': '/gone',
    };
    folder.writeKubeconfig('https://k8s', user, {
      'certificate-authority-data': base64(authority.cert),
      'insecure-skip-tls-verify': true,
    });
    const { access } = await load(folder);
    assert.equal(access.target.tls.cert, pair.cert);
    assert.equal(access.target.tls.verify, false);
  });

  const headers: [string, object, Record<string, string>][] = [
    ['a token', { token: 'abc' }, { authorization: 'Bearer abc' }],
    ['a token file, which wins', { token: 'abc', tokenFile: 'token' }, { authorization: 'Bearer from-file' }],
    ['a user to impersonate', { token: 't', as: 'ada' }, { authorization: 'Bearer t', 'impersonate-user': 'ada' }],
    ['a password', { username: 'ada', password: 'pw' }, { authorization: `Basic ${base64('ada:pw')}` }],
    ['nothing', {}, {}],
  ];
  for (const [title, user, expected] of headers) {
    test(`with ${title}`, async () => {
      using folder = new KubeconfigFolder();
      folder.write('token', 'from-file\n');
      folder.writeKubeconfig('https://k8s', user);
      const { access } = await load(folder);
      assert.deepEqual(access.headers, expected);
    });
  }

  test('with a plugin: it is told what to answer, and its folder is the kubeconfig’s', async () => {
    using folder = new KubeconfigFolder();
    const script = `#!/bin/sh
      printf '{"kind":"ExecCredential","status":{"token":"%s/%s/%s"}}' "$1" "$WHO" "$(printf %s "$KUBERNETES_EXEC_INFO" | tr -d '" ')"`;
    folder.write('plugin', script);
    chmodSync(folder.file('plugin'), 0o700);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin', args: ['a'] };
    folder.writeKubeconfig('https://k8s', { exec: { ...exec, env: [{ name: 'WHO', value: 'me' }] } });
    const { access } = await load(folder);
    const info = '{apiVersion:client.authentication.k8s.io/v1,kind:ExecCredential,spec:{interactive:false}}';
    assert.equal(access.headers['authorization'], `Bearer a/me/${info}`);
    folder.writeKubeconfig('https://k8s', { exec: { ...exec, command: 'no-such-plugin' } });
    assert.match(await problem(folder), /no-such-plugin/);
  });

  test('with a plugin that wants to know of the cluster: the CA of a file and the configuration that is meant for it', async () => {
    using folder = new KubeconfigFolder();
    folder.write('ca.crt', authority.cert);
    folder.write(
      'plugin',
      `#!/bin/sh\nprintf '{"status":{"token":"%s"}}' "$(printf %s "$KUBERNETES_EXEC_INFO" | base64 -w0)"`,
    );
    chmodSync(folder.file('plugin'), 0o700);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin', provideClusterInfo: true };
    const extensions = [
      { name: 'other', extension: { a: 1 } },
      { name: 'client.authentication.k8s.io/exec', extension: { audience: 'x' } },
    ];
    folder.writeKubeconfig('https://k8s', { exec }, { 'certificate-authority': 'ca.crt', extensions });
    const { access } = await load(folder);
    const told = Buffer.from(access.headers['authorization']?.slice('Bearer '.length) ?? '', 'base64').toString();
    const ca = Buffer.from(authority.cert).toString('base64');
    const cluster = { server: 'https://k8s', 'certificate-authority-data': ca, config: { audience: 'x' } };
    assert.deepEqual(JSON.parse(told).spec, { interactive: false, cluster });
  });

  test('whose plugin cannot be run says which, and why', async () => {
    using folder = new KubeconfigFolder();
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' };
    folder.writeKubeconfig('https://k8s', { exec });
    assert.equal(await problem(folder), `its plugin ${folder.file('plugin')} does not exist`);
    folder.write('plugin', '#!/bin/sh\n');
    assert.match(
      await problem(folder),
      /^running its plugin \S+\/plugin is refused; let it belong to root and be executable/,
    );
  });

  test('whose plugin gives nothing to log in with says what it did, and repeats nothing that may be a token', async () => {
    using folder = new KubeconfigFolder();
    const plugin = folder.file('plugin');
    const tell = async (script: string, args: readonly unknown[] = [], beside: object = {}): Promise<string> => {
      folder.write('plugin', `#!/bin/sh\n${script}\n`);
      chmodSync(plugin, 0o700);
      const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin', args };
      folder.writeKubeconfig('https://k8s', { exec, ...beside });
      return await problem(folder);
    };
    const other = `its plugin ${plugin} prints something else than an ExecCredential`;
    for (const printed of ['s3cret', '', '{}', '"text"']) assert.equal(await tell(`echo '${printed}'`), other);
    const nothing = `its plugin ${plugin} gives neither a token nor a client certificate`;
    for (const printed of ['null', '{"status":{}}']) assert.equal(await tell(`echo '${printed}'`), nothing);
    const silent = `its plugin ${plugin} ends with an error and without a word, or does not end within 30 s`;
    assert.equal(await tell('exit 3'), silent);
    assert.equal(await tell('echo "no network" >&2; exit 3'), `its plugin ${plugin} fails: no network`);
    assert.match(
      await tell('true', ['a\u0000b']),
      /^its plugin \S+\/plugin fails: The argument 'args\[4\]' must be a string without/,
    );
    folder.write('pair.pem', `${pair.cert}${pair.key}`);
    const files = { 'client-certificate': 'pair.pem', 'client-key': 'pair.pem' };
    assert.equal(await tell("echo 's3cret'", [], files), other);
    assert.equal(await tell('exit 3', [], files), silent);
  });

  test('in YAML, by its current context only', async () => {
    using folder = new KubeconfigFolder();
    folder.write(
      'kubelet.conf',
      `apiVersion: v1
kind: Config
current-context: b
clusters:
- {name: x, cluster: {server: "https://one"}}
- {name: y, cluster: {server: "https://two"}}
contexts:
- {name: a, context: {cluster: x, user: u}}
- {name: b, context: {cluster: y, user: u}}
users:
- {name: u, user: {token: t}}
`,
    );
    assert.equal((await load(folder)).access.target.url.hostname, 'two');
  });

  const bad: [string, string, RegExp][] = [
    ['empty', '', /^it is empty$/],
    ['no YAML', 'kind: Config\n  x: [', /^line 2: /],
    ['a list', '[]', /^it is no kubeconfig$/],
    ['something else', 'kind: KubeletConfiguration', /^it is no kubeconfig but a KubeletConfiguration$/],
    ['without its context', 'current-context: c', /^current-context names "c", which is not among its contexts$/],
  ];
  for (const [title, text, message] of bad) {
    test(`that is ${title} says so`, async () => {
      using folder = new KubeconfigFolder();
      folder.write('kubelet.conf', text);
      assert.match(await problem(folder), message);
    });
  }

  const unusable: [string, string, object, RegExp][] = [
    ['no server', '', {}, /^its cluster names no server$/],
    ['no URL', 'k8s:6443', {}, /^its server is "k8s:6443", which is no https:\/\/ or http:\/\/ URL$/],
    ['a SOCKS proxy', 'https://k8s', { 'proxy-url': 'socks5://p' }, /^its proxy-url is "socks5:\/\/p"/],
    ...['socks5://me:s3cret@p:1', 'me:s3cret@p:1', 'https://me:s3c@ret@p:1'].map(
      (proxy): [string, string, object, RegExp] => [
        `a proxy ${proxy} and the login in it, which is not repeated,`,
        'https://k8s',
        { 'proxy-url': proxy },
        /^its proxy-url is "(?:(?:socks5|https):\/\/)?…@p:1", which is no http:\/\/ URL$/,
      ],
    ),
    ['http: without saying that it is meant', 'http://k8s', {}, /HTTP protocol is not allowed/],
    ['a CA that is gone', 'https://k8s', { 'certificate-authority': '/no/ca.crt' }, /^\/no\/ca.crt does not exist$/],
  ];
  for (const [title, server, cluster, message] of unusable) {
    test(`with ${title} cannot be used`, async () => {
      using folder = new KubeconfigFolder();
      folder.writeKubeconfig(server, { token: 't' }, cluster);
      assert.match(await problem(folder), message);
    });
  }

  test('whose certificate and key are no pair, or half of one, cannot be used', async () => {
    using folder = new KubeconfigFolder();
    const other = authority.node('n1');
    const cases: [string | null, string | null, RegExp][] = [
      [pair.cert, other.key, /do not belong together/],
      [pair.cert, null, /client key is missing/],
      [null, pair.key, /client certificate is missing/],
      [pair.cert, pair.key.slice(0, 60), /cannot be read/],
    ];
    for (const [cert, key, message] of cases) {
      const user = {
        ...(cert === null ? {} : { 'client-certificate-data': base64(cert) }),
        ...(key === null ? {} : { 'client-key-data': base64(key) }),
      };
      folder.writeKubeconfig('https://k8s', user);
      assert.match(await problem(folder), message);
    }
  });
});

describe('kubeconfigs of kubelets', () => {
  test('are looked for in the order of the distributions', () => {
    const order = ['/etc/kubernetes', 'k3s', 'rke2', 'microk8s', 'k0s', '/var/lib/kubelet'];
    assert.deepEqual(
      kubeletKubeconfigs.map((path) => order.findIndex((part) => path.includes(part))),
      [0, 1, 2, 3, 4, 5],
    );
  });

  test('are found where there is a file', async () => {
    using folder = new KubeconfigFolder();
    folder.write('b', '');
    const places = ['a', 'b', 'b/c'].map((name) => folder.file(name));
    assert.deepEqual(await presentPlaces([...places, folder.path]), [places[1]]);
  });
});
