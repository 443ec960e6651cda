/** `make build`: one bundled file, dist/app.cjs, and the native library beside it. The same commit gives the same bytes. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };

/** What KubeConfig drags in and the product never uses: authentication of clouds that left Kubernetes, web sockets, SOCKS. */
const stubs: Readonly<Record<string, string>> = {
  './azure_auth.js': provider('AzureAuth'),
  './gcp_auth.js': provider('GoogleCloudPlatformAuth'),
  './oidc_auth.js': provider('OpenIDConnectAuth'),
  'openid-client': 'module.exports = {};',
  'socks-proxy-agent': 'module.exports = { SocksProxyAgent: class {} };',
  'isomorphic-ws': 'module.exports = {};',
  ws: 'module.exports = {};',
  undici: 'module.exports = { Agent: class {}, ProxyAgent: class {}, Socks5ProxyAgent: class {}, fetch() {} };',
};

function provider(name: string): string {
  return `exports.${name} = class { isAuthProvider() { return false; } applyAuthentication() {} };`;
}

const stubbed: Plugin = {
  name: 'stubs',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path }) => (path in stubs ? { path, namespace: 'stub' } : undefined));
    onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({ contents: stubs[path] ?? '', loader: 'js' }));
  },
};

mkdirSync(`${root}dist`, { recursive: true });
await build({
  entryPoints: [`${root}src/main.ts`],
  outfile: `${root}dist/app.cjs`,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [stubbed],
  define: { KURED_HOST_VERSION: JSON.stringify(version), KURED_HOST_REVISION: JSON.stringify(revision()) },
});
copyFileSync(
  `${root}node_modules/@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`,
  `${root}dist/koffi.node`,
);

/** The commit, by git or, in a source archive without it, "source". */
function revision(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return 'source';
  }
}
