import { type BootMark, compareBoot } from './boot-mark.ts';
import type { NodeSnapshot } from './node-view.ts';
import { wallText } from './now.ts';
import { type Reason, reason } from './reasons.ts';

/** Whether the reboot is proven; if not, what is missing. */
export type Proof = { readonly proven: true } | { readonly proven: false; readonly missing: Reason };

/**
 * A reboot is proven when the boot ID is another than at the claim, **and** this boot's kubelet has reported: the Node's
 * status.nodeInfo.bootID is ours and Ready is True in the same read (the kubelet writes both in one PATCH). A restart of
 * the service, a Ready from before the boot, and a sentinel that is gone prove nothing.
 *
 * A soft reboot keeps the boot ID: SoftRebootsCount is higher. After one, whoever asked for it, the heartbeat of that Ready has to be
 * later than when this userspace began (`began`, milliseconds since 1970; undefined: not known, and nothing is proven).
 *
 * Where nobody knows in which boot the claim was made (null), a node that is back is all that is asked of it.
 */
export function proveReboot(
  claimed: BootMark | null,
  current: BootMark,
  began: number | undefined,
  node: NodeSnapshot,
): Proof {
  const since = claimed === null ? 'unknown' : compareBoot(claimed, current);
  if (since === 'same') {
    return {
      proven: false,
      missing: reason('reboot-not-happening', { attempts: '1', why: 'the boot ID is unchanged' }),
    };
  }
  if (node.bootID !== current.id) {
    return { proven: false, missing: reason('kubelet-silent', { shown: node.bootID === '' ? 'none' : node.bootID }) };
  }
  if (node.ready !== 'True') {
    const why = node.readyMessage === '' ? '' : `: ${node.readyMessage}`;
    return { proven: false, missing: reason('kubelet-not-ready', { node: node.name, why }) };
  }
  if ((current.soft ?? 0) > 0 && !(began !== undefined && (node.readyHeartbeat ?? 0) > began)) {
    const at = node.readyHeartbeat === null ? 'never' : wallText(node.readyHeartbeat);
    const start = began === undefined ? 'at a moment that nobody knows' : `at ${wallText(began)}`;
    return { proven: false, missing: reason('kubelet-silent-since', { start, at }) };
  }
  return { proven: true };
}
