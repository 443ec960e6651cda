import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { outsideText } from '../core/outside-text.ts';
import type { HttpTarget } from '../http/connect.ts';
import { CredentialError } from './credential-error.ts';
import { isObject, type JsonObject, textIn, without } from './json.ts';
import type { CredentialPaths, Kubeconfig } from './kubeconfig.ts';
import { boundedPlugin, pluginTrouble } from './plugin.ts';

/** How to reach an API server and as whom, as it stands now. */
export interface Access {
  readonly target: HttpTarget;
  readonly headers: Readonly<Record<string, string>>;
}

/** The texts of a kubeconfig's files, read before; null where there is none. */
export type CredentialTexts = { readonly [part in keyof CredentialPaths]: string | null };

/**
 * Turns a kubeconfig with its files' texts into ways of access: the answer, asked again, gives what is valid then, since a
 * plugin's token expires. Only KubeConfig's reading is used, never its agents: it keeps one per cluster and user for ever.
 * Rejects with CredentialError where nothing can come of it.
 */
export async function accessOf(config: Kubeconfig, texts: CredentialTexts): Promise<() => Promise<Access>> {
  const url = urlOf(textIn(config.cluster, 'server'), ['https:', 'http:'], 'its server');
  const proxyText = textIn(config.cluster, 'proxy-url');
  const proxy = proxyText === '' ? null : urlOf(proxyText, ['http:'], 'its proxy-url');
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(JSON.stringify(await wholeConfig(config, texts)));
  const { exec } = config.user;
  return async () => {
    const options: RequestOptions = {};
    const failure: unknown = await kubeConfig.applyToHTTPSOptions(options).then(
      () => undefined,
      (error: unknown) => error,
    );
    const access = { target: { url, proxy, tls: tlsOf(options) }, headers: headersOf(options) };
    // Beside a client certificate as well: what is printed may be the token.
    if (isObject(exec) && (failure !== undefined || !logsIn(access))) throw pluginTrouble(exec, failure);
    if (failure === undefined) return access;
    throw new CredentialError(
      'unusable',
      outsideText(failure instanceof Error ? failure.message : String(failure), 300),
    );
  };
}

function logsIn({ target, headers }: Access): boolean {
  return target.tls.cert !== null || headers['authorization'] !== undefined;
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
async function wholeConfig(config: Kubeconfig, texts: CredentialTexts): Promise<JsonObject> {
  const { user } = config;
  const cluster = {
    ...without(config.cluster, 'certificate-authority'),
    ...data('certificate-authority-data', texts.ca),
  };
  const named = { name: 'current' };
  return {
    clusters: [{ ...named, cluster: without(cluster, 'proxy-url') }],
    users: [{ ...named, user: await wholeUser(user, cluster, texts) }],
    contexts: [{ ...named, context: { cluster: 'current', user: 'current' } }],
    'current-context': 'current',
  };
}

async function wholeUser(user: JsonObject, cluster: JsonObject, texts: CredentialTexts): Promise<JsonObject> {
  const exec = user['exec'];
  return {
    ...without(user, 'client-certificate', 'client-key', 'tokenFile'),
    ...data('client-certificate-data', texts.cert),
    ...data('client-key-data', texts.key),
    ...(texts.token === null ? {} : { token: texts.token.trim() }),
    ...(isObject(exec) ? { exec: await boundedPlugin(exec, cluster) } : {}),
  };
}

function data(field: string, text: string | null): JsonObject {
  return text === null ? {} : { [field]: Buffer.from(text).toString('base64') };
}

function urlOf(text: string, protocols: readonly string[], whose: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && protocols.includes(url.protocol)) return url;
  const wanted = protocols.map((protocol) => `${protocol}//`).join(' or ');
  throw new CredentialError(
    'unusable',
    `${whose} is "${outsideText(withoutLogin(text), 200)}", which is no ${wanted} URL`,
  );
}

/** What is wrong with it is shown where everybody reads it (systemctl status), and a proxy's password may be in it. */
function withoutLogin(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1…@');
}
