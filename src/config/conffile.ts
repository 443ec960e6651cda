import { type Key, keyParts, keys, rowOf, sections } from './schema.ts';
import { yamlText } from './yaml-text.ts';

const width = 100;

const head = `# Configuration of kured-host, read at start and on "systemctl reload kured-host".
#
# Every key stands here with its default, commented out; take the # before a key away to change it.
# Drop-ins, config.d/*.yaml beside this file, are read after it; kured-host-config(5) tells the rest.
# "kured-host config check FILE" checks a file, "kured-host config show" tells what holds and where it came from.
`;

/** The default configuration file: every key with what it is, commented out. Taking all comment marks away changes nothing. */
export function renderConffile(): string {
  const blocks: string[] = [head];
  let open: string | null = null;
  for (const key of keys) {
    const { section } = keyParts(key);
    if (section !== null && section !== open) blocks.push(`\n# ${sections.get(section) ?? ''}\n${section}:\n`);
    else blocks.push('\n');
    open = section;
    blocks.push(keyBlock(key, section === null ? '' : '  '));
  }
  return blocks.join('');
}

function keyBlock(key: Key, indent: string): string {
  const row = rowOf(key);
  const without = row.default === null ? ` Without it: ${row.without}.` : '';
  const example = row.default === null ? ` For example ${row.example}.` : '';
  const told = wrap(`${row.sentence} (${row.kind.type})${without}${example}`, width - indent.length - 2);
  const prose = told.map((line) => `${indent}# ${line}\n`).join('');
  return `${prose}${indent}#${keyParts(key).name}: ${yamlText(row.default)}\n`;
}

function wrap(text: string, most: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > most && line !== '') {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
