import type { Answer } from '../answer.ts';
import type { HookEnd, HookPhase } from '../hooks.ts';
import type { HolderLook } from '../lease/holder-watch.ts';
import type { LeaseObject, LeaseRef } from '../lease/object.ts';
import type { Need } from '../need.ts';
import type { NodeSnapshot } from '../node-view.ts';
import type { Permission } from '../permission.ts';
import type { Reason } from '../reasons.ts';
import type { RebootAnswer, ShutdownLook, StopMeaning } from '../shutdown.ts';
import type { Lane } from './effect.ts';
import type { DecisionSettings, DrainEnd } from './facts.ts';

/** What can happen. The first group are outcomes, one for each effect with a lane; the second comes by itself. */
export type Event =
  | {
      readonly on: 'lease-read';
      readonly lease: LeaseRef;
      readonly consistency: 'consistent' | 'any';
      readonly result: ReadResult<LeaseObject>;
    }
  | {
      readonly on: 'lease-written';
      readonly lease: LeaseRef;
      readonly base: string;
      readonly result: WriteResult<LeaseObject>;
    }
  | { readonly on: 'node-read'; readonly result: ReadResult<NodeSnapshot> }
  | { readonly on: 'node-patched'; readonly base: string; readonly result: WriteResult<NodeSnapshot> }
  /** `askedAt`: when the question was asked (monotonic). The sentinels are looked at with it. */
  | { readonly on: 'permission'; readonly answer: Permission; readonly need: Answer<Need>; readonly askedAt: number }
  | { readonly on: 'shutdown'; readonly look: ShutdownLook; readonly askedAt: number }
  | { readonly on: 'drain-ended'; readonly end: DrainEnd }
  | { readonly on: 'announced' }
  | { readonly on: 'reboot'; readonly answer: RebootAnswer }
  | { readonly on: 'hooks-ended'; readonly phase: HookPhase; readonly end: HookEnd }
  | {
      readonly on: 'holder-seen';
      readonly node: string;
      readonly claim: string;
      readonly look: HolderLook;
      readonly askedAt: number;
    }
  // by itself
  | { readonly on: 'time' }
  /** Nobody watched for so long (milliseconds): the machine slept, or this process was stopped. Comes before whatever is heard next. */
  | { readonly on: 'away'; readonly ms: number }
  | { readonly on: 'need'; readonly answer: Answer<Need> }
  /** A source of permission may answer otherwise now. */
  | { readonly on: 'permission-hint' }
  | { readonly on: 'drain-progress'; readonly progress: Reason }
  | { readonly on: 'hooks-progress'; readonly progress: Reason }
  | { readonly on: 'lease-watch'; readonly lease: LeaseRef; readonly told: WatchResult<LeaseObject> }
  | { readonly on: 'node-watch'; readonly told: WatchResult<NodeSnapshot> }
  | { readonly on: 'settings'; readonly settings: DecisionSettings }
  | { readonly on: 'retry' }
  | { readonly on: 'stop'; readonly meaning: StopMeaning };

export type EventName = Event['on'];

/** The same shapes as the answers of ports/cluster.ts, which say what each of them means. */
export type ReadResult<T> =
  | { readonly is: 'found'; readonly object: T }
  | { readonly is: 'gone' }
  | { readonly is: 'failed'; readonly reason: Reason };

export type WriteResult<T> =
  | { readonly is: 'written'; readonly object: T }
  | { readonly is: 'conflict' }
  | { readonly is: 'gone' }
  | { readonly is: 'refused'; readonly reason: Reason }
  | { readonly is: 'unknown'; readonly reason: Reason };

export type WatchResult<T> =
  | { readonly is: 'listed'; readonly objects: readonly T[] }
  | { readonly is: 'changed'; readonly object: T }
  | { readonly is: 'deleted'; readonly object: T }
  | { readonly is: 'broken'; readonly reason: Reason }
  | { readonly is: 'resumed' };

/** The lane whose effect this event is the outcome of; null for what comes by itself. */
export function outcomeLane(event: Event): Lane | null {
  switch (event.on) {
    case 'lease-read':
    case 'lease-written':
      return 'lease';
    case 'node-read':
    case 'node-patched':
      return 'node';
    case 'permission':
    case 'shutdown':
    case 'reboot':
      return event.on;
    case 'drain-ended':
      return 'drain';
    case 'announced':
      return 'announce';
    case 'hooks-ended':
      return 'hooks';
    case 'holder-seen':
      return 'holder';
    default:
      return null;
  }
}
