import type { Plugin } from 'esbuild';

/**
 * Leaves out of the bundle what KubeConfig drags in and the product never uses: its API client, its proxy agents, web
 * sockets, and the log-ins of clouds that Kubernetes itself has given up. Only imports made by client-node are replaced.
 * The stubs are ES modules, so a name that a new version of client-node wants and no stub has fails the build.
 */
export const leaveOut: Plugin = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path, importer }) =>
      importer.includes('/@kubernetes/client-node/dist/') && Object.hasOwn(stubs, path)
        ? { path, namespace: 'left-out', sideEffects: false }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: stubs[path] ?? '', loader: 'js' }));
  },
};

const stubs: Readonly<Record<string, string>> = {
  './gen/index.js': `${never('createConfiguration')} ${never('ServerConfiguration')}`,
  './middleware.js': never('setHeaderMiddleware'),
  undici: `${never('Agent')} ${never('ProxyAgent')}`,
  socks: 'export const SocksClient = {};',
  'socks-proxy-agent': agent('SocksProxyAgent'),
  hpagent: `${agent('HttpProxyAgent')} ${agent('HttpsProxyAgent')}`,
  './azure_auth.js': login('AzureAuth', 'azure'),
  './gcp_auth.js': login('GoogleCloudPlatformAuth', 'gcp'),
  './oidc_auth.js': login('OpenIDConnectAuth', 'oidc'),
};

/** Nothing calls it; should something begin to, it says so. */
function never(name: string): string {
  return `export function ${name}() { throw new Error('${name} is left out of this bundle'); }`;
}

/** KubeConfig makes an agent for each answer; src/http/ makes the connections, so it is never used. */
function agent(name: string): string {
  return `export class ${name} {}`;
}

/** KubeConfig asks each of its log-ins whether a user is theirs; silence would mean a request without any credentials. */
function login(name: string, provider: string): string {
  return `export class ${name} {
    isAuthProvider(user) { return user?.authProvider?.name === '${provider}'; }
    async applyAuthentication() { throw new Error('the auth-provider "${provider}" is not supported; use an exec plugin'); }
  }`;
}
