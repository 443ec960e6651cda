import { eventRows } from './message-ids.ts';

/**
 * The message catalogue as it is installed (systemd/kured-host.catalog): for each kind of event what `journalctl -x` shows.
 * The format is the one of systemd's Journal Message Catalogs.
 */
export function catalogText(): string {
  const entries = Object.values(eventRows).map(
    (row) =>
      `-- ${row.id}\nSubject: ${row.text}\nDefined-By: kured-host\nDocumentation: man:kured-host.service(8)\n\n${wrap(row.explanation, 78)}\n`,
  );
  return [head, ...entries].join('\n');
}

/** A comment must not begin with `--`: that begins an entry. */
const head = `# Message catalogue of kured-host, for journalctl -x (systemd's Journal Message Catalogs).
# Made from src/log/message-ids.ts ("make docs").
`;

function wrap(text: string, width: number): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
