import type { TestContext } from 'node:test';
import { type Story, type StoryOptions, story, type Told } from './service-story.ts';

/** A node in the middle of a drain that does not end: a finalizer keeps its pod. */
export async function draining(t: TestContext, change?: StoryOptions['change']): Promise<Story> {
  const s = await story(t, change === undefined ? {} : { change });
  await s.admin.createNode('a');
  await s.admin.createPod('slow', 'a');
  s.join('a');
  s.needReboot();
  await s.until(({ status }) => status?.sentence.includes('default/slow') === true, 'the pod to be waited for');
  return s;
}

/** What the configuration says while there is nothing to say of it. */
export const nothing = { waits: [], refused: null, identity: null };
export const inPhase =
  (phase: string) =>
  ({ status }: Told): boolean =>
    status?.phase === phase;

export async function holder(s: Story, lease?: string): Promise<string> {
  return (await s.admin.lease(lease)).spec?.holderIdentity ?? '';
}
