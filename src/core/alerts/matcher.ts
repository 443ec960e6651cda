import { bad, good, type Reading } from '../window/reading.ts';

/** What a label has to be, in Prometheus' own terms; a label that is not there counts as empty. */
export interface Matcher {
  readonly name: string;
  readonly is: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** Reads `severity="critical"`, `team!~"db|web"` or, without blanks and quotes in the value, `severity=critical`. */
export function parseMatcher(text: string): Reading<Matcher> {
  const [, name = '', is = '', rest = ''] = /^\s*([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*(.*?)\s*$/s.exec(text) ?? [];
  if (!isOperator(is)) return bad('which is no matcher, such as severity="critical" or team!~"db|web"');
  if (name === '__name__') return bad('which is about the name of the metric; use query for other metrics');
  // A slip such as == would ask for a value that no alert has, and permit what was to be kept from.
  if (/^[=~!]/.test(rest)) {
    return bad(
      `whose value begins with ${rest[0]}; write =, !=, =~ or !~ alone before it, and the value in double quotes`,
    );
  }
  const value = textOf(rest);
  if (value === null) return bad('whose value is no text in double quotes');
  return good({ name, is, value });
}

/** As it reads back, and as it stands in PromQL: its strings in double quotes take every escape that JSON writes. */
export function writeMatcher({ name, is, value }: Matcher): string {
  return `${name}${is}${JSON.stringify(value)}`;
}

function isOperator(text: string): text is Matcher['is'] {
  return ['=', '!=', '=~', '!~'].includes(text);
}

function textOf(text: string): string | null {
  if (!text.startsWith('"')) return /["'{},\s]/.test(text) || text === '' ? null : text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
