import { writeMatcher } from '../core/alerts/matcher.ts';
import type { AlertsAsked, SilenceSettings } from '../core/alerts/settings.ts';
import type { Read, Sample } from './answers.ts';
import { matched } from './pattern.ts';

/** An alert that is against a reboot. */
export interface Alert {
  readonly name: string;
  readonly pending: boolean;
  /** Its own labels, as Prometheus sends them to Alertmanager, but for external ones. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The series that Prometheus keeps of its alerts, of those with these labels. */
export function alertsQuery({ matchers }: AlertsAsked): string {
  return `ALERTS{${matchers.map(writeMatcher).join(',')}}`;
}

/**
 * The alerts that count, by kured's rules: a name, a value other than 0, a name that the filter does not match (or, where only
 * matches count, does), and firing where only those count.
 */
export function alertsThatCount(asked: AlertsAsked, samples: readonly Sample[]): Read<readonly Alert[]> {
  const { filter, matchOnly, firingOnly } = asked;
  const alerts = samples.flatMap(alertOf).filter(({ pending }) => !pending || !firingOnly);
  if (filter === null) return { is: 'read', value: alerts };
  const names = matched(
    filter,
    alerts.map(({ name }) => name),
  );
  if ('why' in names) return { is: 'unknown', why: names.why };
  return { is: 'read', value: alerts.filter(({ name }) => names.has(name) === matchOnly) };
}

function alertOf({ labels, value }: Sample): readonly Alert[] {
  const { __name__, alertname, alertstate, ...rest } = labels;
  // What has no number counts: 0 alone says that it is over.
  const over = value !== null && value !== '' && Number(value) === 0;
  if (alertname === undefined || alertname === '' || over) return [];
  return [{ name: alertname, pending: alertstate !== 'firing', labels: { ...rest, alertname } }];
}

/**
 * Those that no silence mutes. Only an alert that Alertmanager has under exactly these labels, external ones included, counts as
 * silenced: one that differs could be another server's. One that is pending was never sent there.
 */
export function notSilenced(
  alerts: readonly Alert[],
  { externalLabels }: SilenceSettings,
  silenced: readonly Readonly<Record<string, string>>[],
): readonly Alert[] {
  const muted = new Set(silenced.map(keyOf));
  return alerts.filter(({ pending, labels }) => pending || !muted.has(keyOf({ ...externalLabels, ...labels })));
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  const present = Object.entries(labels).filter(([, value]) => value !== '');
  return JSON.stringify(present.sort(([one], [other]) => (one < other ? -1 : 1)));
}
