import type { FlagSet } from './flag-set.ts';
import type { SheetDraft } from './sheet.ts';

/** Metrics and the log. */
export function translateRest(flags: FlagSet, sheet: SheetDraft): void {
  metrics(flags, sheet);
  if (flags.has('log-format')) {
    sheet.note(
      'log-format',
      'the journal has fields and message IDs by itself; JSON is written where there is no journal, text on a terminal',
    );
  }
}

function metrics(flags: FlagSet, sheet: SheetDraft): void {
  if (!flags.has('metrics-host') && !flags.has('metrics-port')) {
    sheet.note(
      'metrics-port',
      'kured serves metrics on port 8080 of its pod; kured-host does so where metrics.listen or metrics.textfile say',
    );
    return;
  }
  const host = flags.text('metrics-host');
  const port = flags.number('metrics-port') ?? 8080;
  if (port < 1 || port > 65_535) {
    sheet.problem(`--metrics-port is ${port}, which is no port that a scrape could name`);
    return;
  }
  const shown = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const all = host === '' ? ', on all its addresses: name one to hide it from others' : '';
  sheet.write(
    'metrics.listen',
    `${host === '' ? '0.0.0.0' : shown}:${port}`,
    `a port of the machine itself, and not of a pod${all}`,
  );
}
