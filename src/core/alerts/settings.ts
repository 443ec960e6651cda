import type { Matcher } from './matcher.ts';

/** One Prometheus whose alerts, or whose answer to a query, keep this node from rebooting. */
export interface PrometheusSettings {
  /** http: or https:, with a path where there is one; no login, query or fragment. */
  readonly url: string;
  readonly asks: AlertsAsked | QueryAsked;
  /** Milliseconds for everything that is asked for this entry. */
  readonly timeout: number;
  readonly login: LoginSettings | null;
  /** A file with the certificates that a server's must lead to; null: those Node was built with. */
  readonly caFile: string | null;
  readonly clientCertificate: { readonly certFile: string; readonly keyFile: string } | null;
}

/** Alerts, by kured's three filters and by matchers of their labels. */
export interface AlertsAsked {
  readonly for: 'alerts';
  /** RE2, not anchored; the names of alerts that do not count. Null: all count. */
  readonly filter: string | null;
  /** The other way round: only alerts that the filter matches count. Without a filter it changes nothing. */
  readonly matchOnly: boolean;
  /** Pending alerts do not count. */
  readonly firingOnly: boolean;
  readonly matchers: readonly Matcher[];
  readonly silences: SilenceSettings | null;
}

/** A query in PromQL; whatever it finds is against a reboot. */
export interface QueryAsked {
  readonly for: 'query';
  readonly query: string;
}

/** Where silences are asked for. */
export interface SilenceSettings {
  readonly alertmanager: string;
  /** What Prometheus adds to the labels of alerts that it sends: its external_labels. */
  readonly externalLabels: Readonly<Record<string, string>>;
}

export type LoginSettings =
  | { readonly by: 'token'; readonly file: string }
  | { readonly by: 'password'; readonly user: string; readonly file: string };

/**
 * Instructions that a compiled pattern may have at most. With the bound on the text it is matched against, that bounds the
 * time which a pattern of the configuration can take: matching is linear in their product.
 */
export const mostInstructions = 2_000;
