/** One metric as a strict reader of the text format, version 0.0.4, sees it. */
export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/**
 * Reads a page the way Prometheus does and refuses what it would refuse, and more: each family has HELP, then TYPE, then
 * its samples, once on the page; no two samples have the same labels; the page ends in a line feed.
 */
export function parseExposition(page: string): ReadonlyMap<string, ParsedFamily> {
  if (page === '' || !page.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, ParsedFamily>();
  const lines = page.split('\n').slice(0, -1);
  for (let at = 0; at < lines.length; ) {
    const [, name = '', help = ''] = must(/^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (\S.*)$/, lines[at++]);
    const [, typed, type = ''] = must(/^# TYPE (\S+) (gauge|counter)$/, lines[at++]);
    if (typed !== name || families.has(name)) throw new Error(`the lines of ${name} are not together`);
    const samples: { labels: Record<string, string>; value: number }[] = [];
    while (at < lines.length && !lines[at]?.startsWith('#')) samples.push(parseSample(name, lines[at++] ?? ''));
    const distinct = new Set(samples.map(({ labels }) => JSON.stringify(Object.entries(labels).sort())));
    if (samples.length === 0 || distinct.size !== samples.length)
      throw new Error(`no samples, or the same twice: ${name}`);
    families.set(name, { name, type, help, samples });
  }
  return families;
}

function parseSample(family: string, line: string) {
  const [, name, , inner = '', number = ''] = must(/^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})? (\S+)$/, line);
  if (name !== family) throw new Error(`a sample of ${name} among those of ${family}`);
  return { labels: parseLabels(inner), value: parseNumber(number) };
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== '') {
    const [whole, name = '', value = ''] = must(/^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(?:,(?=.)|$)/, rest);
    if (name in labels) throw new Error(`the label ${name} twice`);
    labels[name] = value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
    rest = rest.slice(whole.length);
  }
  return labels;
}

function parseNumber(text: string): number {
  const special: Readonly<Record<string, number>> = { NaN: Number.NaN, '+Inf': Infinity, '-Inf': -Infinity };
  if (text in special) return special[text] ?? Number.NaN;
  must(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/, text);
  return Number(text);
}

function must(pattern: RegExp, line: string | undefined): RegExpExecArray {
  const found = pattern.exec(line ?? '');
  if (found === null) throw new Error(`not the text format: ${JSON.stringify(line)}`);
  return found;
}
