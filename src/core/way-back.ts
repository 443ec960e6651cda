import { cordonIsOurs } from './cordon-mark.ts';
import type { NodeSnapshot } from './node-view.ts';

/** What is undone after a reboot, or after a claim that was taken away. */
export interface WayBack {
  /** The node is cordoned, and not by us: it stays so. */
  readonly keepsCordon: boolean;
  /** The Lease that is released, `namespace/name`; null: no claim is held. */
  readonly releases: string | null;
}

/** The same before the restore PATCH and after it, which leaves no other cordon than one that is not ours. `node`: null where it is not known. */
export function wayBack(node: NodeSnapshot | null, releases: string | null): WayBack {
  return { keepsCordon: node?.unschedulable === true && !cordonIsOurs(node), releases };
}

/** As a clause whose subject is this node. */
export function wayBackText({ keepsCordon, releases }: WayBack): string {
  if (!keepsCordon) return releases === null ? 'uncordons' : `uncordons and releases ${releases}`;
  const leaves = 'leaves the cordon, which is not ours';
  return releases === null ? leaves : `${leaves}, and releases ${releases}`;
}
