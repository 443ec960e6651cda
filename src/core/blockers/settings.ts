/** Pods of this node that keep it from rebooting while one of them is there. */
export interface PodBlocker {
  /** A label selector in Kubernetes' syntax; all of its requirements have to be met. */
  readonly selector: string;
  /** Only pods in these namespaces count; null: in all. */
  readonly namespaces: readonly string[] | null;
}

/** A command that may be against a reboot. */
export interface CommandBlocker {
  /** The program's absolute path, then its arguments. */
  readonly command: readonly string[];
  /** Milliseconds it may take. */
  readonly timeout: number;
  /** Milliseconds after which it is run again once it was against a reboot. */
  readonly period: number;
}

/** People who are logged in, and how they are waited for. */
export interface UserBlocker {
  /** Milliseconds that they have to log out; null: as long as it takes. */
  readonly wait: number | null;
  /** Milliseconds between the texts on their terminals; null: they are told nothing. */
  readonly broadcast: number | null;
  /** Users who are not waited for, by name. */
  readonly ignore: readonly string[];
}
