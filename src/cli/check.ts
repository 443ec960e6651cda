import { allPermissions, type Permission } from '../core/permission.ts';
import { needText } from '../core/phases/questions.ts';
import { type Reason, reasonRemedy, reasonSentence } from '../core/reasons.ts';
import { type Checked, checkHere } from '../daemon/check.ts';
import { atOption, momentOf, utc } from './at-time.ts';
import { type Command, configOption, type Given, isGiven, jsonOption, textOf } from './commands.ts';
import { interrupted, interruptible } from './interrupt.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { settingsOrProblems } from './settings.ts';

export const checkCommand: Command = {
  name: 'check',
  operands: [],
  summary: 'whether this machine permits a reboot now, with every reason why not',
  description:
    'Looks at the sentinel files, runs the sentinel command, and asks windows and blockers, each once, by itself: the daemon is not asked, the cluster only for the pods of this node where blockers.pods names some, and nothing is changed. Ends with 0 where a reboot is permitted, with 1 where it is refused, and with 3 where that cannot be told, which refuses as well. In JSON `since` is when a window closed, the machine was booted, the first of the pods or sessions began; null where one look cannot tell. Whether a reboot is needed is told besides and decides nothing, but for a sentinel that cannot be read.',
  options: { config: configOption, at: atOption, json: jsonOption },
  examples: [
    { line: 'kured-host check', what: 'every reason, and what to do about it' },
    { line: 'kured-host check --config new.yaml --at 2027-03-28T01:30:00Z', what: 'windows of a new file, as of then' },
  ],
  run: check,
};

/** One reason, and who gives it. */
interface Told {
  readonly source: string;
  /** Since when it is against a reboot, milliseconds since 1970; null: a look cannot tell. */
  readonly since: number | null;
  readonly reason: Reason;
}

async function check(io: Io, given: Given): Promise<ExitCode> {
  const text = textOf(given, 'at');
  const at = text === undefined ? null : momentOf(text);
  if (at !== null && 'wrong' in at) {
    io.err(`${at.wrong}\n`);
    return exitCode.usage;
  }
  const settings = await settingsOrProblems(io, given);
  if (settings === null) return exitCode.configuration;
  const signal = interruptible(io);
  const checked = await checkHere(io, settings, at === null ? null : at.value, signal);
  if (signal.aborted) return interrupted(io);
  const permission = permissionOf(checked);
  const reasons = reasonsOf(checked);
  if (isGiven(given, 'json')) io.out(`${JSON.stringify(jsonOf(permission, reasons, checked), null, 2)}\n`);
  else io.out(textOfAll(permission, reasons, checked));
  return codes[permission.is];
}

const codes: Readonly<Record<Permission['is'], ExitCode>> = {
  allowed: exitCode.done,
  refused: exitCode.failed,
  unknown: exitCode.unknown,
};

const sentinel = 'sentinel';

function permissionOf({ need, sources }: Checked): Permission {
  const ofNeed: Permission = need.is === 'unknown' ? { is: 'unknown', reasons: [need.reason] } : { is: 'allowed' };
  return allPermissions([ofNeed, ...sources.map(({ answer }) => answer)]);
}

function reasonsOf({ need, sources }: Checked): readonly Told[] {
  const ofNeed = need.is === 'unknown' ? [{ source: sentinel, since: null, reason: need.reason }] : [];
  const others = sources.flatMap(({ name: source, answer, since }) =>
    answer.is === 'allowed' ? [] : answer.reasons.map((reason) => ({ source, since, reason })),
  );
  return [...ofNeed, ...others];
}

function jsonOf(permission: Permission, reasons: readonly Told[], { need, needSince }: Checked): object {
  return {
    permission: permission.is,
    reasons: reasons.map(({ source, since, reason }) => ({
      code: reason.code,
      message: reasonSentence(reason),
      since: utc(since),
      source,
      remedy: reasonRemedy(reason),
    })),
    need: {
      required: need.is,
      text: need.is === 'yes' ? needText(need.value) : need.is === 'unknown' ? reasonSentence(need.reason) : '',
      since: utc(needSince),
    },
    notAsked,
  };
}

/** What only the cluster knows. */
const notAsked = [
  "the pool's Lease: whether it is this node's turn, and whether the pool is paused",
  'the Node: whether a person holds it, or asks for a reboot of it',
];

function textOfAll(permission: Permission, reasons: readonly Told[], { need, sources }: Checked): string {
  const asked = sources.map(({ name }) => name).join(', ');
  const why = reasons.map(({ source, reason }) => {
    const remedy = reasonRemedy(reason);
    return `- ${source}: ${reasonSentence(reason)}\n${remedy === '' ? '' : `  remedy: ${remedy}\n`}`;
  });
  const needed = {
    yes: 'a reboot is needed',
    no: 'no reboot is needed as far as this machine tells',
    unknown: 'whether a reboot is needed is not known',
  };
  const what = need.is === 'yes' ? ` (${needText(need.value)})` : '';
  return `${permission.is}\n${why.join('')}${needed[need.is]}${what}\nasked: ${asked}; not asked: ${notAsked.join('; ')}\n`;
}
