import { leftUnseen } from '../core/phases/left-behind.ts';
import type { Settings } from '../core/settings.ts';
import type { StopMeaning } from '../core/shutdown.ts';
import type { Log } from '../ports/outlets.ts';
import { telling } from './moments.ts';

/** Says what is left by a service that is stopped while no daemon runs: an earlier start, or a daemon before, may hold a claim. */
export function tellStopUnseen(meaning: StopMeaning, { lease, credentials }: Settings, log: Log): void {
  // Without credentials nobody knows the Node's name; in all remedies NODE stands for it then.
  const node = credentials.nodeName ?? 'NODE';
  const { code, fields } = telling({ what: 'stopping', meaning, left: leftUnseen(lease) }, node);
  log.event(code, fields);
}
