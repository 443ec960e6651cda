import { createHash } from 'node:crypto';
import type { Package } from './package.ts';
import type { ShippedPart } from './shipped-parts.ts';

/** From where the project speaks; the names of SPDX documents begin with it. */
export interface Origin {
  readonly homepage: string;
  readonly vendor: string;
  /** RFC 3339 in UTC. */
  readonly date: string;
}

/** What is in a package, as an SPDX 2.3 document in JSON (spdx.github.io/spdx-spec/v2.3). The same package gives the same text. */
export function sbom({ arch, version, release }: Package, parts: readonly ShippedPart[], origin: Origin): string {
  const own = `kured-host-${version}-${release}-${arch}`;
  const packages = [
    {
      SPDXID: idOf('kured-host'),
      name: 'kured-host',
      versionInfo: `${version}-${release}`,
      supplier: `Organization: ${origin.vendor}`,
      downloadLocation: 'NOASSERTION',
      filesAnalyzed: false,
      homepage: origin.homepage,
      licenseConcluded: 'NOASSERTION',
      licenseDeclared: 'Apache-2.0',
      copyrightText: `Copyright ${origin.date.slice(0, 4)} ${origin.vendor}`,
      primaryPackagePurpose: 'APPLICATION',
    },
    ...parts.map(describe),
  ];
  const relationships = [
    { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: idOf('kured-host') },
    ...parts.map(({ name, within }) => ({
      spdxElementId: idOf(within ?? 'kured-host'),
      relationshipType: 'CONTAINS',
      relatedSpdxElement: idOf(name, within),
    })),
  ];
  const content = { packages, relationships };
  const sum = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: own,
    documentNamespace: `${origin.homepage}/spdx/${own}-${sum.slice(0, 32)}`,
    creationInfo: {
      created: origin.date,
      creators: [`Organization: ${origin.vendor}`, 'Tool: scripts/packages/sbom.ts'],
    },
    ...content,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function describe({ name, version, license, text, within, sha512, purl }: ShippedPart) {
  const references = [
    ...(purl === null ? [] : [reference('PACKAGE-MANAGER', 'purl', purl)]),
    ...(version !== null && cpes[name] !== undefined
      ? [reference('SECURITY', 'cpe23Type', cpe(cpes[name], version))]
      : []),
  ];
  return {
    SPDXID: idOf(name, within),
    name,
    ...(version === null ? {} : { versionInfo: version }),
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    ...(sha512 === null ? {} : { checksums: [{ algorithm: 'SHA512', checksumValue: sha512 }] }),
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: license,
    copyrightText: copyrightLines(text).join('\n') || 'NOASSERTION',
    ...(references.length === 0 ? {} : { externalRefs: references }),
    primaryPackagePurpose: 'LIBRARY',
  };
}

/** The lines of a licence text that say who holds the copyright. */
export function copyrightLines(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.replace(/^[\s/*#-]+/, '').trim());
  return [...new Set(lines.filter((line) => /^\W*copyright\b.*(\(c\)|©|\d{4}|contributors|authors|<)/i.test(line)))];
}

/** Under which vendor and product the advisories of NVD name what they are most often about. */
const cpes: Readonly<Record<string, string>> = {
  'Node.js': 'nodejs:node.js',
  OpenSSL: 'openssl:openssl',
  SQLite: 'sqlite:sqlite',
  brotli: 'google:brotli',
  'c-ares': 'c-ares_project:c-ares',
  libuv: 'libuv:libuv',
  llhttp: 'llhttp:llhttp',
  nghttp2: 'nghttp2:nghttp2',
  undici: 'nodejs:undici',
};

function cpe(product: string, version: string): string {
  return `cpe:2.3:a:${product}:${version}:*:*:*:*:*:*:*`;
}

function reference(category: string, type: string, locator: string) {
  return { referenceCategory: category, referenceType: type, referenceLocator: locator };
}

/** Letters, digits, dots and hyphens only; a part of Node's and a package of npm's may have one name. */
function idOf(name: string, within: string | null = null): string {
  return `SPDXRef-${[...(within === null ? [] : [within]), name]
    .join('-')
    .replaceAll(/[^A-Za-z0-9.-]+/g, '-')
    .replace(/^-/, '')}`;
}
