import { outsideText } from '../core/outside-text.ts';

/** One metric with its samples, as the Prometheus text format has it. */
export interface Family {
  /** `[a-z_]+`; a counter's ends in `_total`. */
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The media type of the text format, version 0.0.4. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Families as Prometheus text (https://prometheus.io/docs/instrumenting/exposition_formats/). A family without samples is
 * left out. Label values are bounded and freed of control characters, whoever wrote them.
 */
export function exposition(families: readonly Family[]): string {
  return families
    .filter((family) => family.samples.length > 0)
    .flatMap((family) => [
      `# HELP ${family.name} ${escapeHelp(family.help)}`,
      `# TYPE ${family.name} ${family.type}`,
      ...family.samples.map((sample) => `${family.name}${labelText(sample.labels)} ${numberText(sample.value)}`),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

const mostLabelLength = 128;

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Control characters are gone after outsideText; its own backslashes are escaped like any other. */
function escapeLabel(value: string): string {
  return outsideText(value, mostLabelLength).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
