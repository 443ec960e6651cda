import type { AlertsAsked, PrometheusSettings, SilenceSettings } from '../core/alerts/settings.ts';
import { outsideText } from '../core/outside-text.ts';
import { allPermissions, type Permission } from '../core/permission.ts';
import { type Reason, reason } from '../core/reasons.ts';
import { type Answered, openHttp } from '../http/client.ts';
import type { Unanswered } from '../http/failure.ts';
import type { Clock } from '../ports/clock.ts';
import { type Gate, openGate } from '../ports/gate.ts';
import type { PermissionSource } from '../ports/source.ts';
import { type Alert, alertsQuery, alertsThatCount, notSilenced } from './alerts.ts';
import { type Read, readSilenced, readVector, type Sample } from './answers.ts';
import { type Credentials, readCredentials } from './files.ts';
import { alertsText, samplesText } from './words.ts';

export interface PrometheusParts {
  readonly clock: Clock;
  readonly settings: () => readonly PrometheusSettings[];
}

/** Bytes of an answer that are read at most: some thousand alerts. */
const mostBytes = 2 * 1024 * 1024;

/**
 * No permission while alerts, or what a query finds, are against it, in any of the servers; all are asked at once. What a
 * server does not tell is unknown, which refuses. Nothing announces an alert: it is found when permission is asked for again,
 * once a minute while a reboot waits and while it drains.
 */
export function prometheusSource({ clock, settings }: PrometheusParts): PermissionSource {
  const gate = openGate();
  return {
    name: 'Prometheus',
    async ask(signal) {
      return allPermissions(await Promise.all(settings().map((one) => askOne(one, clock, gate, signal))));
    },
    watch: () => {},
  };
}

/** Everything one entry takes, within its own time. */
async function askOne(
  settings: PrometheusSettings,
  clock: Clock,
  gate: Gate,
  signal: AbortSignal,
): Promise<Permission> {
  using limit = clock.deadline(settings.timeout, signal);
  try {
    const credentials = await gate.enter(() => readCredentials(settings), limit.signal);
    return await look({ settings, credentials, clock, signal: limit.signal });
  } catch (error) {
    const why = outsideText(error instanceof Error ? error.message : String(error), 300);
    return { is: 'unknown', reasons: [unknownReason('Prometheus', settings.url, why)] };
  }
}

interface Asking {
  readonly settings: PrometheusSettings;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

async function look(asking: Asking): Promise<Permission> {
  const { asks, url } = asking.settings;
  const query = asks.for === 'query' ? asks.query : alertsQuery(asks);
  const answer = await get(asking, url, `/api/v1/query?query=${encodeURIComponent(query)}`);
  const vector = readVector(answer, asking.credentials.hide);
  if (vector.is === 'unknown') return notKnown(url, vector.why);
  const { samples, lacking } = vector.value;
  const permission =
    asks.for === 'alerts'
      ? await judgeAlerts(asking, asks, alertsThatCount(asks, samples))
      : permissionByQuery(url, samples);
  // What is there may all be passed over (filter, silences); what is not there may not.
  return permission.is === 'allowed' && lacking !== null ? notKnown(url, lacking) : permission;
}

function permissionByQuery(server: string, samples: readonly Sample[]): Permission {
  if (samples.length === 0) return { is: 'allowed' };
  const found = { count: String(samples.length), found: samplesText(samples) };
  return { is: 'refused', reasons: [reason('query-blocks', { server, ...found })] };
}

async function judgeAlerts(asking: Asking, asked: AlertsAsked, counted: Read<readonly Alert[]>): Promise<Permission> {
  const { url } = asking.settings;
  if (counted.is === 'unknown') return notKnown(url, counted.why);
  const alerts = counted.value;
  const { silences } = asked;
  if (silences === null || alerts.every(({ pending }) => pending)) return permissionBy(url, alerts, []);
  const silenced = await askSilenced(asking, silences);
  if (silenced.is === 'read') return permissionBy(url, notSilenced(alerts, silences, silenced.value), []);
  return permissionBy(url, alerts, [unknownReason('Alertmanager', silences.alertmanager, silenced.why)]);
}

async function askSilenced(asking: Asking, { alertmanager }: SilenceSettings) {
  // Without active ones: those that are left are muted, by a silence or by another alert.
  const answer = await get(asking, alertmanager, '/api/v2/alerts?active=false&unprocessed=false');
  return readSilenced(answer, asking.credentials.hide);
}

/** Alerts refuse; that silences cannot be told is one more reason then. */
function permissionBy(server: string, alerts: readonly Alert[], more: readonly Reason[]): Permission {
  if (alerts.length === 0) return { is: 'allowed' };
  const refused = reason('alerts-active', { server, count: String(alerts.length), alerts: alertsText(alerts) });
  return { is: 'refused', reasons: [refused, ...more] };
}

async function get(asking: Asking, url: string, path: string): Promise<Answered | Unanswered> {
  const { credentials, clock, signal, settings } = asking;
  const client = openHttp({ url: new URL(url), tls: credentials.tls, proxy: null }, clock);
  const headers = { accept: 'application/json', ...credentials.headers };
  const request = { method: 'GET', path, headers, body: null, deadline: settings.timeout, most: mostBytes };
  try {
    return await client.send(request, signal);
  } finally {
    // The next look is a minute away, longer than a connection is kept.
    client.retire();
  }
}

function notKnown(url: string, why: string): Permission {
  return { is: 'unknown', reasons: [unknownReason('Prometheus', url, why)] };
}

function unknownReason(what: string, url: string, why: string): Reason {
  return reason('permission-unknown', { source: `${what} ${url}`, why });
}
