import type { HookCall } from '../hooks.ts';
import type { LeaseObject, LeaseRef } from '../lease/object.ts';
import type { Memory } from '../memory.ts';
import type { NodePatch } from '../node-view.ts';
import type { Reason } from '../reasons.ts';
import type { WayBack } from '../way-back.ts';

/**
 * What a decision wants done, as data. Effects of one decision are carried out in their order.
 *
 * An effect with a lane is a question or a deed with an outcome: it gives exactly one outcome event, and no second effect
 * of its lane is begun before that. So there is never more than one write of the Lease, one of the Node, one drain and one
 * reboot call under way. The others (`follow-lease` to `exit`) are told and forgotten.
 */
export type Effect =
  | {
      readonly do: 'read-lease';
      readonly lane: 'lease';
      readonly lease: LeaseRef;
      readonly consistency: 'consistent' | 'any';
    }
  | { readonly do: 'write-lease'; readonly lane: 'lease'; readonly object: LeaseObject; readonly purpose: LeasePurpose }
  | { readonly do: 'read-node'; readonly lane: 'node' }
  | { readonly do: 'patch-node'; readonly lane: 'node'; readonly patch: NodePatch; readonly purpose: NodePurpose }
  | { readonly do: 'ask-permission'; readonly lane: 'permission' }
  | { readonly do: 'look-at-shutdown'; readonly lane: 'shutdown' }
  /** Asks whether another holder's Node exists, as who writes the Lease. */
  | {
      readonly do: 'look-at-holder';
      readonly lane: 'holder';
      readonly lease: LeaseRef;
      readonly node: string;
      readonly claim: string;
    }
  | { readonly do: 'drain'; readonly lane: 'drain' }
  /** `pods`: what became of them, as a clause. */
  | { readonly do: 'announce-reboot'; readonly lane: 'announce'; readonly method: string; readonly pods: string }
  /** `reasons`: those of the need, for whoever is logged in. `before`: the moment (monotonic) after which it is not asked for any more. */
  | { readonly do: 'reboot'; readonly lane: 'reboot'; readonly reasons: readonly string[]; readonly before: number }
  | { readonly do: 'run-hooks'; readonly lane: 'hooks'; readonly call: HookCall }
  /** Ends the drain early; its outcome still comes, when nothing of it is under way any more. */
  | { readonly do: 'stop-drain' }
  /**
   * Ends the hook that runs, and one that an earlier process left running before a drain or a reboot. The outcome of a round
   * still comes, when nothing of it is under way any more.
   */
  | { readonly do: 'stop-hooks' }
  | { readonly do: 'follow-lease'; readonly lease: LeaseRef; readonly from: string }
  | { readonly do: 'unfollow-lease' }
  | { readonly do: 'tell'; readonly moment: Moment }
  | { readonly do: 'remember'; readonly memory: Memory }
  /** The service ends now. */
  | { readonly do: 'exit' };

export type Lane = 'lease' | 'node' | 'permission' | 'shutdown' | 'drain' | 'announce' | 'reboot' | 'hooks' | 'holder';

export type LeasePurpose =
  | 'join'
  | 'update-place'
  | 'claim'
  | 'leave'
  | 'renew'
  | 'sign'
  | 'fence'
  | 'take-fence-back'
  | 'back-out'
  | 'stuck'
  | 'unstuck'
  | 'release-delay'
  | 'release'
  | 'force-release'
  | 'take-over'
  | 'settle';

export type NodePurpose = 'name' | 'cordon' | 'mark' | 'restore' | 'standing' | 'settle';

/** What people are told as it happens: a log line each, an Event on the Node for those that the table in daemon/moments.ts names. */
export type Moment =
  | { readonly what: 'claimed'; readonly claim: string }
  | { readonly what: 'draining'; readonly reasons: readonly string[] }
  | { readonly what: 'drained' }
  /** The drain's time is over, and the settings say to reboot with the pods that are left. */
  | { readonly what: 'drain-given-up'; readonly reason: Reason }
  | { readonly what: 'rebooting'; readonly method: string }
  | { readonly what: 'reboot-refused'; readonly reason: Reason }
  | { readonly what: 'rebooted'; readonly from: string; readonly to: string; readonly back: WayBack }
  /** The node is well again, and nothing of its own knows of a reboot. */
  | { readonly what: 'unproven' }
  | { readonly what: 'released'; readonly lease: string }
  | { readonly what: 'backing-out'; readonly reason: Reason; readonly back: WayBack }
  | { readonly what: 'backed-out'; readonly reason: Reason }
  | { readonly what: 'stuck'; readonly reason: Reason }
  | { readonly what: 'unstuck' }
  | { readonly what: 'recovered'; readonly row: string }
  | {
      readonly what: 'took-over';
      readonly holder: string;
      readonly claim: string;
      readonly why: string;
      readonly lease: LeaseRef;
      readonly leaseUid: string;
    }
  | { readonly what: 'lease-went-back'; readonly reason: Reason }
  | { readonly what: 'lease-left'; readonly lease: LeaseRef }
  | { readonly what: 'stopping'; readonly meaning: string; readonly left: Left };

/** What is left, as a clause, and whether a claim may be part of it, which a person would have to give up. */
export interface Left {
  readonly text: string;
  readonly claim: boolean;
}
