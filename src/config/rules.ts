import { outsideText } from '../core/outside-text.ts';
import { formatDuration } from './duration.ts';
import { type ConfigProblem, type ConfigWarning, problemAt, warningAt } from './problem.ts';
import type { Given } from './read-keys.ts';
import { rebootProblems, unusedByMethod } from './reboot-rules.ts';
import type { Key, Values } from './schema.ts';

export interface RuleFindings {
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigWarning[];
}

/** What must hold between keys; told at the place of the key that makes the rule apply. */
export function checkRules(values: Values, given: ReadonlyMap<Key, Given>): RuleFindings {
  const problems: ConfigProblem[] = [];
  const warnings: ConfigWarning[] = [];
  const files = given.get('sentinel.files');
  if (files !== undefined && values['sentinel.files'].length === 0 && values['sentinel.command'] === null) {
    const message =
      'sentinel.files is empty and there is no sentinel.command, so nothing on this machine can ask for a reboot';
    warnings.push(warningAt('no-sentinel', files.keyAt, message));
  }
  warnings.push(...unseenSentinels(values, given));
  warnings.push(...unusedDelay(values, given));
  problems.push(...rebootProblems(values, given), ...deadlineProblems(values, given));
  problems.push(...onTimeoutProblems(values, given), ...takeOverProblems(values, given));
  warnings.push(...unusedByMethod(values, given));
  warnings.push(...unusedWithoutWindows(values, given));
  return { problems, warnings };
}

/** The unit has PrivateTmp=yes: a file there would be one that never comes, for the service alone and without a word. */
function unseenSentinels(values: Values, given: ReadonlyMap<Key, Given>): readonly ConfigWarning[] {
  const files = given.get('sentinel.files');
  const unseen = values['sentinel.files'].filter((path) => /^\/+(?:var\/+)?tmp\//.test(path));
  if (files === undefined || unseen.length === 0) return [];
  const message = `sentinel.files names ${unseen.map((path) => outsideText(path, 200)).join(', ')}, which the service does not see, as it has /tmp and /var/tmp of its own: name a file elsewhere, in /run for example`;
  return [warningAt('unseen-sentinel', files.valueAt, message)];
}

function unusedDelay(values: Values, given: ReadonlyMap<Key, Given>): readonly ConfigWarning[] {
  const delay = given.get('node.loadBalancerDelay');
  if (delay === undefined || values['node.excludeFromLoadBalancers']) return [];
  const message = 'node.loadBalancerDelay is not used, because node.excludeFromLoadBalancers is not true';
  return [warningAt('unused-key', delay.keyAt, message)];
}

/**
 * A holder writes nothing while it is down, while it is verified, while a hook after the boot runs, and while it keeps the Lease
 * for its delay. By the settings of this node: those of others are not known here.
 */
function takeOverProblems(values: Values, given: ReadonlyMap<Key, Given>): readonly ConfigProblem[] {
  const key = given.get('lease.takeOverAfter');
  const after = values['lease.takeOverAfter'];
  const back = values['reboot.deadline'] + values['verification.timeout'] + values['hooks.timeout'];
  const silent = back + (values['lease.releaseDelay'] ?? 0);
  if (key === undefined || after === null || after > silent) return [];
  const message = `lease.takeOverAfter must be longer than a node that lives may be silent: reboot.deadline, verification.timeout, hooks.timeout and lease.releaseDelay are ${formatDuration(silent)} together`;
  return [problemAt('bad-value', key.valueAt, message)];
}

function deadlineProblems(values: Values, given: ReadonlyMap<Key, Given>): readonly ConfigProblem[] {
  const windows = given.get('maintenance.windows');
  const late = values['maintenance.windows'].some(({ afterDeadline }) => afterDeadline);
  if (!late || values['maintenance.deadline'] !== null || windows === undefined) return [];
  const message =
    'a window has afterDeadline: true, so maintenance.deadline must say how long that is, for example 168h';
  return [problemAt('missing', windows.valueAt, message)];
}

function onTimeoutProblems(values: Values, given: ReadonlyMap<Key, Given>): readonly ConfigProblem[] {
  const onTimeout = given.get('drain.onTimeout');
  if (values['drain.onTimeout'] !== 'reboot' || values['drain.timeout'] !== null || onTimeout === undefined) return [];
  const message =
    'drain.onTimeout is reboot, and drain.timeout is 0s, without end; it must say when the node is rebooted with pods left, for example 30m';
  return [problemAt('missing', onTimeout.valueAt, message)];
}

const needsWindows = ['exclude', 'weekdayOf', 'deadline', 'randomDelay'] as const;

function unusedWithoutWindows(values: Values, given: ReadonlyMap<Key, Given>): readonly ConfigWarning[] {
  if (values['maintenance.windows'].length > 0) return [];
  return needsWindows.flatMap((name) => {
    const key = given.get(`maintenance.${name}`);
    const message = `maintenance.${name} is not used, because there are no maintenance.windows: a reboot may begin at any time`;
    return key === undefined ? [] : [warningAt('unused-key', key.keyAt, message)];
  });
}
