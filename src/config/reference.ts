import { type Key, keyParts, keys, rowOf, sections } from './schema.ts';
import { yamlText } from './yaml-text.ts';

/** Every key as Markdown: for each section its sentence and a table. */
export function renderReference(): string {
  const loose = table('Keys outside a section', 'They stand at the left edge of the file.', ofSection(null));
  const inSections = [...sections].map(([section, about]) => table(`\`${section}\``, about, ofSection(section)));
  return [...inSections, loose].join('\n');
}

/** What to write beside a value in tables and man page: its type, what it counts. */
export function typeText(key: Key): string {
  const { kind, unit } = rowOf(key);
  return unit === '' ? kind.type : `${kind.type} ${unit}`;
}

/** The default as it is written, or what none means. */
export function defaultText(key: Key): string {
  const row = rowOf(key);
  return row.default === null ? `none: ${row.without}` : yamlText(row.default);
}

export function ofSection(section: string | null): readonly Key[] {
  return keys.filter((key) => keyParts(key).section === section);
}

function table(title: string, about: string, of: readonly Key[]): string {
  const lines = of.map((key) => {
    const row = rowOf(key);
    const fallback = row.default === null ? `none: ${row.without}` : code(defaultText(key));
    return `| \`${key}\` | ${cell(typeText(key))} | ${cell(fallback)} | ${cell(row.sentence)} For example ${code(row.example)}. |`;
  });
  return [`### ${title}`, '', about, '', '| Key | Type | Default | Meaning |', '|---|---|---|---|', ...lines, ''].join(
    '\n',
  );
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function code(text: string): string {
  return `\`${cell(text)}\``;
}
