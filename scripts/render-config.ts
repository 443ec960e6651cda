import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { renderConffile } from '../src/config/conffile.ts';
import { renderReference } from '../src/config/reference.ts';

interface Rendered {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

const root = join(import.meta.dirname, '..');
const begin = '<!-- reference: made by scripts/render-config.ts, do not edit by hand -->';
const end = '<!-- end of reference -->';

/** The files that are made from the table of configuration keys, as they should be now. */
export async function renderedFiles(): Promise<readonly Rendered[]> {
  const document = 'docs/configuration.md';
  const text = await readFile(join(root, document), 'utf8');
  return [
    { path: 'packaging/config.yaml', text: renderConffile() },
    { path: document, text: withReference(text) },
  ];
}

/** Replaces what stands between the two marks; everything around it is written by people. */
function withReference(document: string): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the document needs the marks "${begin}" and "${end}"`);
  return `${document.slice(0, from)}${begin}\n\n${renderReference()}\n${document.slice(to)}`;
}

if (import.meta.main) {
  for (const { path, text } of await renderedFiles()) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}
