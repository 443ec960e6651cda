import { type NoticeOutcome, noticeText } from '../core/notice.ts';
import { wallText } from '../core/now.ts';
import { outsideText } from '../core/outside-text.ts';
import type { NotificationSettings } from '../core/settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { CommandRunner } from '../ports/commands.ts';
import type { KeptPart } from '../ports/host.ts';
import type { Log, Notifier } from '../ports/outlets.ts';
import { readAuthorities } from './authorities.ts';
import { commandTarget } from './command.ts';
import { deliver } from './deliver.ts';
import { readTargetFiles, type TargetsReading } from './files.ts';
import { outboxIn } from './outbox.ts';
import { NoticeQueue } from './queue.ts';

export interface NotifierParts {
  readonly settings: () => NotificationSettings;
  readonly memory: KeptPart;
  readonly commands: CommandRunner;
  readonly clock: Clock;
  readonly log: Log;
  readonly count: (outcome: NoticeOutcome) => void;
  readonly signal: AbortSignal;
}

/** A clause is as long as a chat shows it in a line or two. */
const longestWhy = 400;

/** Tells people, under the settings of the moment. What an earlier process could not send is sent first. */
export function openNotifier({ settings, memory, commands, clock, log, count, signal }: NotifierParts): Notifier {
  const ca = () => readAuthorities(settings().caFile);
  const queue = new NoticeQueue({
    targets: () => readAll(settings()),
    deliver: (target, message, ends) => deliver({ clock, ca, commands }, target, message, ends),
    store: outboxIn(memory),
    clock,
    log,
    count,
    signal,
  });
  return {
    tell({ moment, node, why: whole, since: from }, once) {
      const { urlFiles, command, moments, templates } = settings();
      if ((urlFiles.length === 0 && command === null) || !moments.includes(moment)) return;
      const at = wallText(clock.now().wall);
      const since = from === null ? '' : wallText(from);
      const why = outsideText(whole, longestWhy);
      const text = noticeText({ moment, node, why, at, since }, templates);
      queue.tell({ moment, node, why, at, text }, once);
    },
    flush: () => queue.flush(),
  };
}

async function readAll({ urlFiles, command }: NotificationSettings): Promise<TargetsReading> {
  const { targets, problems } = await readTargetFiles(urlFiles);
  return { targets: command === null ? targets : [...targets, commandTarget(command)], problems };
}
