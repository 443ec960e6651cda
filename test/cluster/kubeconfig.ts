import { readFileSync, writeFileSync } from 'node:fs';

/** How a kubeconfig says who asks. */
export type KubeconfigUser =
  /** Files beside the kubeconfig, as a kubelet has them; `cert` and `key` may be the same file. */
  | { readonly kind: 'files'; readonly cert: string; readonly key: string }
  /** The same files' text within the kubeconfig. */
  | { readonly kind: 'embedded'; readonly cert: string; readonly key: string }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'token file'; readonly file: string }
  | { readonly kind: 'exec'; readonly command: string; readonly parameters: readonly string[] };

export interface KubeconfigParts {
  readonly server: string;
  /** File of the authority that signed the server's certificate. */
  readonly certificateAuthority: string;
  readonly user: KubeconfigUser;
}

/** Writes a kubeconfig (as JSON, which is YAML) with mode 0600 and gives back its path. */
export function writeKubeconfig(file: string, parts: KubeconfigParts): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'test', cluster: { server: parts.server, 'certificate-authority': parts.certificateAuthority } },
    ],
    users: [{ name: 'test', user: words(parts.user) }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  };
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  return file;
}

function words(user: KubeconfigUser): Record<string, unknown> {
  switch (user.kind) {
    case 'files':
      return { 'client-certificate': user.cert, 'client-key': user.key };
    case 'embedded':
      return { 'client-certificate-data': base64(user.cert), 'client-key-data': base64(user.key) };
    case 'token':
      return { token: user.token };
    case 'token file':
      return { tokenFile: user.file };
    case 'exec':
      return {
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1',
          command: user.command,
          args: user.parameters,
          interactiveMode: 'Never',
        },
      };
  }
}

function base64(file: string): string {
  return readFileSync(file).toString('base64');
}
