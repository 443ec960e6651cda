/**
 * The API server's answer to an eviction, as it stood. Status 0: no answer came. `causes`: `details.causes[].reason` with
 * their messages. `retryAfter`: seconds, null when absent.
 */
export interface EvictionAnswer {
  readonly status: number;
  readonly message: string;
  readonly causes: readonly { readonly reason: string; readonly message: string }[];
  readonly retryAfter: number | null;
}

/**
 * What an answer means for the pod. `retryAfter`: milliseconds, null when the server named none.
 *
 * - `accepted`: it is being deleted (or would be, in a dry run); gone it is when the watch says so.
 * - `gone`: this pod, by its UID, is not on this node: no longer, or not yet for the one who answers. The watch has the last word.
 * - `budget`: a disruption budget allows none now; `name` is null when the answer names none.
 * - `overload`: the API server has no time now; nothing is known about budgets.
 * - `not-now`: refused for the moment by something else, in whose words `why` is: an admission webhook, mostly.
 * - `terminating-namespace`: the pod's namespace is being deleted, which deletes the pod as well: wait, and ask again.
 * - `forbidden`: refused by a grant or an admission plugin, which may pass by itself; it is final once it has stood (refusal.ts).
 * - `retry`: no answer, or one that tells nothing about the pod; with its UID as precondition asking twice does no harm.
 * - `final`: asking again brings the same answer; a person has to change something.
 */
export type EvictionMeaning =
  | { readonly is: 'accepted' }
  | { readonly is: 'gone' }
  | { readonly is: 'budget'; readonly name: string | null; readonly retryAfter: number | null }
  | { readonly is: 'overload'; readonly retryAfter: number | null }
  | { readonly is: 'not-now'; readonly why: string; readonly retryAfter: number | null }
  | { readonly is: 'terminating-namespace' }
  | { readonly is: 'forbidden'; readonly why: string; readonly retryAfter: number | null }
  | { readonly is: 'retry'; readonly why: string; readonly retryAfter: number | null }
  | { readonly is: 'final'; readonly why: string };

/**
 * Reads an answer as the API server means it (pkg/registry/core/pod/storage/eviction.go, 1.30 to 1.37). A 429 of a budget is
 * told from a 429 of overload by its cause `DisruptionBudget`; both may or may not carry a Retry-After.
 */
export function evictionMeaning(answer: EvictionAnswer): EvictionMeaning {
  const { status } = answer;
  if (status >= 200 && status < 300) return { is: 'accepted' };
  if (status === 404) return { is: 'gone' };
  if (status === 409 && isOtherUid(answer.message)) return { is: 'gone' };
  if (status === 429) return tooMany(answer);
  if (status === 403) return forbidden(answer);
  if (status === 500 && /more than one PodDisruptionBudget/i.test(answer.message))
    return { is: 'final', why: whyOf(answer) };
  return isPassing(status) ? again('retry', answer) : { is: 'final', why: whyOf(answer) };
}

/** A 429 is an overload only where it names no other cause: whoever denies an eviction for now, as KubeVirt's webhook does, says why. */
function tooMany(answer: EvictionAnswer): EvictionMeaning {
  const cause = answer.causes.find(({ reason }) => reason === 'DisruptionBudget');
  const retryAfter = retryAfterOf(answer);
  if (cause !== undefined)
    return { is: 'budget', name: /disruption budget (\S+)/i.exec(cause.message)?.[1] ?? null, retryAfter };
  return isOverload(answer.message) ? { is: 'overload', retryAfter } : again('not-now', answer);
}

/** In the words of priority and fairness (apiserver pkg/server/filters, text and no Status) or of client-go, or in none. */
function isOverload(message: string): boolean {
  return message === '' || /^(the server has received )?too many requests\b/i.test(message);
}

/**
 * 403 has four meanings. NodeRestriction refuses a node the pods of other nodes: a StatefulSet's pod that came back elsewhere
 * under its name. A namespace that is being deleted says so by its cause. A budget whose status the disruption controller
 * has yet to put right (more than 2,000 evictions under way, or a negative allowance) is refused by name. The rest is a grant
 * that is missing, or an API server that has just started: its admission plugins are not ready yet, or RBAC has not seen the
 * roles yet, and it says so with 403 as well.
 */
function forbidden(answer: EvictionAnswer): EvictionMeaning {
  if (/can only evict pods with spec\.nodeName set to itself/.test(answer.message)) return { is: 'gone' };
  if (answer.causes.some(({ reason }) => reason === 'NamespaceTerminating')) return { is: 'terminating-namespace' };
  const budget = /poddisruptionbudgets?(?:\.policy)? "([^"]*)" is forbidden/i.exec(answer.message);
  if (budget !== null) return { is: 'budget', name: budget[1] || null, retryAfter: retryAfterOf(answer) };
  return again('forbidden', answer);
}

/** The precondition's refusal names the UIDs; a 409 that does not is a race of updates. */
function isOtherUid(message: string): boolean {
  return /precondition/i.test(message) && /\buid\b/i.test(message);
}

/** 401: credentials are replaced under an open connection. 500 and above: the server could not, not that it will not. */
function isPassing(status: number): boolean {
  return status < 200 || status === 401 || status === 408 || status === 409 || status === 425 || status >= 500;
}

function again<Is extends 'not-now' | 'forbidden' | 'retry'>(is: Is, answer: EvictionAnswer) {
  return { is, why: whyOf(answer), retryAfter: retryAfterOf(answer) };
}

function whyOf({ status, message }: EvictionAnswer): string {
  if (status === 0) return message || 'no answer';
  return message === '' ? `status ${status}` : `${message} (status ${status})`;
}

function retryAfterOf({ retryAfter }: EvictionAnswer): number | null {
  return retryAfter === null || !(retryAfter > 0) ? null : retryAfter * 1000;
}
