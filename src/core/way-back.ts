import { cordonIsOurs } from './cordon-mark.ts';
import type { NodeSnapshot } from './node-view.ts';

/** What is undone after a reboot, or after a claim that was taken away. */
export interface WayBack {
  /** The node is cordoned, and not by us: it stays so. Null: the Node is not known. */
  readonly keepsCordon: boolean | null;
  /** The Lease that is released, `namespace/name`; null: no claim is held. */
  readonly releases: string | null;
}

/** The same before the restore PATCH and after it, which leaves no other cordon than one that is not ours. `node`: null where it is not known. */
export function wayBack(node: NodeSnapshot | null, releases: string | null): WayBack {
  return { keepsCordon: node === null ? null : node.unschedulable && !cordonIsOurs(node), releases };
}

/** As a clause whose subject is this node. */
export function wayBackText({ keepsCordon, releases }: WayBack): string {
  if (keepsCordon !== true) return releases === null ? 'uncordons' : `uncordons and releases ${releases}`;
  const leaves = 'leaves the cordon, which is not ours';
  return releases === null ? leaves : `${leaves}, and releases ${releases}`;
}

/** Whether pods come to this node again, as a clause; null: the Node is not known, or gone. */
export function podsAgainText({ keepsCordon }: Pick<WayBack, 'keepsCordon'>): string | null {
  if (keepsCordon === null) return null;
  return keepsCordon ? 'the node stays cordoned, as the cordon is not ours' : 'the node takes pods again';
}
