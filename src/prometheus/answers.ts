import { outsideText } from '../core/outside-text.ts';
import type { Answered } from '../http/client.ts';
import type { Unanswered } from '../http/failure.ts';

/** What the server said, or in one clause why that cannot be known. */
export type Read<T> = { readonly is: 'read'; readonly value: T } | { readonly is: 'unknown'; readonly why: string };

/** One element of an instant vector: its labels and its value, a number as text ("1", "NaN"); null: it has none such. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string | null;
}

/** The elements of an instant vector. `lacking`: why there may be more of them that nobody could tell; null: these are all. */
export interface Vector {
  readonly samples: readonly Sample[];
  readonly lacking: string | null;
}

/**
 * The elements of an answer to `/api/v1/query` (the stable HTTP API of Prometheus, which Thanos, Mimir and VictoriaMetrics
 * have, too).
 */
export function readVector(answer: Answered | Unanswered, hide: (text: string) => string): Read<Vector> {
  const json = readJson(answer, hide);
  if (json.is === 'unknown') return json;
  const data = member(json.value, 'data');
  const type = member(data, 'resultType');
  const result = member(data, 'result');
  if (member(json.value, 'status') !== 'success') return unknown('its answer is none of Prometheus');
  if (type === 'scalar' || type === 'string') {
    return unknown(`the query gives a ${type}, which is never empty; compare it with something, or ask for a vector`);
  }
  if ((type !== 'vector' && type !== 'matrix') || !Array.isArray(result)) {
    return unknown('its answer is none of Prometheus');
  }
  const samples = result.map(sampleOf);
  if (!samples.every((sample) => sample !== null)) return unknown('its answer is none of Prometheus');
  return { is: 'read', value: { samples, lacking: lackingIn(json.value, hide) } };
}

/** Thanos warns where a part of the data was out of reach, as Prometheus does of a remote one; VictoriaMetrics says `isPartial`. */
function lackingIn(json: unknown, hide: (text: string) => string): string | null {
  const warnings = member(json, 'warnings');
  if (Array.isArray(warnings) && warnings.length > 0) {
    return `it found nothing that counts, and warns: ${hide(outsideText(String(warnings[0]), 200))}`;
  }
  if (member(json, 'isPartial') !== true) return null;
  return 'it found nothing that counts, in a part of the data alone (isPartial)';
}

/** The labels of every alert that a silence mutes, of an answer to `/api/v2/alerts` of Alertmanager. */
export function readSilenced(
  answer: Answered | Unanswered,
  hide: (text: string) => string,
): Read<readonly Readonly<Record<string, string>>[]> {
  const json = readJson(answer, hide);
  if (json.is === 'unknown') return json;
  if (!Array.isArray(json.value)) return unknown('its answer is none of Alertmanager');
  const silenced: Readonly<Record<string, string>>[] = [];
  for (const alert of json.value) {
    const labels = labelsOf(member(alert, 'labels'));
    const by = member(member(alert, 'status'), 'silencedBy');
    if (labels === null || !Array.isArray(by)) return unknown('its answer is none of Alertmanager');
    if (by.length > 0 && member(member(alert, 'status'), 'state') === 'suppressed') silenced.push(labels);
  }
  return { is: 'read', value: silenced };
}

/** The whole answer as JSON, where it is one of success. No body is ever shown but the text of Prometheus' own errors. */
function readJson(answer: Answered | Unanswered, hide: (text: string) => string): Read<unknown> {
  if (answer.is === 'unanswered') return unknown(hide(answer.why));
  const { status } = answer;
  if (status === 401 || status === 403) return unknown(`it refuses our login with status ${status}`);
  if (status >= 300 && status < 400)
    return unknown(`it sends us elsewhere with status ${status}, which is not followed`);
  const value = parse(answer.body);
  const error = member(value, 'error');
  if (typeof error === 'string' && member(value, 'status') === 'error') {
    return unknown(`it answers with status ${status}: ${hide(outsideText(error, 200))}`);
  }
  if (status !== 200) return unknown(`it answers with status ${status}`);
  return value === undefined ? unknown('its answer is no JSON') : { is: 'read', value };
}

function unknown(why: string): { readonly is: 'unknown'; readonly why: string } {
  return { is: 'unknown', why };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function member(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null && Object.hasOwn(of, name) ? Reflect.get(of, name) : undefined;
}

function sampleOf(of: unknown): Sample | null {
  const labels = labelsOf(member(of, 'metric'));
  const value = member(of, 'value');
  const text: unknown = Array.isArray(value) ? value[1] : null;
  return labels === null ? null : { labels, value: typeof text === 'string' ? text : null };
}

function labelsOf(of: unknown): Readonly<Record<string, string>> | null {
  if (typeof of !== 'object' || of === null || Array.isArray(of)) return null;
  const entries = Object.entries(of);
  return entries.every(([, value]) => typeof value === 'string') ? Object.fromEntries(entries) : null;
}
