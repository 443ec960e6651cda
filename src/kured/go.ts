/** What Go's own readers make of a text; null: it is none such. */

/** strconv.ParseBool. */
export function goBool(text: string): boolean | null {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : null;
}

/** strconv.ParseInt: with `base` 0 (pflag) hexadecimal and the like count, with 10 (strconv.Atoi) digits alone. */
export function goInt(text: string, base: 0 | 10): number | null {
  const digits = base === 0 ? text.replaceAll(/(?<=[\dxob])_(?=\w)/gi, '') : text;
  const [, sign = '', rest = ''] = /^([+-]?)(\w+)$/.exec(digits) ?? [];
  const known = base === 10 ? /^\d+$/ : /^(0x[\da-f]+|0b[01]+|0o?[0-7]*|[1-9]\d*)$/i;
  if (!known.test(rest)) return null;
  const octal = base === 0 && /^0[0-7]+$/.test(rest);
  const value = Number(base === 10 || !octal ? decimal(rest, base) : `0o${rest.slice(1)}`);
  return Number.isSafeInteger(value) ? (sign === '-' && value !== 0 ? -value : value) : null;
}

const milliseconds: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
/** 2^63 nanoseconds. */
const longest = 9_223_372_036_854.775;

/** time.ParseDuration, in milliseconds; may be negative. */
export function goDuration(text: string): number | null {
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0;
  let total = 0;
  let end = 0;
  for (const [part, number = '', unit = ''] of rest.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gy)) {
    total += Number(number) * (milliseconds[unit] ?? 0);
    end += part.length;
  }
  if (end === 0 || end !== rest.length || total > longest) return null;
  return sign === '-' && total !== 0 ? -total : total;
}

/** encoding/csv of one line, as pflag reads a stringSlice. */
export function goList(text: string): readonly string[] | null {
  if (text === '') return [];
  const [line = ''] = text.split(/\r?\n/);
  const fields: string[] = [];
  for (let rest: string | null = line; rest !== null; ) {
    const field: RegExpExecArray | null = /^"((?:[^"]|"")*)"(?=,|$)|^([^",]*)(?=,|$)/.exec(rest);
    if (field === null) return null;
    const [whole, inQuotes, bare = ''] = field;
    fields.push(inQuotes === undefined ? bare : inQuotes.replaceAll('""', '"'));
    rest = rest[whole.length] === ',' ? rest.slice(whole.length + 1) : null;
  }
  return fields;
}

function decimal(text: string, base: 0 | 10): string {
  return base === 10 ? text.replace(/^0+(?=\d)/, '') : text;
}
