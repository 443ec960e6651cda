import type { NoticeMoment } from '../core/notice.ts';
import type { Reason } from '../core/reasons.ts';

/** Where events go so that people can read, search and count them: the journal, a terminal, or JSON lines. Never throws, never waits. */
export interface Log {
  /**
   * Tells one event. Its level, its constant text and its message ID belong to the code (src/log/message-ids.ts);
   * everything that differs from one time to the next goes into the fields.
   */
  event(code: EventCode, fields?: EventFields): void;
  /** Fields that every later event carries (`node`, `phase`); undefined takes one away. */
  always(fields: EventFields): void;
  /** From now on events below this level are not written. */
  setLevel(level: LogLevel): void;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/**
 * Details of an event. Names are lowerCamelCase; in the journal `podName` becomes `KURED_POD_NAME`. `reason` is told by its
 * code and its sentence, `why` is a cause in words; both are shown behind the event's text, all others in brackets behind
 * that. `stack` is kept out of the shown line. Every value is bounded, escaped and freed of secrets by the log.
 */
export interface LogFields {
  readonly reason?: Reason | undefined;
  readonly why?: string | undefined;
  readonly stack?: string | undefined;
  readonly [name: string]: string | number | boolean | Reason | undefined;
}

/** The fields of an event, each of which people are told of (src/log/fields.ts). */
export type EventFields = { readonly [name in FieldName]?: LogFields[name] };

/** Every detail that an event can carry. One that was given out keeps its name and meaning. */
export type FieldName =
  | 'node'
  | 'phase'
  | 'reason'
  | 'why'
  | 'from'
  | 'to'
  | 'lease'
  | 'claim'
  | 'holder'
  | 'pod'
  | 'hook'
  | 'method'
  | 'meaning'
  | 'effect'
  | 'purpose'
  | 'source'
  | 'file'
  | 'changed'
  | 'user'
  | 'server'
  | 'listen'
  | 'folder'
  | 'group'
  | 'version'
  | 'count'
  | 'receiver'
  | 'stack';

/** Every kind of event there is. A kind keeps its message ID for ever. */
export type EventCode =
  | 'service-starting'
  | 'service-ready'
  | 'service-stopping'
  | 'service-stopped'
  | 'second-instance'
  | 'instance-unknown'
  | 'native-missing'
  | 'messages-dropped'
  | 'internal-error'
  | 'was-away'
  | 'config-loaded'
  | 'config-refused'
  | 'config-waits'
  | 'memory-unusable'
  | 'rival-found'
  | 'phase-changed'
  | 'reason-changed'
  | 'still-waiting'
  | 'need-found'
  | 'need-gone'
  | 'need-unknown'
  | 'permission-refused'
  | 'sentinel-watch-broken'
  | 'users-told'
  | 'users-not-told'
  | 'queued'
  | 'claimed'
  | 'renewed'
  | 'fenced'
  | 'released'
  | 'claim-lost'
  | 'lease-unreadable'
  | 'lease-went-back'
  | 'lease-left'
  | 'pool-paused'
  | 'pool-resumed'
  | 'release-asked'
  | 'force-released'
  | 'took-over'
  | 'write-unknown'
  | 'cordoned'
  | 'uncordoned'
  | 'cordon-left'
  | 'drain-started'
  | 'pod-evicted'
  | 'pod-gone'
  | 'eviction-blocked'
  | 'eviction-failed'
  | 'drain-finished'
  | 'drain-given-up'
  | 'hook-started'
  | 'hook-waited-for'
  | 'hook-output'
  | 'hook-ended'
  | 'hook-failed'
  | 'wanted-hook-failed'
  | 'hook-skipped'
  | 'reboot-asked'
  | 'reboot-accepted'
  | 'reboot-refused'
  | 'reboot-unanswered'
  | 'boot-changed'
  | 'reboot-proven'
  | 'reboot-unproven'
  | 'restored'
  | 'backing-out'
  | 'stuck'
  | 'unstuck'
  | 'retry-asked'
  | 'api-lost'
  | 'api-back'
  | 'api-refused'
  | 'credentials-loaded'
  | 'control-listening'
  | 'control-failed'
  | 'metrics-listening'
  | 'metrics-failed'
  | 'textfile-written'
  | 'textfile-failed'
  | 'told-failed'
  | 'notification-sent'
  | 'notification-delayed'
  | 'notification-lost'
  | 'details';

/** One way into the journal. Answers at once; whatever is not `sent` is lost, and the log counts it. */
export interface JournalWriter {
  /** Field names in upper case (`MESSAGE`, `PRIORITY`, …) with their values, in order. */
  write(fields: readonly (readonly [name: string, value: string])[]): 'sent' | 'lost';
}

/**
 * What the service manager is told (sd_notify(3)). Never throws, never waits: what a full receiver does not take is sent
 * again a little later.
 */
export interface ServiceManager {
  /** Started, or reloaded: everything that can be had by now is there. */
  ready(): void;
  /** One sentence for `systemctl status`. */
  status(sentence: string): void;
  /** The configuration is read anew from now until the next `ready`. */
  reloading(): void;
  stopping(): void;
  /** Alive; at least once within WatchdogSec. */
  alive(): void;
  /** Start, reload or stop may take this many milliseconds more, from now. */
  extend(ms: number): void;
  /** Messages that no receiver took and that were given up, since the start. */
  readonly dropped: number;
  close(): void;
}

/** Where people are told of a moment: chats, mail, webhooks. Never throws, never waits. */
export interface Notifier {
  /** `once` names what is told a single time, over restarts as well; null: each time it is told. */
  tell(said: NoticeSaid, once: string | null): void;
  /** Resolves when each message was tried once; however long that takes. */
  flush(): Promise<void>;
}

export interface NoticeSaid {
  readonly moment: NoticeMoment;
  readonly node: string;
  /** A clause; empty where there is nothing to add. */
  readonly why: string;
  /** Since when a need waits, by the wall clock; null: none does. */
  readonly since: number | null;
}
