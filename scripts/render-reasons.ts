/** Makes the table of reasons in docs/waiting.md. */
import { reasonCodes, reasonTemplate } from '../src/core/reasons.ts';

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
