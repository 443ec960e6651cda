import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cachedFolder, hashOf } from '../cache.ts';
import { root } from '../source.ts';
import { type Arch, names } from './package.ts';

/** What differs from architecture to architecture, as npm brought it. */
export interface Native {
  readonly node: string;
  readonly nodeLicense: string;
  readonly koffi: string;
}

/**
 * Node and koffi for an architecture: from node_modules, or, for another than this machine's, from a second installation by the
 * same lockfile, which holds the integrity of both. Throws when Node is not byte for byte the one of packaging/node.sha256.
 */
export async function nativeParts(arch: Arch): Promise<Native> {
  const { npm } = names[arch];
  const folder = npm === process.arch ? root : await secondInstallation(npm);
  const name = `node-linux-${npm}/bin/node`;
  const native = {
    node: join(folder, 'node_modules', name),
    nodeLicense: join(folder, `node_modules/node-linux-${npm}/LICENSE`),
    koffi: join(folder, `node_modules/@koromix/koffi-linux-${npm}/linux_${npm}/koffi.node`),
  };
  checkPin(name, readFileSync(native.node), readFileSync(`${root}packaging/node.sha256`, 'utf8'));
  return native;
}

/** Throws unless `pins`, as sha256sum writes them, name these bytes by this name. */
export function checkPin(name: string, bytes: Buffer, pins: string): void {
  const line = `${createHash('sha256').update(bytes).digest('hex')}  ${name}`;
  if (pins.split('\n').includes(line)) return;
  throw new Error(`${name} is not the one that packaging/node.sha256 names; it has "${line}"`);
}

/** Writes a program without its symbol tables: 18 MB of Node's 127. */
export function strip(from: string, to: string, arch: Arch): void {
  const { program, debian } = stripOf(arch, process.arch);
  try {
    execFileSync(program, ['-o', to, from]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`"${program}" is not found; on Debian it comes with "apt-get install ${debian}"`);
  }
}

/** What strips programs of an architecture on a machine that is a `cpu` (as Node calls it), and Debian's package of it. */
export function stripOf(arch: Arch, cpu: string): { readonly program: string; readonly debian: string } {
  const { npm, triplet } = names[arch];
  if (npm === cpu) return { program: 'strip', debian: 'binutils' };
  // No name of a package has an underscore.
  return { program: `${triplet}-strip`, debian: `binutils-${triplet.replace('_', '-')}` };
}

/** All of the lockfile for another architecture is fetched; what is shipped of it stays. */
async function secondInstallation(cpu: string): Promise<string> {
  const hash = hashOf(readFileSync(`${root}package-lock.json`));
  return await cachedFolder(`native-${cpu}`, hash, (folder) => {
    console.error(`packages: fetching Node and koffi for ${cpu}, by package-lock.json (npm ci, about 10 s, once)`);
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(root + file, join(folder, file));
    execFileSync(
      'npm',
      ['ci', '--os=linux', `--cpu=${cpu}`, '--omit=dev', '--ignore-scripts', '--no-progress', '--loglevel=error'],
      { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const modules = join(folder, 'node_modules');
    for (const name of readdirSync(modules)) {
      if (name !== `node-linux-${cpu}` && name !== '@koromix') rmSync(join(modules, name), { recursive: true });
    }
  });
}
