import { pino } from 'pino';
import { wallText } from '../core/now.ts';
import type { JournalWriter, LogLevel } from '../ports/outlets.ts';
import type { Entry } from './entry.ts';

/** Where entries go. Answers at once; `lost` is counted by the log. */
export interface Sink {
  write(entry: Entry): 'sent' | 'lost';
  /** Hands over what is still buffered, within about a second; nothing is written afterwards. */
  close(): void;
}

/** Unwritten bytes that are kept for a reader that is slow; beyond them entries are lost. */
const mostUnwritten = 1 << 20;
/** sonic-boom sleeps 100 ms between tries of a last write that would block. */
const lastTries = 10;

/**
 * Native journal fields (systemd.journal-fields(7)): MESSAGE shows text and details, because journalctl shows nothing else
 * by default; MESSAGE_ID and KURED_EVENT name the kind of event; each detail is a field of its own, `podName` as KURED_POD_NAME.
 */
export function journalSink(journal: JournalWriter): Sink {
  return { write: (entry) => journal.write(journalFields(entry)), close: () => {} };
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
  return [...fixed, ...details.map(([name, value]): [string, string] => [fieldName(name), String(value)]), ...stack];
}

/** syslog(3). */
const priorities: Readonly<Record<LogLevel, string>> = { error: '3', warn: '4', info: '6', debug: '7' };

function fieldName(name: string): string {
  return `KURED_${name
    .replace(/[A-Z]/g, '_$&')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')}`.slice(0, 64);
}

/** One JSON object a line on the descriptor: `msg` is the constant text, each detail a key of its own. */
export function jsonSink(fd: number): Sink {
  const stream = openStream(fd);
  const logger = pino(
    { base: null, timestamp: false, level: 'debug', formatters: { level: (label) => ({ level: label }) } },
    stream.destination,
  );
  return {
    write: (entry) =>
      stream.counted(() =>
        logger[entry.level](
          {
            time: new Date(entry.wall).toISOString(),
            event: entry.code,
            ...entry.fields,
            ...(entry.stack === null ? {} : { stack: entry.stack }),
          },
          entry.text,
        ),
      ),
    close: stream.close,
  };
}

/** Lines for a person at a terminal. */
export function textSink(fd: number): Sink {
  const stream = openStream(fd);
  return {
    write: (entry) => stream.counted(() => stream.destination.write(textLines(entry))),
    close: stream.close,
  };
}

function textLines(entry: Entry): string {
  const stack = entry.stack === null ? '' : `${entry.stack.replace(/^/gm, '    ')}\n`;
  return `${wallText(entry.wall)} ${entry.level.padEnd(5)} ${entry.shown}\n${stack}`;
}

/** A buffered writer on the main thread: a reader that stalls delays nothing, a reader that is gone throws nothing. */
function openStream(fd: number) {
  let lost = 0;
  let triesLeft = Number.POSITIVE_INFINITY;
  const destination = pino.destination({
    dest: fd,
    sync: false,
    maxLength: mostUnwritten,
    retryEAGAIN: () => triesLeft-- > 0,
  });
  destination.on('drop', () => {
    lost += 1;
  });
  destination.on('error', () => {});
  return {
    destination,
    counted(write: () => void): 'sent' | 'lost' {
      const before = lost;
      write();
      return lost === before ? 'sent' : 'lost';
    },
    close(): void {
      triesLeft = lastTries;
      try {
        destination.flushSync();
      } catch {
        // The reader is gone or stalls; there is nobody left to tell.
      }
    },
  };
}
