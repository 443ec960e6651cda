import { bootName } from '../core/boot-mark.ts';
import type { Moment } from '../core/phases/effect.ts';
import { needNow, needText } from '../core/phases/questions.ts';
import type { State } from '../core/phases/state.ts';
import { reasonSentence } from '../core/reasons.ts';
import type { NotificationSettings } from '../core/settings.ts';
import { stuckReason } from '../core/stuck.ts';
import { podsAgainText } from '../core/way-back.ts';
import type { Clock } from '../ports/clock.ts';
import type { Notifier } from '../ports/outlets.ts';
import { isPassing } from './passing.ts';

export interface NoticesParts {
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly settings: () => NotificationSettings;
  /** Since when a need waits, by the wall clock; null: none does. */
  readonly since: () => number | null;
  readonly signal: AbortSignal;
}

/** What of the daemon's work people are told. */
export class Notices {
  readonly #parts: NoticesParts;
  #cancel = (): void => {};
  #last: State | null = null;

  constructor(parts: NoticesParts) {
    this.#parts = parts;
    parts.signal.addEventListener('abort', () => this.#cancel(), { once: true });
  }

  /** To be called after every decision. */
  see(before: State, after: State): void {
    const { notifier, clock, since } = this.#parts;
    const { node, boot } = after.facts.me;
    this.#last = after;
    const need = needNow(after.facts, clock.now());
    const from = since();
    // By its age: a need that grows while it waits is the same for people.
    if (need.is === 'new' && isFree(after) && from !== null) {
      const why = observed(after, needText(need.need));
      notifier.tell({ moment: 'needed', node, why, since: from }, `needed ${from}`);
    }
    const stuck = stuckReason(after);
    if (stuck !== null && stuckReason(before) === null) {
      notifier.tell({ moment: 'stuck', node, why: reasonSentence(stuck), since: from }, null);
    }
    // Told when the node is uncordoned, by whichever process rebooted it; the Lease may be kept for a while.
    const { phase } = before;
    if (phase.name === 'restoring' && phase.handled !== null && !phase.restored && isRestored(after)) {
      notifier.tell({ moment: 'back', node, why: '', since: null }, `back ${bootName(boot)}`);
    }
    this.#lookAtAge();
  }

  moment(moment: Moment, node: string): void {
    const { notifier, since } = this.#parts;
    if (moment.what === 'draining') {
      const why = moment.reasons.join(', ') || 'a reboot is needed';
      notifier.tell({ moment: 'draining', node, why, since: since() }, null);
    } else if (moment.what === 'drain-given-up') {
      notifier.tell({ moment: 'pods-left', node, why: reasonSentence(moment.reason), since: since() }, null);
    } else if (moment.what === 'took-over') {
      const why = `that of ${moment.holder}, because ${moment.why}`;
      notifier.tell({ moment: 'taken-over', node, why, since: since() }, null);
    } else if (moment.what === 'backing-out') {
      const again = podsAgainText(moment.back);
      const why = `${reasonSentence(moment.reason)}${again === null ? '' : `; ${again}`}`;
      notifier.tell({ moment: 'drain-failed', node, why, since: since() }, null);
    }
  }

  /** The last words before the reboot is asked for. */
  rebooting(method: string, node: string): void {
    const { notifier, since } = this.#parts;
    notifier.tell({ moment: 'rebooting', node, why: `by ${method}`, since: since() }, null);
  }

  flush(): Promise<void> {
    return this.#parts.notifier.flush();
  }

  /** A need that has waited for long is told once; a timer finds the moment, since nothing else may happen then. */
  #lookAtAge(): void {
    const { clock, since, settings, notifier } = this.#parts;
    this.#cancel();
    const [last, from, after] = [this.#last, since(), settings().waitingAfter];
    if (last === null || from === null || after === null || !isFree(last)) return;
    const now = clock.now();
    const left = from + after - now.wall;
    if (left > 0) {
      this.#cancel = clock.timer(left, () => this.#lookAtAge());
      return;
    }
    // What is over in no time is not what it waits for; the next decision comes right after it.
    if (isPassing(last.waits)) return;
    const { node } = last.facts.me;
    const why = observed(last, reasonSentence(last.waits));
    notifier.tell({ moment: 'waiting', node, why, since: from }, `waiting ${from}`);
  }
}

function isRestored({ phase }: State): boolean {
  return phase.name === 'idle' || (phase.name === 'restoring' && phase.restored);
}

/** People who read of a need are to know that nothing will come of it here. */
function observed({ facts }: State, why: string): string {
  return facts.settings.observe ? `${why} (this node only observes and is not rebooted)` : why;
}

/** Whether the need is still to be met: later its moments tell themselves. */
function isFree({ phase }: State): boolean {
  return phase.name === 'waiting' || phase.name === 'queued';
}
