import { leaseText } from '../core/lease/object.ts';
import type { Moment } from '../core/phases/effect.ts';
import { reasonSentence } from '../core/reasons.ts';
import { wayBackText } from '../core/way-back.ts';
import type { NodeEvent } from '../ports/cluster.ts';
import type { EventCode, EventFields } from '../ports/outlets.ts';

/** How a moment is told: a line of the log, and for those an operator follows with kubectl an Event on the Node. */
export interface Telling {
  readonly code: EventCode;
  readonly fields: EventFields;
  /** With `lease` it is told of the Lease as well. */
  readonly event: Omit<NodeEvent, 'nodeUid'> | null;
}

/** Few Events on purpose: three for a reboot, one for a back-out; a fleet of thousands shares one etcd. */
export function telling(moment: Moment, node: string): Telling {
  switch (moment.what) {
    case 'claimed':
      return { code: 'claimed', fields: { claim: moment.claim }, event: null };
    case 'draining': {
      const why =
        moment.reasons.length === 0 ? 'a reboot is needed' : `a reboot is needed: ${moment.reasons.join(', ')}`;
      return {
        code: 'drain-started',
        fields: { why },
        event: normal('RebootDraining', `Holds the reboot Lease and drains, because ${why}`),
      };
    }
    case 'drained':
      return { code: 'drain-finished', fields: {}, event: null };
    case 'drain-given-up': {
      const why = reasonSentence(moment.reason);
      return {
        code: 'drain-given-up',
        fields: { reason: moment.reason },
        event: warning('RebootWithPodsLeft', `Goes on to the reboot: ${why}`),
      };
    }
    case 'rebooting':
      return { code: 'reboot-asked', fields: { method: moment.method }, event: null };
    case 'reboot-refused': {
      const why = reasonSentence(moment.reason);
      const reason = moment.reason.code === 'reboot-silent' ? 'RebootDidNotCome' : 'RebootRefused';
      return { code: 'reboot-refused', fields: { reason: moment.reason }, event: warning(reason, why) };
    }
    case 'rebooted': {
      const { from, to, back } = moment;
      const text = `Rebooted: boot ID ${from} became ${to} and the kubelet is Ready; ${wayBackText(back)}`;
      return { code: 'reboot-proven', fields: { from, to }, event: normal('RebootProven', text) };
    }
    case 'unproven':
      return {
        code: 'reboot-unproven',
        fields: {},
        event: warning(
          'RebootUnproven',
          'No reboot of this node is known, whatever the Lease says: no need is noted as met',
        ),
      };
    case 'released':
      return { code: 'released', fields: { lease: moment.lease }, event: null };
    case 'backing-out':
      return {
        code: 'backing-out',
        fields: { reason: moment.reason },
        event: warning('RebootBackedOut', `Backs out of the reboot: ${reasonSentence(moment.reason)}`),
      };
    case 'backed-out':
      return { code: 'restored', fields: { reason: moment.reason }, event: null };
    case 'stuck':
      return {
        code: 'stuck',
        fields: { reason: moment.reason },
        event: warning('RebootStuck', `Needs a person: ${reasonSentence(moment.reason)}`),
      };
    case 'unstuck':
      return { code: 'unstuck', fields: {}, event: null };
    case 'recovered':
      return { code: 'details', fields: { why: `recovery goes on by row ${moment.row} of its table` }, event: null };
    case 'took-over': {
      const { holder, claim, why, lease, leaseUid: uid } = moment;
      const text = `${node} took the claim of ${holder} out of the Lease ${leaseText(lease)}, because ${why}`;
      return {
        code: 'took-over',
        fields: { holder, claim, why },
        event: { type: 'Warning', reason: 'RebootClaimTakenOver', message: text, lease: { ...lease, uid } },
      };
    }
    case 'lease-went-back':
      return { code: 'lease-went-back', fields: { reason: moment.reason }, event: null };
    case 'lease-left': {
      const lease = leaseText(moment.lease);
      const why = `${lease}, which the Node named, may not be read: a claim of this node that is left in it keeps its pool waiting`;
      return { code: 'lease-left', fields: { lease, why }, event: null };
    }
    case 'stopping':
      return {
        code: 'service-stopping',
        fields: { meaning: moment.meaning, why: stopText(moment, node) },
        event: null,
      };
  }
}

/**
 * Where no start need follow (a person's stop, a removal of the package, or a stop that systemd could not explain), a person is to
 * know what is left and how to give it up: from any node of the pool, as this one may have no kured-host any more.
 */
function stopText({ meaning, left }: Extract<Moment, { what: 'stopping' }>, node: string): string {
  if ((meaning !== 'unknown' && meaning !== 'stop') || !left.claim) return left.text;
  const instead = `to give it up instead: kured-host lease release ${node} --force, on a node of the pool, then kubectl uncordon ${node}`;
  return `${left.text}, and the next start goes on with it; ${instead}`;
}

function normal(reason: string, message: string): Telling['event'] {
  return { type: 'Normal', reason, message };
}

function warning(reason: string, message: string): Telling['event'] {
  return { type: 'Warning', reason, message };
}
