import { readdirSync, readFileSync } from 'node:fs';

export interface Part {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** The text of its licence file. */
  readonly text: string;
}

/** The packages that files below `node_modules/` belong to, by name, with their licences. One without a licence file throws. */
export function partsOf(root: string, files: readonly string[]): readonly Part[] {
  const names = files.flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  return [...new Set(names)].sort().map((name) => readPart(`${root}node_modules/${name}/`, name));
}

/** What the licences ask for: each part with its terms, whole. */
export function notices(parts: readonly Part[]): string {
  return parts.map((part) => `${line(part)}\n\n${part.text.trim()}\n`).join(`\n${'-'.repeat(78)}\n\n`);
}

/** The comment at the head of the bundle. */
export function banner(version: string, parts: readonly Part[]): string {
  return [
    `/* kured-host ${version}. SPDX-License-Identifier: Apache-2.0`,
    ' * Contains, under the terms in NOTICES.txt beside this file:',
    ...parts.map((part) => ` *   ${line(part)}`),
    ' */',
  ].join('\n');
}

function line({ name, version, license }: Part): string {
  return `${name} ${version}, ${license}`;
}

function readPart(folder: string, name: string): Part {
  const { version, license } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file: it cannot be shipped`);
  return { name, version, license, text: readFileSync(folder + file, 'utf8') };
}
