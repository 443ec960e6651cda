import { type AccessAnswer, type AccessQuestion, unreachable } from './access-answer.ts';
import { askLease } from './access-lease.ts';
import { askMarks } from './access-marks.ts';
import { askNode } from './access-node.ts';
import { askEvents, askPods } from './access-pods.ts';
import { readCall } from './node.ts';

/**
 * Asks for every need in turn, with requests that change nothing: reads, watches that are closed at once, and dry runs.
 * SelfSubjectAccessReview alone would not do: admission has its word as well, and from 1.32 a node's rights hang on the
 * selector of the request. Where nobody answers that is the one answer.
 */
export async function* askAccess(question: AccessQuestion, signal: AbortSignal): AsyncGenerator<AccessAnswer> {
  const node = await question.transport.call(readCall(question.identity.node), signal);
  const nobody = unreachable(node);
  if (nobody !== null) return yield nobody;
  let mayChange = false;
  for await (const answer of askNode(question, node, signal)) {
    if (answer.need === 'change-node') mayChange = answer.is === 'ok';
    yield answer;
  }
  // Who may not change the Node at all is told so, once.
  if (question.marks !== null && mayChange) yield* askMarks(question, question.marks, node, signal);
  yield* askPods(question, signal);
  yield await askEvents(question, signal);
  yield* askLease(question, signal);
}
