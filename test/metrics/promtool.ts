import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metricsPage } from '../../src/metrics/families.ts';
import type { MetricsInput } from '../../src/metrics/input.ts';
import { parseExposition } from './exposition-parser.ts';

/** What a node shows at a step of time; null: it gives no metrics. */
export type Course = (step: number) => MetricsInput | null;

export const promtoolMissing =
  spawnSync('promtool', ['--version']).status === 0 ? null : 'no promtool here to judge rules with';

export interface Verdict {
  readonly ok: boolean;
  readonly said: string;
}

/** What promtool says of rules; JSON is YAML. */
export function checkRules(text: string): Verdict {
  return promtool('check', { 'rules.yaml': text }, 'rules.yaml');
}

/** What promtool says of tests of these rules. */
export function testRules(rules: readonly unknown[], interval: string, tests: unknown): Verdict {
  const test = { rule_files: ['rules.yaml'], evaluation_interval: interval, tests: [tests] };
  const groups = { groups: [{ name: 'rules', rules }] };
  return promtool('test', { 'rules.yaml': JSON.stringify(groups), 'test.yaml': JSON.stringify(test) }, 'test.yaml');
}

function promtool(what: 'check' | 'test', files: Readonly<Record<string, string>>, of: string): Verdict {
  const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { status, stdout, stderr } = spawnSync('promtool', [what, 'rules', join(folder, of)], { encoding: 'utf8' });
    return { ok: status === 0, said: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The series that Prometheus has of some nodes after so many steps, as a test file of promtool wants them; only those that the
 * expressions name, as each costs time.
 */
export function scraped(nodes: Readonly<Record<string, Course>>, steps: number, exprs: string): readonly unknown[] {
  const series = Object.entries(nodes).flatMap(([instance, course]) => seriesOf(instance, course, steps));
  return series.filter((one) => new RegExp(`\\b${one.series.split('{')[0]}\\b`).test(exprs));
}

interface Series {
  readonly series: string;
  readonly values: string;
}

function seriesOf(instance: string, course: Course, steps: number): readonly Series[] {
  const series = new Map<string, string[]>();
  const note = (name: string, labels: Readonly<Record<string, string>>, step: number, value: number): void => {
    const all = Object.entries({ ...labels, job: 'kured-host', instance });
    const key = `${name}{${all.map(([label, text]) => `${label}=${JSON.stringify(text)}`).join(',')}}`;
    const values = series.get(key) ?? [];
    // What was there and is not any more is marked as such by each scrape.
    while (values.length < step) values.push(values.length > 0 && values.at(-1) !== '_' ? 'stale' : '_');
    series.set(key, [...values, String(value)]);
  };
  let last: MetricsInput | null = null;
  let page = parseExposition(metricsPage(course(0) ?? never()));
  for (let step = 0; step <= steps; step += 1) {
    const input = course(step);
    note('up', {}, step, input === null ? 0 : 1);
    if (input === null) continue;
    if (input !== last) page = parseExposition(metricsPage(input));
    last = input;
    for (const { name, samples } of page.values()) {
      for (const { labels, value } of samples) note(name, labels, step, value);
    }
  }
  return [...series].map(([name, values]) => {
    const gone = values.length <= steps ? [...values, 'stale'] : values;
    return { series: name, values: gone.join(' ') };
  });
}

function never(): never {
  throw new Error('a course begins with metrics');
}
