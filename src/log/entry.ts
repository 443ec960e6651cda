import { outsideText } from '../core/outside-text.ts';
import { type Reason, reasonRemedy, reasonSentence } from '../core/reasons.ts';
import type { EventCode, LogFields, LogLevel } from '../ports/outlets.ts';
import { eventRows } from './message-ids.ts';
import { isSecretName, withoutSecrets } from './secrets.ts';

/** One event made ready for any sink: everything is bounded, escaped and freed of secrets. */
export interface Entry {
  readonly code: EventCode;
  readonly id: string;
  readonly level: LogLevel;
  /** Milliseconds since 1970. */
  readonly wall: number;
  /** The constant text of the kind of event. */
  readonly text: string;
  /** Text and details in one line, for people. */
  readonly shown: string;
  /** lowerCamelCase names; `reason` became `reason` (its code), `sentence` and `remedy`. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  /** Several lines; null for none. */
  readonly stack: string | null;
}

/** No value is longer in any sink. */
const longestValue = 2048;
const longestShown = 3072;
const longestStack = 8192;

/** The event as an entry; `always` are the fields that every event carries and that the shown line leaves out. */
export function makeEntry(code: EventCode, fields: LogFields, always: LogFields, wall: number): Entry {
  const row = eventRows[code];
  const { stack, ...rest } = fields;
  const own = plain(rest);
  return {
    code,
    id: row.id,
    level: row.level,
    wall,
    text: row.text,
    shown: outsideText(shownLine(row.text, own), longestShown),
    fields: { ...plain(always), ...own },
    stack: stack === undefined ? null : stackText(stack),
  };
}

function plain(fields: LogFields): Record<string, string | number | boolean> {
  const made: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (isReason(value)) Object.assign(made, reasonFields(name, value));
    else made[name] = isSecretName(name) ? '[hidden]' : plainValue(value);
  }
  return made;
}

function isReason(value: string | number | boolean | Reason): value is Reason {
  return typeof value === 'object';
}

/** `reason` is told by code, sentence and remedy; a reason under another name by its sentence alone. */
function reasonFields(name: string, reason: Reason): Record<string, string> {
  const sentence = plainText(reasonSentence(reason));
  if (name !== 'reason') return { [name]: sentence };
  const remedy = plainText(reasonRemedy(reason));
  return remedy === '' ? { reason: reason.code, sentence } : { reason: reason.code, sentence, remedy };
}

function plainValue(value: string | number | boolean): string | number | boolean {
  return typeof value === 'string' ? plainText(value) : value;
}

function plainText(text: string): string {
  // Cut before the patterns run, so that a huge text cannot make them slow.
  return outsideText(withoutSecrets(text.slice(0, longestValue * 2)), longestValue);
}

/** Lines are kept; everything else that controls a terminal is escaped. */
function stackText(stack: string): string {
  const lines = withoutSecrets(stack.slice(0, longestStack)).split('\n');
  return lines.map((line) => line.match(/^ */)?.[0] + outsideText(line, longestValue)).join('\n');
}

/** `text: cause (name=value, …)`. */
function shownLine(text: string, fields: Readonly<Record<string, string | number | boolean>>): string {
  const { reason: _code, remedy: _remedy, sentence, why, ...others } = fields;
  const causes = [sentence, why].filter((cause) => cause !== undefined && cause !== '');
  const pairs = Object.entries(others).map(([name, value]) => `${name}=${value}`);
  const head = [text, ...causes].join(': ');
  return pairs.length === 0 ? head : `${head} (${pairs.join(', ')})`;
}
