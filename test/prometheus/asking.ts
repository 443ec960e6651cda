import type { IncomingMessage, RequestListener } from 'node:http';
import type { AlertsAsked, PrometheusSettings } from '../../src/core/alerts/settings.ts';
import type { Permission } from '../../src/core/permission.ts';
import { reasonSentence } from '../../src/core/reasons.ts';
import { prometheusSource } from '../../src/prometheus/source.ts';
import { realClock } from '../fakes/clock.ts';
import { never } from '../http/server.ts';

/** Every alert counts, whatever its name, labels and state, and no silence is asked for. */
export const everyAlert: AlertsAsked = {
  for: 'alerts',
  filter: null,
  matchOnly: false,
  firingOnly: false,
  matchers: [],
  silences: null,
};

/** The settings of the Prometheus at this address, asked for every alert unless `over` says otherwise. */
export function settings(url: URL | string, over: Partial<PrometheusSettings> = {}): PrometheusSettings {
  const plain = String(url).replace(/\/$/, '');
  return { url: plain, asks: everyAlert, timeout: 5_000, login: null, caFile: null, clientCertificate: null, ...over };
}

/** What all of these servers together answer now. */
export function ask(...all: readonly PrometheusSettings[]): Promise<Permission> {
  return prometheusSource({ clock: realClock(), settings: () => all }).ask(never);
}

/** The reasons of an answer as people read them. */
export function sentences(answer: Permission): readonly string[] {
  return answer.is === 'allowed' ? [] : answer.reasons.map(reasonSentence);
}

/** An instant vector, as the HTTP API of Prometheus answers it. */
export function vector(...result: readonly object[]) {
  return { status: 'success', data: { resultType: 'vector', result } };
}

/** A sample of ALERTS: firing, unless `labels` say otherwise. */
export function alert(alertname: string, labels: object = {}, value = '1') {
  return {
    metric: { __name__: 'ALERTS', alertname, alertstate: 'firing', ...labels },
    value: [1622472933.973, value],
  };
}

/** Answers every request with this: an object as JSON, a text as it is. */
export function answering(body: unknown, status = 200): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** The PromQL that was asked. */
export function queryOf({ url }: IncomingMessage): string | null {
  return new URL(url ?? '', 'http://x').searchParams.get('query');
}
