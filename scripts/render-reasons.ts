/** Writes the table of reasons into docs/waiting.md; a test checks that it is current. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { reasonCodes, reasonTemplate } from '../src/core/reasons.ts';

const file = fileURLToPath(new URL('../docs/waiting.md', import.meta.url));

/** The page with its table made from the code. */
export function withReasons(page: string): string {
  const rows = reasonCodes.map((code) => {
    const { sentence, remedy } = reasonTemplate(code);
    return `| \`${code}\` | ${cell(sentence)} | ${cell(remedy)} |`;
  });
  const table = ['| Code | Sentence | Remedy |', '|---|---|---|', ...rows].join('\n');
  return page.replace(
    /<!-- reasons -->[\s\S]*<!-- end of reasons -->/,
    `<!-- reasons -->\n\n${table}\n\n<!-- end of reasons -->`,
  );
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

if (import.meta.main) writeFileSync(file, withReasons(readFileSync(file, 'utf8')));
