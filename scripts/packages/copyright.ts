import { copyrightLines } from './sbom.ts';
import type { ShippedPart } from './shipped-parts.ts';

/** Debian's machine-readable copyright file (DEP-5) of a package with these parts. The texts of Apache's licence are on each Debian. */
export function debianCopyright(parts: readonly ShippedPart[], holder: string, homepage: string): string {
  const head = [
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
    'Upstream-Name: kured-host',
    `Source: ${homepage}`,
    'Comment: The terms of all parts, whole and as their authors wrote them, are in NOTICES.txt.gz beside this file; with',
    ' versions and checksums they are listed in sbom.spdx.json.',
  ];
  const own = ['Files: *', `Copyright: ${holder}`, 'License: Apache-2.0', ...indented(apache)];
  return [head, own, ...parts.map(stanza)].map((lines) => `${lines.join('\n')}\n`).join('\n');
}

const apache = `On Debian systems, the full text of the Apache License, Version 2.0
can be found in /usr/share/common-licenses/Apache-2.0.`;

function stanza({ name, within, license, text }: ShippedPart): readonly string[] {
  const [first = `the authors of ${name}`, ...others] = copyrightLines(text).map((line) =>
    line.replace(/^copyright:?\s*/i, ''),
  );
  return [
    `Files: ${within === null ? '' : `${within}/`}${name}/*`,
    `Copyright: ${first}`,
    ...others.map((line) => ` ${line}`),
    `License: ${license}`,
    ...indented(license === 'Apache-2.0' ? apache : text),
  ];
}

/** A field that goes on over lines: a space before each, and a dot for an empty one. */
function indented(text: string): readonly string[] {
  return text
    .trim()
    .split('\n')
    .map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`));
}
