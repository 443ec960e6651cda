/** Makes the tables of docs/journal.md: what the service says to the journal, from the tables in src/log. */
import { fieldRows } from '../src/log/fields.ts';
import { eventRows } from '../src/log/message-ids.ts';
import { between } from './between.ts';

/** The page with its tables made from the code. */
export function withJournal(page: string): string {
  const fields = fieldRows().map(([name, meaning]) => `| \`${name}\` | ${cell(meaning)} |`);
  const events = Object.entries(eventRows).map(
    ([code, { id, level, text, explanation }]) =>
      `| \`${code}\` | ${level} | ${cell(text)} | ${cell(explanation.replace(' @KURED_REMEDY@', ' `KURED_REMEDY`.'))} | \`${id}\` |`,
  );
  return between(between(page, 'fields', ['| Field | What it holds |', '|---|---|', ...fields]), 'events', [
    '| `KURED_EVENT` | Level | Text | What it means | `MESSAGE_ID` |',
    '|---|---|---|---|---|',
    ...events,
  ]);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
