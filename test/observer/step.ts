import type { LeaseView } from './lease-view.ts';
import type { NodeView } from './node-view.ts';
import type { PodView } from './pod-view.ts';
import type { Restored, Seen, Wrote } from './seen.ts';

/** One change, with what it changed. */
export type Step =
  | {
      readonly is: 'lease';
      readonly at: number | undefined;
      readonly writer: Writer;
      readonly before: LeaseView;
      readonly after: LeaseView;
    }
  | {
      readonly is: 'node';
      readonly at: number | undefined;
      readonly writer: Writer;
      readonly name: string;
      /** Null: there was none, or is none any more. */
      readonly before: NodeView | null;
      readonly after: NodeView | null;
    }
  | {
      readonly is: 'pod';
      readonly at: number | undefined;
      readonly name: string;
      readonly after: PodView | null;
    }
  | Exclude<Seen, Wrote | Restored>;

/** Who made a change: a node by its own credentials, somebody else (a person, the control plane), or a restore of etcd. */
export type Writer =
  | { readonly is: 'node'; readonly node: string; readonly user: string; readonly as: string | undefined }
  | { readonly is: 'other'; readonly user: string }
  | { readonly is: 'etcd' };

/** The node that made the change; null: another did. */
export function nodeOf(writer: Writer): string | null {
  return writer.is === 'node' ? writer.node : null;
}
