/**
 * Writes what the service says to the journal, from the tables in src/log: systemd/kured-host.catalog, for `journalctl -x`, and
 * the tables of docs/journal.md. Tests check that both are current.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { catalogText } from '../src/log/catalog.ts';
import { fieldRows } from '../src/log/fields.ts';
import { eventRows } from '../src/log/message-ids.ts';
import { between } from './between.ts';

const place = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

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

if (import.meta.main) {
  writeFileSync(place('systemd/kured-host.catalog'), catalogText());
  writeFileSync(place('docs/journal.md'), withJournal(readFileSync(place('docs/journal.md'), 'utf8')));
}
