import { renderReference } from '../src/config/reference.ts';

const begin = '<!-- reference: made from the code by `make docs`, do not edit by hand -->';
const end = '<!-- end of reference -->';

/** The page with the table of configuration keys between its two marks; everything around them is written by people. */
export function withReference(document: string): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the document needs the marks "${begin}" and "${end}"`);
  return `${document.slice(0, from)}${begin}\n\n${renderReference()}\n${document.slice(to)}`;
}
