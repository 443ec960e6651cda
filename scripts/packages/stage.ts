import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildBundle } from '../bundle.ts';
import { nativeParts, strip } from './native.ts';
import type { Package } from './package.ts';
import { shippedParts } from './shipped-parts.ts';
import { packageTexts } from './texts.ts';

/**
 * Makes the files that are in a package and not in the repository, in `folder`, which is empty or of the same package. Gives the
 * terms of everything in it as one expression of SPDX.
 */
export async function stage(folder: string, made: Package): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const bundled = await buildBundle(folder, made.version);
  const native = await nativeParts(made.arch);
  strip(native.node, join(folder, 'node'), made.arch);
  copyFileSync(native.koffi, join(folder, 'koffi.node'));
  const parts = shippedParts(made.arch, native, bundled);
  for (const [name, text] of Object.entries(packageTexts(made, parts, native.nodeLicense))) {
    writeFileSync(join(folder, name), name.endsWith('.gz') ? gzipSync(text, { level: 9 }) : text);
  }
  const terms = new Set(['Apache-2.0', ...parts.map(({ license }) => license)]);
  return [...terms]
    .sort()
    .map((term) => (term.includes(' OR ') ? `(${term})` : term))
    .join(' AND ');
}
