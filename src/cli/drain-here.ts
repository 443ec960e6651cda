import type { PodView } from '../core/drain/pod.ts';
import { type Reason, reasonSentence } from '../core/reasons.ts';
import { drain } from '../daemon/perform-drain.ts';
import type { OwnPods, WatchEvent } from '../ports/cluster.ts';
import type { Log } from '../ports/outlets.ts';
import type { Reached } from './cluster.ts';
import type { Io } from './io.ts';
import { noDeadline } from './timeout.ts';

/** `last`: what it waited for when it ended. */
export type Draining =
  | { readonly is: 'drained'; readonly last: string }
  | { readonly is: 'late'; readonly last: string }
  | { readonly is: 'interrupted'; readonly last: string }
  | { readonly is: 'failed'; readonly why: Reason };

/** The daemon's own drain of this node, with its progress said as it changes. `timeout` in milliseconds, null: none. */
export async function drainHere(
  io: Io,
  on: Reached,
  timeout: number | null,
  say: (line: string) => void,
): Promise<Draining> {
  let last = 'no pod was looked at';
  const progress = (of: Reason): void => {
    const text = reasonSentence(of);
    if (text !== last) say(text);
    last = text;
  };
  using deadline = timeout === null ? noDeadline(on.signal) : io.clock.deadline(timeout, on.signal);
  const pods = tellingTroubles(on.ready.cluster.pods, say);
  const parts = { pods, clock: io.clock, log: silent, settings: on.settings.drain, spared: [], progress };
  const ended = await drain(parts, deadline.signal);
  switch (ended.is) {
    case 'done':
      return { is: 'drained', last };
    case 'failed':
      return { is: 'failed', why: ended.reason };
    case 'stopped':
      return { is: on.signal.aborted ? 'interrupted' : 'late', last };
  }
}

/** What the drain waits out in silence, because its daemon tells it elsewhere: an API server that does not answer. */
function tellingTroubles(pods: OwnPods, say: (line: string) => void): OwnPods {
  async function* watch(signal: AbortSignal): AsyncGenerator<WatchEvent<PodView>> {
    for await (const told of pods.watch(signal)) {
      if (told.is === 'broken') say(`cannot see the pods at the moment: ${reasonSentence(told.reason)}`);
      yield told;
    }
  }
  return { ...pods, watch };
}

const silent: Log = { event: () => {}, always: () => {}, setLevel: () => {} };
