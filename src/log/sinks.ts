import { pino } from 'pino';
import { wallText } from '../core/now.ts';
import type { JournalWriter, LogLevel } from '../ports/outlets.ts';
import type { Entry } from './entry.ts';
import { journalName } from './fields.ts';
import type { LineStream } from './stream.ts';

/** Where entries go. Answers at once; `lost` is counted by the log. */
export interface Sink {
  write(entry: Entry): 'sent' | 'lost';
  /** Hands over what still waits, within a second; nothing is written afterwards. */
  close(): Promise<void>;
}

/**
 * Native journal fields (systemd.journal-fields(7)): MESSAGE shows text and details, because journalctl shows nothing else
 * by default; MESSAGE_ID and KURED_EVENT name the kind of event; each detail is a field of its own, `podName` as KURED_POD_NAME.
 */
export function journalSink(journal: JournalWriter): Sink {
  return { write: (entry) => journal.write(journalFields(entry)), close: async () => {} };
}

function journalFields(entry: Entry): [string, string][] {
  const fixed: [string, string][] = [
    ['MESSAGE', entry.shown],
    ['MESSAGE_ID', entry.id],
    ['PRIORITY', priorities[entry.level]],
    ['SYSLOG_IDENTIFIER', 'kured-host'],
    ['KURED_EVENT', entry.code],
  ];
  // The catalogue's texts name this field, and journalctl would show its name where it is absent.
  const details = Object.entries({ remedy: 'nothing, it goes on by itself', ...entry.fields });
  const stack: [string, string][] = entry.stack === null ? [] : [['KURED_STACK', entry.stack]];
  return [...fixed, ...details.map(([name, value]): [string, string] => [journalName(name), String(value)]), ...stack];
}

/** syslog(3). */
const priorities: Readonly<Record<LogLevel, string>> = { error: '3', warn: '4', info: '6', debug: '7' };

/** One JSON object a line: `msg` is the constant text, each detail a key of its own. */
export function jsonSink(stream: LineStream): Sink {
  let outcome: 'sent' | 'lost' = 'sent';
  const destination = {
    write(line: string): void {
      outcome = stream.write(line);
    },
  };
  const logger = pino(
    { base: null, timestamp: false, level: 'debug', formatters: { level: (label) => ({ level: label }) } },
    destination,
  );
  return {
    write(entry) {
      logger[entry.level](jsonFields(entry), entry.text);
      return outcome;
    },
    close: () => stream.close(),
  };
}

/** A detail under one of the line's own names is left out; it stands in the journal's and the terminal's form. */
function jsonFields(entry: Entry): Record<string, unknown> {
  const { level: _level, time: _time, event: _event, msg: _msg, ...details } = entry.fields;
  const stack = entry.stack === null ? {} : { stack: entry.stack };
  return { time: new Date(entry.wall).toISOString(), event: entry.code, ...details, ...stack };
}

/** Lines for a person at a terminal. */
export function textSink(stream: LineStream): Sink {
  return { write: (entry) => stream.write(textLines(entry)), close: () => stream.close() };
}

function textLines(entry: Entry): string {
  const stack = entry.stack === null ? '' : `${entry.stack.replace(/^/gm, '    ')}\n`;
  return `${wallText(entry.wall)} ${entry.level.padEnd(5)} ${entry.shown}\n${stack}`;
}
