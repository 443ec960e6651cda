import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { outsideText } from '../core/outside-text.ts';
import type { HttpTarget } from '../http/connect.ts';
import { CredentialError } from './credential-error.ts';
import { isObject, type JsonObject, textIn } from './json.ts';
import type { CredentialPaths, Kubeconfig } from './kubeconfig.ts';

/** How to reach an API server and as whom, as it stands now. */
export interface Access {
  readonly target: HttpTarget;
  readonly headers: Readonly<Record<string, string>>;
}

/** The texts of a kubeconfig's files, read before; null where there is none. */
export type CredentialTexts = { readonly [part in keyof CredentialPaths]: string | null };

/** A plugin that hangs is ended after this many seconds (timeout(1)); the library itself would wait for ever. */
const pluginSeconds = 30;

/**
 * Turns a kubeconfig with its files' texts into ways of access: the answer, asked again, gives what is valid then, since a
 * plugin's token expires. Only KubeConfig's reading is used, never its agents: it keeps one per cluster and user for ever.
 * Throws CredentialError where nothing can come of it.
 */
export function accessOf(config: Kubeconfig, texts: CredentialTexts): () => Promise<Access> {
  const url = urlOf(textIn(config.cluster, 'server'), ['https:', 'http:'], 'its server');
  const proxyText = textIn(config.cluster, 'proxy-url');
  const proxy = proxyText === '' ? null : urlOf(proxyText, ['http:'], 'its proxy-url');
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(JSON.stringify(wholeConfig(config, texts)));
  return async () => {
    const options: RequestOptions = {};
    await kubeConfig.applyToHTTPSOptions(options).catch((error: unknown) => {
      throw new CredentialError('unusable', outsideText(error instanceof Error ? error.message : String(error), 300));
    });
    return { target: { url, proxy, tls: tlsOf(options) }, headers: headersOf(options) };
  };
}

function tlsOf(options: RequestOptions): HttpTarget['tls'] {
  return {
    ca: pem(options.ca),
    cert: pem(options.cert),
    key: pem(options.key),
    servername: options.servername ?? null,
    verify: options.rejectUnauthorized !== false,
  };
}

function headersOf(options: RequestOptions): Readonly<Record<string, string>> {
  const headers = Object.entries(isObject(options.headers) ? options.headers : {})
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const);
  const login = options.auth ? { authorization: `Basic ${Buffer.from(options.auth).toString('base64')}` } : {};
  return { ...login, ...Object.fromEntries(headers) };
}

function pem(value: unknown): string | null {
  return typeof value === 'string' || Buffer.isBuffer(value) ? value.toString() : null;
}

/** A kubeconfig of this one context, all files in it: what is used is then exactly what was read and checked together. */
function wholeConfig(config: Kubeconfig, texts: CredentialTexts): JsonObject {
  const { cluster, user } = config;
  const named = { name: 'current' };
  return {
    clusters: [
      {
        ...named,
        cluster: {
          ...without(cluster, 'certificate-authority', 'proxy-url'),
          ...data('certificate-authority-data', texts.ca),
        },
      },
    ],
    users: [{ ...named, user: wholeUser(user, cluster, texts) }],
    contexts: [{ ...named, context: { cluster: 'current', user: 'current' } }],
    'current-context': 'current',
  };
}

function wholeUser(user: JsonObject, cluster: JsonObject, texts: CredentialTexts): JsonObject {
  const exec = user['exec'];
  return {
    ...without(user, 'client-certificate', 'client-key', 'tokenFile'),
    ...data('client-certificate-data', texts.cert),
    ...data('client-key-data', texts.key),
    ...(texts.token === null ? {} : { token: texts.token.trim() }),
    ...(isObject(exec) ? { exec: boundedPlugin(exec, cluster) } : {}),
  };
}

/** The plugin as client-go calls it (plugin/pkg/client/auth/exec): with KUBERNETES_EXEC_INFO, never interactive; and with an end. */
function boundedPlugin(exec: JsonObject, cluster: JsonObject): JsonObject {
  const info = {
    apiVersion: textIn(exec, 'apiVersion'),
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      ...(exec['provideClusterInfo'] === true ? { cluster: without(cluster, 'extensions') } : {}),
    },
  };
  const env = Array.isArray(exec['env']) ? exec['env'] : [];
  const args = Array.isArray(exec['args']) ? exec['args'] : [];
  return {
    ...exec,
    command: 'timeout',
    args: ['-k', '5', String(pluginSeconds), textIn(exec, 'command'), ...args],
    env: [...env, { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }],
  };
}

function data(field: string, text: string | null): JsonObject {
  return text === null ? {} : { [field]: Buffer.from(text).toString('base64') };
}

function without(object: JsonObject, ...fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));
}

function urlOf(text: string, protocols: readonly string[], whose: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && protocols.includes(url.protocol)) return url;
  const wanted = protocols.map((protocol) => `${protocol}//`).join(' or ');
  throw new CredentialError('unusable', `${whose} is "${outsideText(text, 200)}", which is no ${wanted} URL`);
}
