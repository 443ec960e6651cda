import * as v from 'valibot';
import { writeMatcher } from '../core/alerts/matcher.ts';
import type { LoginSettings, PrometheusSettings } from '../core/alerts/settings.ts';
import { formatDuration } from './duration.ts';
import type { Kind } from './kind.ts';
import { prometheusDefaults, readPrometheus } from './prometheus.ts';
import type { Plain } from './tree.ts';

const mostServers = 16;

/** Servers of Prometheus that are asked for permission: a list of maps, or one map. */
export const prometheusList: Kind<readonly PrometheusSettings[]> = {
  type: 'list of Prometheus servers, or one',
  expected: 'a list of {url, alertFilterRegexp, …} or {url, query, …}',
  schema: v.pipe(
    v.unknown(),
    v.rawTransform<unknown, readonly PrometheusSettings[]>(({ dataset, addIssue, NEVER }) => {
      const { value } = dataset;
      const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
      if (entries.length > mostServers) {
        addIssue({ message: `which has more than ${mostServers} entries` });
        return NEVER;
      }
      const good: PrometheusSettings[] = [];
      for (const [index, entry] of entries.entries()) {
        const read = readPrometheus(entry);
        if ('settings' in read) good.push(read.settings);
        else {
          const at = [...(Array.isArray(value) ? [index] : []), ...(read.key === null ? [] : [read.key])];
          addIssue({ message: read.why, ...pathOf(at) });
        }
      }
      return good.length === entries.length ? good : NEVER;
    }),
  ),
  write: (servers) => servers.map(writeServer),
};

/** A path as valibot has it, of the keys to the culprit; none for the value itself. */
function pathOf(keys: readonly (string | number)[]): { readonly path?: [v.IssuePathItem, ...v.IssuePathItem[]] } {
  const item = (key: string | number): v.IssuePathItem =>
    ({ type: 'object', origin: 'value', input: {}, key, value: undefined }) as unknown as v.IssuePathItem;
  const [first, ...rest] = keys;
  return first === undefined ? {} : { path: [item(first), ...rest.map(item)] };
}

function writeServer({ url, asks, timeout, login, caFile, clientCertificate }: PrometheusSettings): Plain {
  return {
    url,
    ...(asks.for === 'query' ? { query: asks.query } : writeAlerts(asks)),
    ...(timeout === prometheusDefaults.timeout ? {} : { timeout: formatDuration(timeout) }),
    ...(login === null ? {} : writeLogin(login)),
    ...(caFile === null ? {} : { caFile }),
    ...(clientCertificate === null ? {} : { ...clientCertificate }),
  };
}

function writeAlerts(asks: Extract<PrometheusSettings['asks'], { for: 'alerts' }>): Readonly<Record<string, Plain>> {
  const { filter, matchOnly, firingOnly, matchers, silences } = asks;
  const labels = silences?.externalLabels ?? {};
  return {
    ...(filter === null ? {} : { alertFilterRegexp: filter }),
    ...(matchOnly ? { alertFilterMatchOnly: true } : {}),
    ...(firingOnly ? { alertFiringOnly: true } : {}),
    ...(matchers.length === 0 ? {} : { matchers: matchers.map(writeMatcher) }),
    ...(silences === null ? {} : { alertmanager: silences.alertmanager }),
    ...(Object.keys(labels).length === 0 ? {} : { externalLabels: { ...labels } }),
  };
}

function writeLogin(login: LoginSettings): Readonly<Record<string, Plain>> {
  return login.by === 'token' ? { bearerTokenFile: login.file } : { username: login.user, passwordFile: login.file };
}
