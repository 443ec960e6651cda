import { readFileSync } from 'node:fs';
import type { Part } from '../build-notices.ts';
import { root } from '../source.ts';
import type { Native } from './native.ts';
import { type Arch, names } from './package.ts';
import { partsOfNode } from './parts-of-node.ts';

/** A part of other people's in the package. */
export interface ShippedPart extends Part {
  /** The part that it came in; null when it came by itself. */
  readonly within: string | null;
  /** The SHA-512 of its archive, as the lockfile has it, in hex; null for what is only a part of another part. */
  readonly sha512: string | null;
  /** Its package URL, by which advisories are found; null where it has none. */
  readonly purl: string | null;
}

export const nodePart = 'Node.js';

/** Everything of other people's that is in the package of an architecture: Node and its parts, koffi, and what is in the bundle. */
export function shippedParts(arch: Arch, native: Native, bundled: readonly Part[]): readonly ShippedPart[] {
  const license = readFileSync(native.nodeLicense, 'utf8');
  const ofNode = partsOfNode(license, process.versions);
  const [, own = ''] = /^"""\n(.*?)^"""$/ms.exec(license) ?? [];
  const node = fromNpm(`node-linux-${names[arch].npm}`, { name: nodePart, version: '', license: 'MIT', text: own });
  if (process.versions.node !== node.version) {
    throw new Error(
      `this is made by Node ${process.versions.node}, and shipped is ${node.version}: run it by the pinned Node`,
    );
  }
  return [
    node,
    ...ofNode.map((part) => ({ ...part, within: nodePart, sha512: null, purl: generic(part) })),
    ...bundled.map((part) =>
      isLocked(part.name) ? fromNpm(part.name, part) : { ...part, within: 'koffi', sha512: null, purl: generic(part) },
    ),
    fromNpm(`@koromix/koffi-linux-${names[arch].npm}`, koffiBinary(arch, bundled)),
  ];
}

interface Locked {
  readonly version: string;
  readonly integrity: string;
}

const locked = (JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as { packages: Record<string, Locked> })
  .packages;

function isLocked(name: string): boolean {
  return Object.hasOwn(locked, `node_modules/${name}`);
}

function fromNpm(npmName: string, part: Part): ShippedPart {
  const entry = locked[`node_modules/${npmName}`];
  const [, sum] = /^sha512-(.+)$/.exec(entry?.integrity ?? '') ?? [];
  if (entry === undefined || sum === undefined) throw new Error(`package-lock.json has no SHA-512 of ${npmName}`);
  const purl = `pkg:npm/${npmName.replace('@', '%40')}@${entry.version}`;
  return { ...part, version: entry.version, within: null, sha512: Buffer.from(sum, 'base64').toString('hex'), purl };
}

/** The file of koffi.node comes in a package of its own for each architecture, with koffi's terms. */
function koffiBinary(arch: Arch, bundled: readonly Part[]): Part {
  const koffi = bundled.find(({ name }) => name === 'koffi');
  if (koffi === undefined) throw new Error('koffi is not among the parts');
  return { ...koffi, name: `@koromix/koffi-linux-${names[arch].npm}` };
}

function generic({ name, version }: Part): string | null {
  return version === null ? null : `pkg:generic/${name.toLowerCase()}@${version}`;
}
