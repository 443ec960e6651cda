import { type Key, keyParts, keys } from '../config/schema.ts';
import { yamlText } from '../config/yaml-text.ts';
import type { Sheet, SheetLine } from '../kured/sheet.ts';

const width = 100;

/** The configuration that an import came to: a comment above each key that means something else than with kured. */
export function sheetYaml({ lines }: Pick<Sheet, 'lines'>, head: string): string {
  const strange = lines.find(({ key }) => !keys.some((known) => known === key));
  if (strange !== undefined) throw new Error(`the import wrote ${strange.key}, which is no key`);
  const blocks = wrapped(head, '');
  let open: string | null = null;
  for (const key of keys) {
    const line = lines.find((one) => one.key === key);
    if (line === undefined) continue;
    const { section } = keyParts(key);
    if (section !== null && section !== open) blocks.push(`${section}:`);
    open = section;
    blocks.push(...keyLines(key, line));
  }
  return `${blocks.join('\n')}\n`;
}

function keyLines(key: Key, { value, comment }: SheetLine): readonly string[] {
  const { section, name } = keyParts(key);
  const indent = section === null ? '' : '  ';
  return [...(comment === '' ? [] : wrapped(comment, indent)), `${indent}${name}: ${yamlText(value)}`];
}

function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.replaceAll(/\p{Cc}/gu, ' ').split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > width - indent.length - 2 && line !== '') {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].map((one) => `${indent}# ${one}`);
}
