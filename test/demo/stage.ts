import type { PodMark } from './pods.ts';
import type { Change } from './timeline.ts';
import type { Verdict } from './verdict.ts';

/** A node of the story, as it is watched. */
export interface DemoNode {
  readonly name: string;
  /** What its daemon said, oldest first. */
  readonly changes: readonly Change[];
  /** What it says now. */
  readonly reason: string;
  /** How often its machine came up, the first start included. */
  readonly boots: number;
  /** What a package manager does that has installed a kernel. */
  dropSentinel(): void;
}

/** The pods on a node that a drain moves, oldest name first. */
export interface PodsView {
  on(node: string): readonly PodMark[];
}

/** What the story is played on. */
export interface Stage extends AsyncDisposable {
  /** When it was ready, by the wall clock. */
  readonly begin: number;
  readonly nodes: readonly DemoNode[];
  readonly pods: PodsView;
  /** What was seen, by a witness that is none of the daemons; and who that was. */
  verdict(): Promise<Verdict>;
  readonly witness: string;
}

export const names: readonly string[] = ['node-1', 'node-2', 'node-3', 'node-4', 'node-5'];
/** The node whose first reboot fails. */
export const failing = 'node-4';
