/** Makes the tables of metrics and alerts in docs/metrics.md, from the code and the shipped rules. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { everyMetric } from '../test/metrics/sample-nodes.ts';
import { between } from './between.ts';

const place = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

interface Alert {
  readonly alert?: string;
  readonly for?: string;
  readonly labels?: { readonly severity: string };
  readonly annotations?: { readonly summary: string; readonly remedy: string };
}

/** The page with its tables as code and rules have them now. */
export function withMetrics(page: string): string {
  const metrics = [...everyMetric()].map(
    ([name, { type, help, labels }]) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
  );
  const { groups } = load(readFileSync(place('packaging/prometheus-rules.yaml'), 'utf8')) as {
    groups: readonly { rules: readonly Alert[] }[];
  };
  const alerts = groups.flatMap(({ rules }) => rules.flatMap(alertRow));
  const head = ['| Metric | Type | Labels | What it says |', '|---|---|---|---|'];
  return between(between(page, 'metrics', [...head, ...metrics]), 'alerts', [
    '| Alert | After | Severity | What happened | What to do |',
    '|---|---|---|---|---|',
    ...alerts,
  ]);
}

function alertRow({ alert, for: after, labels, annotations }: Alert): readonly string[] {
  if (alert === undefined || annotations === undefined) return [];
  const words: Readonly<Record<string, string>> = { instance: 'NODE', lease: 'the Lease', code: 'REASON' };
  const summary = annotations.summary.replaceAll(
    /\{\{ \$labels\.(\w+) \}\}/g,
    (_, name: string) => words[name] ?? name,
  );
  return [`| \`${alert}\` | ${after ?? 'at once'} | ${labels?.severity} | ${summary} | ${annotations.remedy} |`];
}
