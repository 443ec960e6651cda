import { type LeaseStatus, leaseStatus } from './lease-status.ts';
import type { NodeCondition } from './node-view.ts';
import { type Now, wallText } from './now.ts';
import { outsideText } from './outside-text.ts';
import { delayNow, withTimeLeft } from './phases/delay.ts';
import { handledOf } from './phases/observe-node.ts';
import { needAnswer, needNow, needText, permissionAnswer } from './phases/questions.ts';
import type { PhaseName, State } from './phases/state.ts';
import { type Reason, reasonRemedy, reasonSentence } from './reasons.ts';
import { sentence, steadySentence } from './sentence.ts';
import { stuckReason } from './stuck.ts';

/** Everything the daemon knows of itself, as `kured-host status --json` shows it. Times are RFC 3339 by this node's clock. */
export interface Status {
  readonly node: string;
  /** This node only observes (`mode: observe`). */
  readonly observes: boolean;
  readonly phase: PhaseName;
  readonly since: string;
  /** The one sentence that status, systemctl, the Node and the log all show. */
  readonly sentence: string;
  readonly reason: ReasonStatus;
  /** Why a person is needed; null when none is. */
  readonly stuck: ReasonStatus | null;
  readonly need: { readonly required: 'yes' | 'no' | 'unknown'; readonly text: string };
  readonly permission: {
    readonly answer: 'allowed' | 'refused' | 'unknown' | 'not-asked';
    readonly reasons: readonly ReasonStatus[];
  };
  /** Why what is to stand on the Node while it waits could not be written; null: it could. */
  readonly unwritten: ReasonStatus | null;
  /** How many pods the drain still waits for; null: none goes on, or it is not known. */
  readonly podsLeft: number | null;
  /** The wait of a fixed length that is under way (the reason says which); null: none is. */
  readonly delay: { readonly until: string; readonly secondsLeft: number } | null;
  readonly lease: LeaseStatus;
  readonly bootID: string;
  /** When this node was last rebooted by us; null when it is not known. */
  readonly lastReboot: string | null;
}

export interface ReasonStatus {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export function statusOf(last: State, now: Now): Status {
  const state = withTimeLeft(last, now);
  const { facts, phase } = state;
  const stuck = stuckReason(state);
  return {
    node: facts.me.node,
    observes: facts.settings.observe,
    phase: phase.name,
    since: wallText(state.since.wall),
    sentence: sentence(state),
    reason: reasonStatus(state.waits),
    stuck: stuck === null ? null : reasonStatus(stuck),
    need: needStatus(state, now),
    permission: permissionStatus(state),
    unwritten: facts.standing.problem === null ? null : reasonStatus(facts.standing.problem),
    podsLeft: podsLeft(state),
    delay: delayStatus(state, now),
    lease: leaseStatus(state),
    bootID: facts.me.boot.id,
    lastReboot: lastReboot(handledOf(facts)?.at),
  };
}

/**
 * The Node's condition `RebootRequired`: True with why it waits, False, or Unknown when nobody can tell, or will. The reason is
 * the code in CamelCase, as the API conventions want it; the message is the sentence without running minutes.
 */
export function conditionOf(state: State, now: Now): NodeCondition {
  const need = needAnswer(state.facts);
  const free = ['idle', 'waiting', 'queued', 'recovering', 'stopped'].includes(state.phase.name);
  const busy = !free && state.waits.code !== 'release-delay';
  const required = busy || needNow(state.facts, now).is === 'new';
  const { waits } = state;
  const unknown = need === null || need.is === 'unknown';
  const status = waits.code === 'service-ended' ? 'Unknown' : required ? 'True' : unknown ? 'Unknown' : 'False';
  const why = stuckReason(state) ?? waits;
  return { status, reason: camel(why.code), message: outsideText(steadySentence(state), longestMessage) };
}

/** Far below what the API server takes, and below what is read back of it (kubernetes/node-snapshot.ts). */
const longestMessage = 1000;

function lastReboot(at: string | undefined): string | null {
  return at === undefined ? null : outsideText(at, 40);
}

export function reasonStatus(of: Reason): ReasonStatus {
  return { code: of.code, message: reasonSentence(of), remedy: reasonRemedy(of) };
}

function needStatus(state: State, now: Now): Status['need'] {
  const need = needAnswer(state.facts);
  if (need === null) return { required: 'unknown', text: 'not looked at yet' };
  if (need.is === 'unknown') return { required: 'unknown', text: reasonSentence(need.reason) };
  if (need.is === 'no') return { required: 'no', text: '' };
  return { required: needNow(state.facts, now).is === 'new' ? 'yes' : 'no', text: needText(need.value) };
}

function permissionStatus(state: State): Status['permission'] {
  const answer = permissionAnswer(state.facts);
  if (answer === null) return { answer: 'not-asked', reasons: [] };
  return { answer: answer.is, reasons: answer.is === 'allowed' ? [] : answer.reasons.map(reasonStatus) };
}

function podsLeft({ phase, facts }: State): number | null {
  const left = phase.name === 'draining' ? facts.drain.progress?.details['left'] : undefined;
  return left === undefined ? null : Number(left);
}

function delayStatus(state: State, now: Now): Status['delay'] {
  const delay = delayNow(state);
  if (delay === null || delay.code !== state.waits.code) return null;
  const left = Math.max(0, delay.until - now.mono);
  return { until: wallText(now.wall + left), secondsLeft: Math.ceil(left / 1000) };
}

function camel(code: string): string {
  return code.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
