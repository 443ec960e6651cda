import type { Moment } from '../core/phases/effect.ts';
import type { State } from '../core/phases/state.ts';
import { sentence } from '../core/sentence.ts';
import { type Status, statusOf } from '../core/status.ts';
import { stuckReason } from '../core/stuck.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Log, ServiceManager } from '../ports/outlets.ts';
import { changeTold } from './change-told.ts';
import { ConditionWriter } from './condition-writer.ts';
import { telling } from './moments.ts';
import type { Notices } from './notices.ts';
import { isPassing } from './passing.ts';
import type { Tally } from './tally.ts';

export interface PublishParts {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly manager: ServiceManager;
  readonly tally: Pick<Tally, 'phase' | 'moment'>;
  readonly notices: Notices;
  readonly signal: AbortSignal;
}

/** Tells the world: log, systemd, the Node's condition and annotation, Events, and people by notifications. Nothing here ever delays a decision. */
export interface Publisher {
  state(before: State, after: State): void;
  tell(moment: Moment): void;
  /** The last words before a reboot; ends when they were heard or could not be within ten seconds. */
  announce(method: string, pods: string): Promise<void>;
  /** Everything told so far was heard or given up. */
  flush(): Promise<void>;
  readonly status: () => Status | null;
}

const announceLimit = 10_000;
/** What chats and mail get of it. What is not sent by then is sent after the boot. */
const noticesLimit = 2_000;
const reasonLogEvery = 3_600_000;
const passingFor = 60_000;

export function createPublisher(parts: PublishParts): Publisher {
  const node = new ConditionWriter({ ...parts, node: parts.cluster.node });
  let last: State | null = null;
  let logged = { code: '', at: 0 };
  let events: Promise<void> = Promise.resolve();

  const log = (before: State, after: State) => {
    for (const { code, fields } of changeTold(before, after)) parts.log.event(code, fields);
    const now = parts.clock.mono();
    if (before.phase.name !== after.phase.name) {
      parts.log.always({ phase: after.phase.name });
      parts.log.event('phase-changed', { from: before.phase.name, to: after.phase.name, reason: after.waits });
      logged = { code: after.waits.code, at: now };
    } else if (after.waits.code !== logged.code && !isPassing(after.waits)) {
      parts.log.event('reason-changed', { reason: after.waits });
      logged = { code: after.waits.code, at: now };
    } else if (
      now - logged.at > reasonLogEvery + (isPassing(after.waits) ? passingFor : 0) &&
      after.waits.code !== 'no-need'
    ) {
      parts.log.event('still-waiting', { reason: after.waits });
      logged = { code: after.waits.code, at: now };
    }
  };
  const tell = (moment: Moment) => {
    parts.tally.moment(moment);
    const { node: name, uid } = last?.facts.me ?? { node: 'NODE', uid: '' };
    const { code, fields, event } = telling(moment, name);
    parts.log.event(code, fields);
    parts.notices.moment(moment, name);
    if (event === null || uid === '') return;
    const { lease, ...ofNode } = event;
    const both = lease === undefined ? [ofNode] : [ofNode, { ...ofNode, lease }];
    events = events.then(async () => {
      for (const one of both) {
        const told = await parts.cluster.tell({ ...one, nodeUid: uid }, parts.signal);
        if (told.is === 'failed') parts.log.event('told-failed', { reason: told.reason });
      }
    });
  };
  return {
    state(before, after) {
      last = after;
      parts.tally.phase(after.phase.name);
      log(before, after);
      parts.notices.see(before, after);
      parts.manager.status(sentence(after));
      node.want(after, { phase: before.phase.name !== after.phase.name, stuck: isStuck(before) !== isStuck(after) });
    },
    tell,
    async announce(method, pods) {
      using deadline = parts.clock.deadline(announceLimit, parts.signal);
      const message = `Asks for the reboot by ${method}: ${pods}`;
      const uid = last?.facts.me.uid ?? '';
      const said = parts.cluster.tell({ type: 'Normal', reason: 'Rebooting', message, nodeUid: uid }, deadline.signal);
      parts.notices.rebooting(method, parts.cluster.node.name);
      using notices = parts.clock.deadline(noticesLimit, parts.signal);
      const people = Promise.race([parts.notices.flush(), aborted(notices.signal)]);
      await Promise.race([Promise.all([said, node.flush(), people]), aborted(deadline.signal)]);
    },
    async flush() {
      await Promise.all([events, node.flush(), parts.notices.flush()]);
    },
    status: () => (last === null ? null : statusOf(last, parts.clock.now())),
  };
}

function isStuck(state: State): boolean {
  return stuckReason(state) !== null;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
