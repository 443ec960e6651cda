import type { LeaseStatus } from '../core/lease-status.ts';
import type { ReasonStatus, Status } from '../core/status.ts';
import type { ConfigurationTold, Told } from './daemon-status.ts';

/** Rows of a name and what there is to say, the second column in line. */
export function rowsText(rows: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
}

export function statusText({ status: at, waiting, configuration }: Told): string {
  const configured = configurationText(configuration);
  if (at === null) {
    const rest = configured === '' ? '' : `config: ${configured}\n`;
    return `waiting: ${waiting?.message ?? 'the daemon has just started'}\n${remedy(waiting)}${rest}`;
  }
  const rows: [string, string][] = [
    ['node', at.node],
    ['phase', `${at.phase} since ${at.since}`],
    ['why', at.sentence],
    ['need', needText(at.need)],
    ['lease', leaseText(at.lease)],
    ['boot', at.bootID],
    ['last reboot', lastRebootText(at.lastReboot)],
  ];
  if (configured !== '') rows.push(['config', configured]);
  return `${rowsText(rows)}${remedy(at.stuck ?? at.reason)}`;
}

function configurationText({ waits, refused, identity }: ConfigurationTold): string {
  const release = 'taken when the Lease was released';
  const parts = [
    refused === null ? '' : `the files on disk were refused, the settings from before hold: ${refused}`,
    waits.length === 0 ? '' : `new ${waits.join(', ')}: ${release}`,
    identity ?? '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}

export function needText({ required, text }: Status['need']): string {
  return text === '' ? required : `${required} (${text})`;
}

export function lastRebootText(at: string | null): string {
  return at ?? 'not by kured-host, or longer ago than the Node remembers';
}

export function leaseText({ name, holders, limit, queue, place, paused, problem, fresh }: LeaseStatus): string {
  // A daemon from before an update says nothing of it.
  const seen = fresh === false ? ' (as seen last; "kured-host lease show" reads it)' : '';
  if (limit === null) return problem === null ? `${name}: not read yet` : `${name}: ${problem}${seen}`;
  const held = holders.length === 0 ? 'free' : `held by ${holders.join(', ')}`;
  const waiting =
    queue.length === 0 ? '' : `; queue: ${queue.join(', ')}${place === null ? '' : ` (this node: ${place})`}`;
  return `${name}: ${held}${waiting}${paused === null ? '' : `; paused: ${paused}`}${seen}`;
}

/** Why the node does not reboot now: one sentence, and the reasons behind it, the first of which is the sentence's own. */
export interface WhyView {
  /** Null: not known. */
  readonly running: boolean | null;
  readonly sentence: string;
  readonly reasons: readonly ReasonStatus[];
}

export function whyOf({ status: at, waiting }: Told): WhyView {
  if (at === null) {
    const sentence = waiting?.message ?? 'the daemon has just started';
    return { running: true, sentence, reasons: waiting === null ? [] : [waiting] };
  }
  const first = at.stuck ?? at.reason;
  const others = at.permission.reasons.filter((one) => one.message !== at.reason.message);
  const unwritten = at.unwritten === null ? [] : [at.unwritten];
  return { running: true, sentence: at.sentence, reasons: [first, ...others, ...unwritten] };
}

export function whyText({ sentence, reasons }: WhyView): string {
  const [first, ...others] = reasons;
  return `${sentence}\n${remedy(first ?? null)}${others.map((one) => `- ${one.message}\n${remedy(one)}`).join('')}`;
}

function remedy(of: ReasonStatus | null): string {
  return of === null || of.remedy === '' ? '' : `  remedy: ${of.remedy}\n`;
}
