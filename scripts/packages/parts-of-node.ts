import type { Part } from '../build-notices.ts';

/**
 * What the program of Node contains, from its own LICENSE (names and terms) and `process.versions` (versions). Both are of the Node
 * that is shipped. Throws when either names something that the table below does not know, so that a new Node is looked at.
 */
export function partsOfNode(license: string, versions: Readonly<Record<string, string | undefined>>): readonly Part[] {
  const listed = [
    ...license.matchAll(/^- (.+?), located at \S+, is licensed as follows:\n {2}"""\n(.*?)\n {2}"""$/gms),
  ];
  const texts = new Map(listed.map(([, name = '', text = '']) => [name, text.replaceAll(/^ {4}/gm, '')]));
  const unknown = [
    ...[...texts.keys()].filter((name) => !Object.hasOwn(terms, name) && !notShipped.includes(name)),
    ...Object.keys(versions).filter((key) => !Object.hasOwn(versionOf, key) && !noPart.includes(key)),
  ];
  if (unknown.length > 0) {
    throw new Error(`Node contains what scripts/packages/parts-of-node.ts does not know: ${unknown.join(', ')}`);
  }
  const keys = new Map(Object.entries(versionOf).map(([key, name]) => [name, key]));
  return Object.entries(terms).flatMap(([name, license]) => {
    const text = texts.get(name) ?? unlisted[name];
    if (text === undefined) throw new Error(`Node's LICENSE does not name ${name} any more`);
    const key = keys.get(name);
    const version = key === undefined ? null : versions[key];
    // An empty version: this Node is built without it.
    return version === '' || version === undefined ? [] : [{ name, version, license, text }];
  });
}

/** The name in Node's LICENSE, and the terms of that text as SPDX calls them. */
const terms: Readonly<Record<string, string>> = {
  Acorn: 'MIT',
  'c-ares': 'MIT',
  merve: 'MIT',
  ittapi: 'BSD-3-Clause',
  amaro: 'MIT',
  swc: 'Apache-2.0',
  ICU: 'Unicode-3.0',
  libuv: 'MIT',
  LIEF: 'Apache-2.0',
  llhttp: 'MIT',
  undici: 'MIT',
  OpenSSL: 'Apache-2.0',
  'Punycode.js': 'MIT',
  V8: 'BSD-3-Clause',
  SipHash: 'CC0-1.0',
  zlib: 'Zlib',
  simdjson: 'Apache-2.0',
  simdutf: 'MIT',
  ada: 'MIT',
  minimatch: 'BlueOak-1.0.0',
  inspector_protocol: 'BSD-3-Clause',
  nghttp2: 'MIT',
  large_pages: 'MIT',
  caja: 'Apache-2.0',
  brotli: 'MIT',
  zstd: 'BSD-3-Clause',
  HdrHistogram: 'BSD-2-Clause',
  'node-heapdump': 'ISC',
  rimraf: 'ISC',
  uvwasi: 'MIT',
  ngtcp2: 'MIT',
  nghttp3: 'MIT',
  'node-fs-extra': 'MIT',
  'on-exit-leak-free': 'MIT',
  'sonic-boom': 'MIT',
  SQLite: 'blessing',
  nbytes: 'MIT',
  ncrypto: 'MIT',
};

/** Parts that `process.versions` names and LICENSE does not. */
const unlisted: Readonly<Record<string, string>> = {
  SQLite: 'The author disclaims copyright to this source code: it is in the public domain.',
  nbytes: "A part of the Node.js project, under Node's own terms.",
  ncrypto: "A part of the Node.js project, under Node's own terms.",
};

/** In LICENSE because of the source: tools that build and test Node, and programs that are shipped beside it elsewhere, not here. */
const notShipped: readonly string[] = [
  'corepack',
  'postject',
  'npm',
  'GYP',
  'jinja2',
  'markupsafe',
  'cpplint.py',
  'gypi_to_gn.py',
  'gtest',
];

/** The key in `process.versions`, and the name in LICENSE. */
const versionOf: Readonly<Record<string, string>> = {
  acorn: 'Acorn',
  ada: 'ada',
  amaro: 'amaro',
  ares: 'c-ares',
  brotli: 'brotli',
  icu: 'ICU',
  llhttp: 'llhttp',
  merve: 'merve',
  nbytes: 'nbytes',
  ncrypto: 'ncrypto',
  nghttp2: 'nghttp2',
  nghttp3: 'nghttp3',
  ngtcp2: 'ngtcp2',
  openssl: 'OpenSSL',
  simdjson: 'simdjson',
  simdutf: 'simdutf',
  sqlite: 'SQLite',
  undici: 'undici',
  uv: 'libuv',
  uvwasi: 'uvwasi',
  v8: 'V8',
  zlib: 'zlib',
  zstd: 'zstd',
};

/** Numbers of interfaces, Node itself, and data that belongs to ICU. */
const noPart: readonly string[] = ['node', 'modules', 'napi', 'cldr', 'tz', 'unicode'];
