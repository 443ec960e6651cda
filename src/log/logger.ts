import type { Clock } from '../ports/clock.ts';
import type { EventCode, JournalWriter, Log, LogFields, LogLevel } from '../ports/outlets.ts';
import { makeEntry } from './entry.ts';
import { eventRows } from './message-ids.ts';
import { journalSink, jsonSink, type Sink, textSink } from './sinks.ts';
import { openLineStream } from './stream.ts';

export interface LogOptions {
  readonly clock: Clock;
  readonly level: LogLevel;
  /** The journal where the service's output goes there anyway (see systemd/journal.ts); null elsewhere. */
  readonly journal: JournalWriter | null;
  /** Where lines go without a journal: the descriptor of stdout or stderr. */
  readonly fd: number;
  /** That descriptor is a terminal: readable text in place of JSON. */
  readonly terminal: boolean;
}

/** As the port has it; what it makes ready for people does not depend on which fields there are. */
export interface OpenLog extends Log {
  event(code: EventCode, fields?: LogFields): void;
  always(fields: LogFields): void;
  close(): Promise<void>;
}

/**
 * Opens the one log of the process: native fields where there is a journal, readable text on a terminal, JSON lines
 * elsewhere. Entries that were lost are counted and told with the next one that gets through. Never throws.
 */
export function openLog(options: LogOptions): OpenLog {
  const sink = chooseSink(options);
  let level = options.level;
  let always: LogFields = {};
  let lost = 0;

  const write = (code: EventCode, fields: LogFields): boolean =>
    sink.write(makeEntry(code, fields, always, options.clock.now().wall)) === 'sent';

  return {
    event(code, fields = {}) {
      if (ranks[eventRows[code].level] > ranks[level]) return;
      if (!write(code, fields)) lost += 1;
      else if (lost > 0 && write('messages-dropped', { count: lost, receiver: 'log' })) lost = 0;
    },
    always(fields) {
      always = { ...always, ...fields };
    },
    setLevel(to) {
      level = to;
    },
    close: () => sink.close(),
  };
}

const ranks: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

function chooseSink(options: LogOptions): Sink {
  if (options.journal !== null) return journalSink(options.journal);
  const stream = openLineStream(options.fd, options.clock);
  return options.terminal ? textSink(stream) : jsonSink(stream);
}
