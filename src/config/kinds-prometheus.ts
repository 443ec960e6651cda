import { writeMatcher } from '../core/alerts/matcher.ts';
import type { LoginSettings, PrometheusSettings } from '../core/alerts/settings.ts';
import { formatDuration } from './duration.ts';
import { entryList } from './entry-list.ts';
import type { Kind } from './kind.ts';
import { prometheusDefaults, readPrometheus } from './prometheus.ts';
import type { Plain } from './tree.ts';

const mostServers = 16;

/** Servers of Prometheus that are asked for permission: a list of maps, or one map. */
export const prometheusList: Kind<readonly PrometheusSettings[]> = {
  type: 'list of Prometheus servers, or one',
  expected: 'a list of {url, alertFilterRegexp, …} or {url, query, …}',
  schema: entryList((value) => {
    const read = readPrometheus(value);
    return 'settings' in read ? { entry: read.settings } : read;
  }, mostServers),
  write: (servers) => servers.map(writeServer),
};

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
