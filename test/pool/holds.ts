import { rmSync, writeFileSync } from 'node:fs';
import type { PoolMachine } from './pool.ts';
import { type Refusal, refuseAnnotation } from './refusals.ts';
import type { Story } from './story.ts';

/** A node that stays in a phase by real means until `go`. */
export interface Held {
  readonly story: Story;
  go(): Promise<void>;
}

/** Makes the node of the story; whoever gives it ends it. */
export type Begin = (options?: PoolMachine) => Promise<Story>;

/** One way a phase for which a node can be held there: what holds it, and what lets it go on. */
export const holds = {
  /** Needs nothing, until a sentinel appears. */
  async idle(begin) {
    const story = await begin();
    await story.machine.awaitLog(/no reboot is needed/);
    return { story, go: async () => story.machine.requireReboot() };
  },
  /** Waits its distance after a back-out, until a person retries. */
  async waiting(begin) {
    const story = await begin();
    await story.machine.killService();
    const backOff = { failures: 1, until: Date.now() + 3_600_000 };
    writeFileSync(story.memoryFile, JSON.stringify({ backOff, waiting: null }));
    await story.machine.startService();
    story.machine.requireReboot();
    await story.machine.awaitLog(/tries again at/);
    return { story, go: async () => void (await story.cli('retry')) };
  },
  /** Stands behind a holder that another machine is, until that one releases. */
  async queued(begin) {
    const story = await begin();
    await story.addForeignHolder('elsewhere');
    story.machine.requireReboot();
    await story.machine.awaitLog(/waiting for elsewhere, draining/);
    return { story, go: () => story.removeForeignHolder() };
  },
  /** Has claimed, and its cordon is refused. */
  async cordoning(begin) {
    const story = await begin();
    const go = await refuseOnNode(story, 'cordon');
    story.machine.requireReboot();
    await story.machine.awaitLog(/refused to change the Node/);
    return { story, go };
  },
  /** Waits for a pod that a finalizer keeps. */
  async evicting(begin) {
    const story = await evicting(begin);
    return { story, go: () => story.pods.letGo() };
  },
  /** Has drained, and its fence is refused. */
  async fencing(begin) {
    const story = await begin();
    const go = await refuseOnLease(story, 'fence');
    story.machine.requireReboot();
    await story.machine.awaitLog(/refused to write the Lease/);
    return { story, go };
  },
  /** Has asked for the reboot, and the command did nothing yet. */
  async rebooting(begin) {
    const story = await asked(begin);
    return { story, go: () => story.machine.reboot() };
  },
  /** Is off. */
  async down(begin) {
    const story = await asked(begin);
    await story.machine.powerCut();
    return { story, go: () => story.machine.boot() };
  },
  /** Has booted, and its kubelet is not Ready. */
  async verifying(begin) {
    const story = await verifying(begin);
    return { story, go: async () => await story.machine.kubelet?.ready(true) };
  },
  /** Its reboot is proven, and the PATCH that undoes the cordon is refused. */
  async restoring(begin) {
    const story = await verifying(begin);
    const go = await refuseOnNode(story, 'restore');
    await story.machine.kubelet?.ready(true);
    await story.machine.awaitLog(/refused to change the Node/);
    return { story, go };
  },
  /** The need is gone in mid-drain, and the write that says so is refused. */
  async 'backing-out'(begin) {
    const story = await evicting(begin);
    const go = await refuseOnLease(story, 'back-out');
    rmSync(story.machine.folders.hostPath('/run/reboot-required'));
    await story.machine.awaitLog(/refused to write the Lease/);
    return {
      story,
      async go() {
        await go();
        await story.pods.letGo();
      },
    };
  },
} satisfies Record<string, (begin: Begin) => Promise<Held>>;

export type Hold = keyof typeof holds;

async function evicting(begin: Begin): Promise<Story> {
  const story = await begin();
  await story.pods.addKept();
  story.machine.requireReboot();
  await story.pods.until('kept', 'it to be ending', (pod) => pod?.metadata.deletionTimestamp !== undefined);
  return story;
}

async function asked(begin: Begin): Promise<Story> {
  const options: PoolMachine = { onRebootAsked: () => 'nothing', deadline: '10m' };
  const story = await begin(options);
  story.machine.requireReboot();
  await story.machine.awaitRebootAsked(1);
  return story;
}

async function verifying(begin: Begin): Promise<Story> {
  const story = await begin({ kubelet: { readyDelay: '1h' } });
  story.machine.requireReboot();
  await story.machine.awaitBoot(2);
  await story.machine.awaitLog(/the kubelet reports that the node is not Ready/);
  return story;
}

async function refuseOnNode(story: Story, what: Refusal): Promise<() => Promise<void>> {
  await story.kubectl('annotate', 'node', story.name, `${refuseAnnotation}=${what}`);
  return () => story.kubectl('annotate', 'node', story.name, `${refuseAnnotation}-`);
}

async function refuseOnLease(story: Story, what: Refusal): Promise<() => Promise<void>> {
  await story.annotateLease(refuseAnnotation, what);
  return () => story.annotateLease(refuseAnnotation, null);
}
