import { accessStories } from './stories-access.ts';
import { leaseStories } from './stories-lease.ts';
import { nodeStories } from './stories-node.ts';
import { podStories } from './stories-pods.ts';
import type { StoryTarget } from './story-target.ts';

/** What this room promises, against an API server: the fake one and the real one alike. */
export function allStories(target: () => StoryTarget): void {
  nodeStories(target);
  leaseStories(target);
  podStories(target);
  accessStories(target);
}
