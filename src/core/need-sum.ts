import { type Answer, no, yes } from './answer.ts';
import type { Need } from './need.ts';

/**
 * One answer from the answers of all sources: any yes is yes with all reasons, whatever the others say; else any unknown is
 * unknown, with the first reason; else no.
 *
 * The need of several sources is named by all of their names together, so that a need that joins later is another need.
 * `older` is the whole need only when all of its parts are: what is new asks for a reboot by itself.
 */
export function sumNeeds(answers: readonly Answer<Need>[]): Answer<Need> {
  const needs = answers.flatMap((answer) => (answer.is === 'yes' ? [answer.value] : []));
  if (needs.length > 0) return yes(join(needs));
  return answers.find((answer) => answer.is === 'unknown') ?? no;
}

/**
 * Whether every part of a need was among the parts of another one: a reboot that met `a+b` has met `a` and `b`, each alone
 * and in any order. Where a part says its round (`a@7`), a later round is another need; a part without one, whose round
 * was lost, is the need of any round.
 */
export function coveredBy(fingerprint: string, met: string): boolean {
  const parts = met.split(separator).map(partOf);
  return fingerprint
    .split(separator)
    .map(partOf)
    .every((part) => parts.some(({ name, round }) => name === part.name && part.round <= round));
}

/** Whether one need is a part of the other: it has grown, or shrunk, and is the same need all the same. */
export function isSameNeed(one: string, other: string): boolean {
  return coveredBy(one, other) || coveredBy(other, one);
}

/** No round counts as the first of all: a need that has none is covered, and covers no later one. */
function partOf(text: string): { readonly name: string; readonly round: number } {
  const [, name = text, round = '0'] = /^(.*)@(\d{1,15})$/.exec(text) ?? [];
  return { name, round: Number(round) };
}

const separator = '+';

function join(needs: readonly Need[]): Need {
  const [only] = needs;
  if (needs.length === 1 && only !== undefined) return only;
  return {
    fingerprint: distinct(needs.flatMap((need) => need.fingerprint.split(separator)))
      .sort()
      .join(separator),
    source: distinct(needs.map((need) => need.source)).join(', '),
    reasons: distinct(needs.flatMap((need) => need.reasons)),
    older: needs.every((need) => need.older),
  };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
