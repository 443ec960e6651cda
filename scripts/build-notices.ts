import { readdirSync, readFileSync } from 'node:fs';

export interface Part {
  readonly name: string;
  /** Null where nothing says it. */
  readonly version: string | null;
  readonly license: string;
  /** The text of its licence file. */
  readonly text: string;
}

/** The packages that files below `node_modules/` belong to, by name, with their licences. One without a licence file throws. */
export function partsOf(root: string, files: readonly string[]): readonly Part[] {
  const names = files.flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  return [...new Set(names)].sort().map((name) => readPart(`${root}node_modules/${name}/`, name));
}

/** What is compiled into koffi.node and comes without a package.json: koffi keeps the source, its terms and, for one, its version. */
export function partsOfKoffi(root: string): readonly Part[] {
  const vendored = `${root}node_modules/koffi/vendor/`;
  return readdirSync(vendored).map((name) => {
    const version =
      /^## Current version: (\S+)$/m.exec(readFileSync(`${vendored}${name}/README.md`, 'utf8'))?.[1] ?? null;
    const text = licenseText(`${vendored}${name}/`, name);
    if (!text.includes('MIT License')) throw new Error(`${name}, a part of koffi, has other terms than it had`);
    return { name, version, license: 'MIT', text };
  });
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
  return `${version === null ? name : `${name} ${version}`}, ${license}`;
}

function readPart(folder: string, name: string): Part {
  const { version, license } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  return { name, version, license, text: licenseText(folder, name) };
}

function licenseText(folder: string, name: string): string {
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file: it cannot be shipped`);
  return readFileSync(folder + file, 'utf8');
}
