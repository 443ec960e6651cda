import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { outsideText } from '../core/outside-text.ts';
import { CredentialError } from './credential-error.ts';
import { homesClosed } from './credential-files.ts';
import { type JsonObject, objectsIn, textIn, without } from './json.ts';
import { isAbsence } from './kubeconfig-places.ts';

/** A plugin that hangs is ended after this many seconds (timeout(1)); the library itself would wait for ever. */
const pluginSeconds = 30;

/** A folder of plugins, and where else it is seen. */
export interface ShownFolder {
  readonly folder: string;
  readonly at: string;
}

/** GKE has the kubelet's plugin in /home, which the service's unit closes: it shows the folder elsewhere (BindReadOnlyPaths=). */
const gke: ShownFolder = { folder: '/home/kubernetes/bin/', at: '/run/kured-host/home-kubernetes-bin/' };

/**
 * The plugin as client-go calls it (plugin/pkg/client/auth/exec): with KUBERNETES_EXEC_INFO, never interactive; and with an
 * end. The cluster's CA is in `cluster`, not in a file. Rejects with CredentialError when it cannot be run.
 */
export async function boundedPlugin(exec: JsonObject, cluster: JsonObject): Promise<JsonObject> {
  const info = {
    apiVersion: textIn(exec, 'apiVersion'),
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      ...(exec['provideClusterInfo'] === true ? { cluster: clusterInfo(cluster) } : {}),
    },
  };
  const env = Array.isArray(exec['env']) ? exec['env'] : [];
  const args = Array.isArray(exec['args']) ? exec['args'] : [];
  return {
    ...exec,
    command: 'timeout',
    args: ['-k', '5', String(pluginSeconds), await runnable(textIn(exec, 'command')), ...args],
    env: [...env, { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }],
  };
}

/** The cluster as a plugin is told of it (client.authentication.k8s.io/v1 Cluster): with what its kubeconfig has for plugins. */
function clusterInfo(cluster: JsonObject): JsonObject {
  const own = objectsIn(cluster, 'extensions').find(
    (one) => textIn(one, 'name') === 'client.authentication.k8s.io/exec',
  );
  return { ...without(cluster, 'extensions'), ...(own === undefined ? {} : { config: own['extension'] }) };
}

/**
 * Why a plugin gave nothing to log in with; `error` is what the library says of it, undefined for nothing. What the plugin printed
 * is not repeated, as it may be the token itself; what it says on standard error is for people.
 */
export function pluginTrouble(exec: JsonObject, error: unknown): CredentialError {
  const plugin = `its plugin ${outsideText(textIn(exec, 'command'), 200)}`;
  const unusable = (what: string): CredentialError => new CredentialError('unusable', `${plugin} ${what}`, error);
  if (error === undefined) return unusable('gives neither a token nor a client certificate');
  const unread = error instanceof SyntaxError || (error instanceof TypeError && !('code' in error));
  if (unread) return unusable('prints something else than an ExecCredential');
  const said = outsideText(error instanceof Error ? error.message.trim() : String(error), 300);
  const silent = `ends with an error and without a word, or does not end within ${pluginSeconds} s`;
  return unusable(said === '' ? silent : `fails: ${said}`);
}

/** The path by which a plugin can be run; a name without a folder is PATH's to find. Rejects with CredentialError when there is none. */
export async function runnable(command: string, shown: ShownFolder = gke): Promise<string> {
  if (!command.includes('/')) return command;
  const refusal = await refusalOf(command);
  if (refusal === null) return command;
  if (!command.startsWith(shown.folder)) throw refused(command, refusal, homesClosed(command));
  const elsewhere = shown.at + command.slice(shown.folder.length);
  if ((await refusalOf(elsewhere)) === null) return elsewhere;
  const restart = `the service's unit shows it ${shown.folder} as that was when it started, so restart it (systemctl restart kured-host)`;
  throw refused(command, refusal, restart);
}

/** Null: it can be run. */
async function refusalOf(command: string): Promise<unknown> {
  return await access(command, constants.X_OK).then(
    () => null,
    (error: unknown) => error,
  );
}

function refused(command: string, error: unknown, why: string | null): CredentialError {
  const path = outsideText(command, 200);
  // It may be on the way to be replaced.
  if (isAbsence(error)) return new CredentialError('passing', `its plugin ${path} does not exist`, error);
  const remedy = why ?? 'let it belong to root and be executable, on a file system that is not mounted noexec';
  return new CredentialError('unusable', `running its plugin ${path} is refused; ${remedy}`, error);
}
