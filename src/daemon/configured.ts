import { compareSettings } from '../config/compare.ts';
import { leaseText } from '../core/lease/object.ts';
import type { Settings } from '../core/settings.ts';
import type { Status } from '../core/status.ts';
import type { Log } from '../ports/outlets.ts';
import { mayHold, takeSettings } from './settings-taken.ts';
import { problemsLine, type ReloadProblem } from './start-problem.ts';

/** What a reload found: settings, or what is wrong, a line for each file and key. */
export type Reloaded =
  | { readonly valid: true; readonly settings: Settings }
  | { readonly valid: false; readonly problems: readonly ReloadProblem[] };

/** How the configuration stands, for people. */
export interface ConfigurationStatus {
  /** What of it waits until the Lease was released. */
  readonly waits: readonly string[];
  /** Why the files on disk were refused; the settings from before hold. Null: they were not. */
  readonly refused: string | null;
}

/** The settings in use, the ones that were read last, and what became of them. */
export class Configured {
  readonly #log: Log;
  #used: Settings;
  #wanted: Settings;
  #waits: readonly string[] = [];
  #refused: string | null = null;

  constructor(settings: Settings, log: Log) {
    this.#used = settings;
    this.#wanted = settings;
    this.#log = log;
  }

  get used(): Settings {
    return this.#used;
  }

  /** Keeps what was read; it is taken by `take`. A file with a mistake changes nothing. */
  read(loaded: Reloaded): void {
    if (!loaded.valid) {
      this.#refused = problemsLine(loaded.problems);
      for (const { file, message } of loaded.problems) this.#log.event('config-refused', { why: message, file });
      return;
    }
    this.#refused = null;
    const changed = compareSettings(this.#wanted, loaded.settings).sections.join(', ') || 'nothing';
    this.#log.event('config-loaded', { changed });
    this.#wanted = loaded.settings;
  }

  /** Takes what can be taken in the phase of now; null: nothing changed. `before` is what was in use. */
  take(status: Status | null): { readonly before: Settings; readonly now: Settings } | null {
    const phase = status?.phase ?? null;
    const { settings, waits } = takeSettings(this.#used, this.#wanted, phase);
    const pool = leaseText(this.#wanted.lease);
    const poolWaits = status !== null && mayHold(status.phase) && status.lease.name !== pool;
    this.#note([...waits, ...(poolWaits ? ['lease'] : [])]);
    const before = this.#used;
    if (compareSettings(before, settings).sections.length === 0) return null;
    this.#used = settings;
    return { before, now: settings };
  }

  status(): ConfigurationStatus {
    return { waits: this.#waits, refused: this.#refused };
  }

  #note(waits: readonly string[]): void {
    const news = waits.filter((key) => !this.#waits.includes(key));
    this.#waits = waits;
    if (news.length === 0) return;
    this.#log.event('config-waits', { why: 'it is taken after the Lease was released', changed: news.join(', ') });
  }
}

/** What the sentence of `systemctl status` says of the configuration; empty when there is nothing to say. */
export function configurationText({ waits, refused }: ConfigurationStatus): string {
  const waiting = waits.length === 0 ? '' : `; new ${waits.join(', ')}: taken when the Lease was released`;
  return refused === null ? waiting : `${waiting}; the configuration on disk was refused: ${refused}`;
}
