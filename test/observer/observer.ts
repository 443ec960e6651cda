import type { Law } from './law.ts';
import { ask } from './laws/ask.ts';
import { type Bounds, bound, usualBounds } from './laws/bound.ts';
import { cordon } from './laws/cordon.ts';
import { drained } from './laws/drained.ts';
import { entry } from './laws/entry.ts';
import { fence } from './laws/fence.ts';
import { need } from './laws/need.ts';
import { permitted } from './laws/permitted.ts';
import { release } from './laws/release.ts';
import { atOnce, room } from './laws/room.ts';
import { turn } from './laws/turn.ts';
import { type Writers, writers } from './laws/writers.ts';
import { leaseView } from './lease-view.ts';
import { nodeView } from './node-view.ts';
import { podView } from './pod-view.ts';
import { leftOver, unmet } from './rest.ts';
import type { Restored, Seen, Wrote } from './seen.ts';
import type { Step, Writer } from './step.ts';
import { World } from './world.ts';

/** What a witness has to know beforehand of a pool. */
export interface Pool extends Writers {
  /** The node that a user of the API server is the daemon of; by itself, that of `system:node:NAME`. */
  readonly nodeOf?: ((user: string) => string | null) | undefined;
  readonly bounds?: Bounds | undefined;
  /** Drains may be given up with pods left (drain.onTimeout: reboot); default: never. */
  readonly podsMayStay?: boolean | undefined;
}

/**
 * The witness: is told one event after the other, and says at once what breaks a law (docs/testing.md, The laws), a sentence each. It knows the record and the marks by
 * their description alone and shares no code with the daemon. A person's act, a restore and a take-over excuse what they explain and no more.
 */
export class Observer {
  readonly world = new World();
  readonly #laws: readonly Law[];
  readonly #nodeOf: (user: string) => string | null;

  constructor(pool: Pool = {}) {
    this.#nodeOf = pool.nodeOf ?? nodeOfUser;
    const bounds = pool.bounds ?? usualBounds;
    this.#laws = [
      ...[
        room(),
        atOnce(),
        fence(),
        ask(),
        permitted(),
        drained(pool.podsMayStay ?? false),
        cordon(),
        release(),
        need(),
        turn(),
        entry(),
      ],
      ...[writers(pool), bound(bounds)],
    ];
  }

  /** What this event breaks; empty: nothing. The same breach has the same words, apart from names and numbers. */
  see(seen: Seen): readonly string[] {
    const { world } = this;
    world.number += 1;
    if (seen.at !== undefined) {
      world.at = seen.at;
      world.timed = true;
      world.began ??= seen.at;
    }
    return this.#stepsOf(seen).flatMap((step) => {
      world.take(step);
      return this.#laws.flatMap((law) => law.judge(step, world));
    });
  }

  /** What is left although the world was well for long enough (law 5). */
  atRest(): readonly string[] {
    return leftOver(this.world);
  }

  /** Nodes that still need a reboot and could have had it. */
  unmet(): readonly string[] {
    return unmet(this.world);
  }

  #stepsOf(seen: Seen): readonly Step[] {
    if (seen.is === 'restored') return this.#restored(seen);
    return seen.is === 'wrote' ? [this.#wrote(seen, this.#writer(seen), seen.at)] : [seen];
  }

  #wrote(
    { what, name, object }: Pick<Wrote, 'what' | 'name' | 'object'>,
    writer: Writer,
    at: number | undefined,
  ): Step {
    switch (what) {
      case 'lease': {
        const before = this.world.lease;
        return { is: 'lease', at, writer, before, after: leaseView(object, before) };
      }
      case 'node':
        return { is: 'node', at, writer, name, before: this.world.nodes.get(name) ?? null, after: nodeView(object) };
      case 'pod':
        return { is: 'pod', at, name, after: podView(object) };
    }
  }

  #writer({ by, as, sentAt }: Wrote): Writer {
    // No guard can know of a restore behind it: what comes of such a write is the restore's doing.
    if (sentAt !== undefined && sentAt < this.world.restoredAt) return { is: 'etcd' };
    const node = this.#nodeOf(by);
    return node === null ? { is: 'other', user: by } : { is: 'node', node, user: by, as };
  }

  /** Everything as it is after the restore; what is not named is gone. */
  #restored({ objects, at }: Restored): readonly Step[] {
    const etcd: Writer = { is: 'etcd' };
    this.world.restoredAt = this.world.at;
    const named = (what: Wrote['what']): ReadonlySet<string> =>
      new Set(objects.filter((one) => one.what === what).map(({ name }) => name));
    const [nodes, pods] = [named('node'), named('pod')];
    const gone = [
      ...(this.world.lease.there && named('lease').size === 0
        ? [{ what: 'lease' as const, name: '', object: null }]
        : []),
      ...[...this.world.nodes.keys()]
        .filter((name) => !nodes.has(name))
        .map((name) => ({ what: 'node' as const, name, object: null })),
      ...this.world
        .podNames()
        .filter((name) => !pods.has(name))
        .map((name) => ({ what: 'pod' as const, name, object: null })),
    ];
    return [...gone, ...objects].map((one) => this.#wrote(one, etcd, at));
  }
}

function nodeOfUser(user: string): string | null {
  return user.startsWith('system:node:') ? user.slice('system:node:'.length) : null;
}
