import { Notices } from '../../../src/daemon/notices.ts';
import { createPublisher, type Publisher } from '../../../src/daemon/publish.ts';
import { makeEntry } from '../../../src/log/entry.ts';
import type { EventCode, LogFields } from '../../../src/ports/outlets.ts';
import type { World } from '../world/world.ts';

/** Hears what the service says: a line of the journal, a notification. */
export interface Ear {
  journal(level: string, line: string): void;
  /** `once` names what people are told a single time, over restarts as well; null: each time. */
  notice(moment: string, why: string, once: string | null): void;
}

/** The service's own publisher, in whose journal and notifications this world reads; what it writes to the cluster goes nowhere. */
export function publisherOf(
  world: World,
  ear: Ear,
): Publisher & { readonly log: (code: EventCode, fields: LogFields) => void } {
  const { clock } = world;
  const { signal } = new AbortController();
  const event = (code: EventCode, fields: LogFields = {}) => {
    const { level, shown } = makeEntry(code, fields, {}, world.wall);
    if (level !== 'debug') ear.journal(level, shown);
  };
  const notifier = {
    tell: ({ moment, why }: { readonly moment: string; readonly why: string }, once: string | null) =>
      ear.notice(moment, why, once),
    flush: () => Promise.resolve(),
  };
  const since = () => null;
  const notices = new Notices({ notifier, clock, settings: () => world.settings.notifications, since, signal });
  const node = { name: 'n1', read: () => never, patch: () => never, publish: () => never, watch: nothing };
  const publisher = createPublisher({
    cluster: {
      node,
      tell: () => never,
      leases: { read: () => never, write: () => never, lookAtHolder: () => never, watch: nothing },
      pods: { watch: nothing, list: () => never, evict: () => never },
    },
    clock,
    log: { event, always: () => {}, setLevel: () => {} },
    manager: {
      ready() {},
      status() {},
      reloading() {},
      stopping() {},
      alive() {},
      extend() {},
      dropped: 0,
      close() {},
    },
    tally: { phase: () => {}, moment: () => {} },
    notices,
    signal,
  });
  return { ...publisher, log: event };
}

const never = new Promise<never>(() => {});

async function* nothing(): AsyncGenerator<never> {}
