import { dirname, isAbsolute, join } from 'node:path';
import { load, YAMLException } from 'js-yaml';
import { outsideText } from '../core/outside-text.ts';
import { CredentialError } from './credential-error.ts';
import { isObject, type JsonObject, objectIn, objectsIn, textIn } from './json.ts';

/** The current context of a kubeconfig (client-go clientcmd/api/v1 types.go), its paths made absolute. */
export interface Kubeconfig {
  readonly cluster: JsonObject;
  readonly user: JsonObject;
  /** The files its credentials are in; null where they are in the kubeconfig itself, or there are none. */
  readonly files: CredentialPaths;
}

export interface CredentialPaths {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly token: string | null;
}

/** Reads a kubeconfig's text. Throws CredentialError, `other-kind` when it is YAML of something else. */
export function parseKubeconfig(text: string, path: string): Kubeconfig {
  const config = parseYaml(text);
  const kind = textIn(config, 'kind');
  if (kind !== '' && kind !== 'Config') {
    throw new CredentialError('other-kind', `it is no kubeconfig but a ${outsideText(kind, 60)}`);
  }
  const current = textIn(config, 'current-context');
  const context = objectIn(named(config, 'contexts', current, 'current-context'), 'context');
  const cluster = objectIn(named(config, 'clusters', textIn(context, 'cluster'), 'its context'), 'cluster');
  const user = objectIn(named(config, 'users', textIn(context, 'user'), 'its context'), 'user');
  if (textIn(cluster, 'server') === '') throw new CredentialError('unusable', 'its cluster names no server');
  return { cluster, user: withCommand(user, path), files: filesOf(cluster, user, path) };
}

function parseYaml(text: string): JsonObject {
  // A file that is being written may be empty, or half of one, for a moment.
  if (text.trim() === '') throw new CredentialError('passing', 'it is empty');
  const value = loadYaml(text);
  if (!isObject(value)) throw new CredentialError('passing', 'it is no kubeconfig');
  return value;
}

function loadYaml(text: string): unknown {
  try {
    return load(text);
  } catch (error) {
    const at = error instanceof YAMLException && error.mark !== undefined ? `line ${error.mark.line + 1}: ` : '';
    const why = error instanceof YAMLException ? error.reason : String(error);
    throw new CredentialError('passing', `${at}${outsideText(why, 200)}`, error);
  }
}

function named(config: JsonObject, list: string, name: string, by: string): JsonObject {
  const found = objectsIn(config, list).find((entry) => textIn(entry, 'name') === name);
  if (found !== undefined) return found;
  throw new CredentialError('unusable', `${by} names "${outsideText(name, 100)}", which is not among its ${list}`);
}

/** Data in the kubeconfig wins over a file, a token's file over the token (clientcmd client_config.go). */
function filesOf(cluster: JsonObject, user: JsonObject, path: string): CredentialPaths {
  const file = (from: JsonObject, field: string, data: string): string | null =>
    textIn(from, field) === '' || textIn(from, data) !== '' ? null : absolute(textIn(from, field), path);
  return {
    ca: file(cluster, 'certificate-authority', 'certificate-authority-data'),
    cert: file(user, 'client-certificate', 'client-certificate-data'),
    key: file(user, 'client-key', 'client-key-data'),
    token: textIn(user, 'tokenFile') === '' ? null : absolute(textIn(user, 'tokenFile'), path),
  };
}

/** A plugin named with a folder is found from the kubeconfig's own (clientcmd loader.go ResolvePath). */
function withCommand(user: JsonObject, path: string): JsonObject {
  const exec = user['exec'];
  if (!isObject(exec)) return user;
  const command = textIn(exec, 'command');
  return command.includes('/') ? { ...user, exec: { ...exec, command: absolute(command, path) } } : user;
}

function absolute(file: string, kubeconfig: string): string {
  return isAbsolute(file) ? file : join(dirname(kubeconfig), file);
}
