/** Makes the table of kured's flags in docs/kured.md. */
import { kuredFlags } from '../src/kured/flags.ts';
import { between } from './between.ts';

/** The page with its table made from the code. */
export function withFlags(page: string): string {
  const flags = kuredFlags.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const rows = flags.map(({ name, usual, ours, note }) => {
    const keys = ours.map((key) => `\`${key}\``).join(', ');
    return `| \`--${name}\` | ${usual === '' ? '' : `\`${usual}\``} | ${keys === '' ? 'none' : keys} | ${cell(note)} |`;
  });
  return between(page, 'flags', ['| Flag | Without it | Here | What differs |', '|---|---|---|---|', ...rows]);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
