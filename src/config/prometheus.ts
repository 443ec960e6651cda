import type { AlertsAsked, LoginSettings, PrometheusSettings, QueryAsked } from '../core/alerts/settings.ts';
import type { Reading } from '../core/window/reading.ts';
import { strangeKey } from './entry-keys.ts';
import {
  filterOf,
  flagOf,
  labelsOf,
  matchersOf,
  pathOf,
  textOf,
  timeoutOf,
  urlOf,
  userOf,
} from './prometheus-values.ts';

/** One server, or what is wrong with it: of its key, or of the whole (null). `why` continues "it is …, ". */
export type PrometheusReading =
  | { readonly settings: PrometheusSettings }
  | { readonly key: string | null; readonly why: string };

export const prometheusDefaults = { timeout: 5_000 } as const;

const alertKeys = ['alertFilterRegexp', 'alertFilterMatchOnly', 'alertFiringOnly', 'matchers', 'alertmanager'];
const filesKeys = ['bearerTokenFile', 'username', 'passwordFile', 'caFile', 'certFile', 'keyFile'];
const allKeys = ['url', ...alertKeys, 'externalLabels', 'query', 'timeout', ...filesKeys];
/** What makes no sense without the other. */
const pairs: readonly (readonly [string, string])[] = [
  ['username', 'passwordFile'],
  ['passwordFile', 'username'],
  ['certFile', 'keyFile'],
  ['keyFile', 'certFile'],
  ['externalLabels', 'alertmanager'],
  ['alertFilterMatchOnly', 'alertFilterRegexp'],
];

/** Reads one server out of what YAML gave; a key without a value is not there. */
export function readPrometheus(value: unknown): PrometheusReading {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { key: null, why: 'which is no map' };
  const given = new Map<string, unknown>(Object.entries(value).filter(([, of]) => of !== null));
  try {
    checkTogether(given);
    return { settings: settingsOf(given) };
  } catch (error) {
    if (error instanceof Wrong) return { key: error.key, why: error.why };
    throw error;
  }
}

/** What is wrong, on its way out of the readers of single keys. */
class Wrong extends Error {
  readonly key: string | null;
  readonly why: string;

  constructor(key: string | null, why: string) {
    super(why);
    this.key = key;
    this.why = why;
  }
}

type Given = ReadonlyMap<string, unknown>;

function checkTogether(given: Given): void {
  const strange = strangeKey(given, allKeys);
  if (strange !== null) throw new Wrong(null, strange);
  if (!given.has('url')) throw new Wrong(null, 'which has no url, so that it does not say who is to be asked');
  for (const [one, other] of pairs) {
    if (given.has(one) && !given.has(other)) throw new Wrong(null, `which has ${one} without ${other}`);
  }
  const ofAlerts = alertKeys.find((key) => given.has(key));
  if (given.has('query') && ofAlerts !== undefined) {
    throw new Wrong(null, `which has both query and ${ofAlerts}; one entry asks for alerts or by a query of its own`);
  }
  if (given.has('bearerTokenFile') && given.has('username')) {
    throw new Wrong(null, 'which has both bearerTokenFile and username; a request has one login');
  }
}

function settingsOf(given: Given): PrometheusSettings {
  const url = required(given, 'url', urlOf);
  const asks = given.has('query') ? queryOf(given) : alertsOf(given);
  const caFile = read(given, 'caFile', null, pathOf);
  const certFile = read(given, 'certFile', null, pathOf);
  const keyFile = read(given, 'keyFile', null, pathOf);
  const clientCertificate = certFile === null || keyFile === null ? null : { certFile, keyFile };
  const urls = [url, asks.for === 'alerts' ? (asks.silences?.alertmanager ?? '') : ''];
  const unused = ['caFile', 'certFile'].find((key) => given.has(key));
  if (unused !== undefined && !urls.some((text) => text.startsWith('https:'))) {
    throw new Wrong(unused, 'which is used with https: alone, and the url is none');
  }
  const timeout = read(given, 'timeout', prometheusDefaults.timeout, timeoutOf);
  return { url, asks, timeout, login: loginOf(given), caFile, clientCertificate };
}

function queryOf(given: Given): QueryAsked {
  return { for: 'query', query: required(given, 'query', textOf) };
}

function alertsOf(given: Given): AlertsAsked {
  const alertmanager = read(given, 'alertmanager', null, urlOf);
  const externalLabels = read(given, 'externalLabels', {}, labelsOf);
  return {
    for: 'alerts',
    filter: read(given, 'alertFilterRegexp', null, filterOf),
    matchOnly: read(given, 'alertFilterMatchOnly', false, flagOf),
    firingOnly: read(given, 'alertFiringOnly', false, flagOf),
    matchers: read(given, 'matchers', [], matchersOf),
    silences: alertmanager === null ? null : { alertmanager, externalLabels },
  };
}

function loginOf(given: Given): LoginSettings | null {
  const token = read(given, 'bearerTokenFile', null, pathOf);
  if (token !== null) return { by: 'token', file: token };
  const user = read(given, 'username', null, userOf);
  const file = read(given, 'passwordFile', null, pathOf);
  return user === null || file === null ? null : { by: 'password', user, file };
}

function read<T>(given: Given, key: string, fallback: T, parse: (value: unknown) => Reading<T>): T {
  return given.has(key) ? required(given, key, parse) : fallback;
}

function required<T>(given: Given, key: string, parse: (value: unknown) => Reading<T>): T {
  // A URL with a password in it is not repeated in an error: the entry is named, and not its text.
  if (isUrlKey(key) && /[@?#]/.test(String(given.get(key)))) {
    throw new Wrong(
      null,
      `whose ${key} has a login, a query or a fragment; a login stands in files (bearerTokenFile, or username and passwordFile)`,
    );
  }
  const found = parse(given.get(key));
  if (found.valid) return found.value;
  throw new Wrong(key, found.why);
}

function isUrlKey(key: string): boolean {
  return key === 'url' || key === 'alertmanager';
}
