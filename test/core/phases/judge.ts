import assert from 'node:assert/strict';
import { readMark } from '../../../src/core/cordon-mark.ts';
import { readHandled } from '../../../src/core/handled.ts';
import { holderText } from '../../../src/core/lease/entry.ts';
import { readRecord } from '../../../src/core/lease/format.ts';
import { placeOf } from '../../../src/core/lease/queue.ts';
import type { Holder, LeaseRecord } from '../../../src/core/lease/record.ts';
import { excludeLabel } from '../../../src/core/node-changes.ts';
import { holdAnnotation, requestAnnotation } from '../../../src/core/node-wishes.ts';
import type { Now } from '../../../src/core/now.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { State } from '../../../src/core/phases/state.ts';
import { type Transition, transition } from '../../../src/core/phases/transition.ts';
import { inProgressAnnotation, standingAnnotation } from '../../../src/core/standing.ts';
import { PeerWatched } from './peer-watched.ts';
import { handledAnnotation, markAnnotation } from './server.ts';
import { own, Told } from './told.ts';
import { type Around, isThrough, type Judge, type Laned, softly } from './world-parts.ts';

/** Counts of what happened, so that a run in which nothing of note happened does not pass for a proof. */
export interface Counts {
  calls: number;
  fences: number;
  claims: number;
  backOuts: number;
  restores: number;
  uncordons: number;
  releases: number;
  stuck: number;
  softReboots: number;
  observed: number;
  /** Reboots with pods left. */
  forced: number;
  standings: number;
  takeOvers: number;
}

export function noCounts(): Counts {
  const none = { calls: 0, fences: 0, claims: 0, backOuts: 0, restores: 0, uncordons: 0, releases: 0, stuck: 0 };
  return { ...none, softReboots: 0, observed: 0, forced: 0, standings: 0, takeOvers: 0 };
}

/** The laws, by rules of the test's own: from what the process was told, what it sends, and what stands on the API server. */
export class LawJudge implements Judge {
  readonly counts: Counts;
  #told = new Told();
  #peer = new PeerWatched();
  /** The entry that the last take-over takes out; its write may land late. */
  #taken = '';
  /** Claims that a person took out of the Lease, or the Lease with them. */
  readonly #byHand = new Set<string>();
  markByHand = false;
  #decisions = 0;
  /** The need of a call of ours in this boot, and of the last boot that came of one. */
  #calledFor: string | null = null;
  #met: string | null = null;
  /** When a claim's node was put right after a boot, for the first time. */
  readonly #restoredAt = new Map<string, number>();

  constructor(counts: Counts) {
    this.counts = counts;
  }

  started(): void {
    this.#told = new Told();
    this.#peer = new PeerWatched();
  }

  told(world: Around, event: Event): void {
    this.#told.hear(world, event);
    this.#peer.hear(world, event, this.#told.lease);
  }

  decided(world: Around, before: State, event: Event, after: Transition, now: Now): void {
    this.#decisions += 1;
    if (this.#decisions % 4 === 0)
      assert.deepEqual(transition(before, event, now), after, 'the same gives the same answer');
    this.#lanes(world, after);
    this.#waits(world, after, now);
    this.#doubts(world, after, now);
    if (before.phase.name !== 'backing-out' && after.state.phase.name === 'backing-out') this.counts.backOuts += 1;
    if ('stuck' in after.state.phase && after.state.phase.stuck !== null) this.counts.stuck += 1;
    this.#hooks(after);
    this.#delays(world, after, now);
    this.#observes(world, after);
    for (const effect of after.effects) {
      if (effect.do === 'reboot') this.#reboot(world, now);
      if (effect.do === 'write-lease' && effect.purpose === 'take-over') this.#taken = this.#peer.mayBeTaken(world);
      if (effect.do === 'patch-node' && effect.purpose === 'standing') this.counts.standings += 1;
      if (effect.do !== 'patch-node' || effect.patch.annotations[markAnnotation] !== null) continue;
      this.#restore(world);
      // A retry is good for one reboot.
      if (handledAnnotation in effect.patch.annotations) this.#told.retried = false;
      if ('afterwards' in (effect.patch.labels ?? {}))
        assert.ok(this.#told.proven && this.#told.checked, 'what is for after a reboot is written after one');
    }
  }

  landing(world: Around, effect: Laned): void {
    if (effect.do === 'patch-node') this.#patchLands(world, effect);
    if (effect.do === 'write-lease') this.#writeLands(world, effect);
  }

  /** Called before a person's act and after it. */
  hand(world: Around, act: () => void): void {
    const before = own(world.server.record());
    const marked = marks(world);
    const known = world.server.node !== null;
    act();
    const after = own(world.server.record());
    if (before !== null && after?.claim !== before.claim) this.#byHand.add(before.claim);
    // What was handled goes with the Node as well.
    if (marked !== marks(world) || (known && world.server.node === null)) this.markByHand = true;
  }

  wentDown(world: Around, why: 'reboot' | 'power' | 'soft-reboot by somebody'): void {
    const record = world.server.record();
    if (why === 'soft-reboot by somebody' && !softly(world)) {
      // It ends what was asked for, and is no reboot in full.
      this.#calledFor = null;
      return;
    }
    if (why === 'reboot' && softly(world)) this.counts.softReboots += 1;
    // A call that came to nothing and was backed out is nobody's reboot when the power goes.
    // Where a person took the claim and recovery the mark after it, nothing that lasts is left to remember the need.
    const forgotten = this.#byHand.size > 0 && marks(world) === '';
    if (this.#calledFor !== null && !forgotten && (why === 'reboot' || own(record)?.phase === 'rebooting'))
      this.#met = this.#calledFor;
    this.#calledFor = null;
    if (why !== 'reboot') return;
    if (record === null || this.#byHand.size > 0) return;
    assert.equal(own(record)?.phase, 'rebooting', 'the node goes down and its entry says so');
  }

  /** Nothing else is waited for while a write may still land. */
  #doubts(world: Around, { state, effects, wakeAt }: Transition, now: Now): void {
    if (this.#told.doubt === null || state.phase.name === 'stopped' || state.phase.name === 'recovering') return;
    const busy = (world.process?.flights.size ?? 0) > 0 || effects.some((effect) => 'lane' in effect);
    const soon = wakeAt !== null && wakeAt - now.mono <= 31_000;
    assert.ok(busy || soon, `${state.phase.name} rests while a write of ours may still land`);
  }

  #lanes(world: Around, after: Transition): void {
    const busy = new Set(world.process?.flights.keys());
    for (const effect of after.effects) {
      if (!('lane' in effect)) continue;
      assert.ok(!busy.has(effect.lane), `a second effect of the lane ${effect.lane} (${effect.do})`);
      busy.add(effect.lane);
    }
    for (const lane of busy) assert.equal(after.state.facts.busy[lane], true, `the lane ${lane} is known to be busy`);
  }

  #waits(world: Around, { state, effects, wakeAt }: Transition, now: Now): void {
    if (state.phase.name === 'stopped') return;
    assert.ok(wakeAt === null || wakeAt > now.mono, `${state.phase.name} wants to be woken in the past, without end`);
    const underWay = (world.process?.flights.size ?? 0) > 0 || effects.some((effect) => 'lane' in effect);
    const listing = state.facts.node.watch !== 'running' || state.facts.node.seen.is !== 'node';
    assert.ok(wakeAt !== null || underWay || listing, `${state.phase.name} waits for nothing (${state.waits.code})`);
  }

  /** A node that only observes begins nothing: it undoes what is left of a claim, or sees a reboot to its end. */
  #observes(world: Around, { effects }: Transition): void {
    if (!world.observes) return;
    this.counts.observed += 1;
    for (const effect of effects) {
      const before = effect.do === 'run-hooks' && effect.call.phase !== 'after-boot';
      const word = 'purpose' in effect ? effect.purpose : before ? 'hooks' : effect.do;
      assert.ok(!begins.includes(word), `${word} by a node that only observes`);
    }
  }

  /** Nothing is cordoned, and no first fence of a process written, before the hooks that come before it have succeeded. */
  #hooks({ effects }: Transition): void {
    const { hooked } = this.#told;
    const entry = this.#told.own();
    for (const effect of effects) {
      if (effect.do === 'patch-node' && effect.purpose === 'cordon')
        assert.equal(hooked['before-drain'], entry?.claim, 'hooks before the drain');
      if (effect.do === 'write-lease' && effect.purpose === 'fence' && entry?.phase === 'draining')
        assert.equal(hooked['before-reboot'], entry.claim, 'hooks before the reboot');
    }
  }

  /** No pod is evicted, and no first fence of a process written, before the time that the admin gave has passed. */
  #delays(world: Around, { effects }: Transition, now: Now): void {
    const { evictionDelay, rebootDelay } = world.model.settings;
    const { marked, markedAt, drainedAt } = this.#told;
    const entry = this.#told.own();
    if (entry?.phase !== 'draining') return;
    for (const effect of effects) {
      if (effect.do === 'drain') {
        assert.equal(marked, entry.claim, 'the mark is seen before the first eviction');
        assert.ok(now.mono - markedAt >= evictionDelay, 'the delay between cordon and eviction');
      }
      if (effect.do === 'write-lease' && effect.purpose === 'fence')
        assert.ok(now.mono - drainedAt >= rebootDelay, 'the delay between the last pod and the reboot');
    }
  }

  #reboot(world: Around, now: Now): void {
    const told = this.#told;
    this.counts.calls += 1;
    const entry = this.#told.own();
    assert.ok(entry, 'a reboot is asked with a claim');
    const seen = told.lease === null ? null : readRecord(told.lease);
    assert.ok(seen?.readable && seen.record.paused === null && seen.record.release !== 'n1', 'nobody asked to give up');
    assert.equal(entry.phase, 'rebooting', 'a reboot is asked behind a fence');
    assert.equal(entry.by, world.process?.by, 'the fence is of this process');
    assert.ok(!isThrough(world, entry.boot), 'the fence is of this boot');
    const fence = `${entry.claim} ${entry.attempt} ${entry.changed}`;
    assert.notEqual(fence, told.called, 'each fence is good for one call');
    told.called = fence;
    const { permission } = told;
    assert.ok(permission?.allowed, 'a reboot is asked with permission');
    assert.ok(now.mono - permission.askedAt <= 10_000, 'permission is no older than ten seconds');
    const requested = told.node?.annotations[requestAnnotation] !== undefined;
    assert.ok(permission.need !== null || requested, 'a reboot is asked for a need');
    assert.equal(told.node?.annotations[holdAnnotation], undefined, 'a node that a person holds asks for no reboot');
    this.#drainSeen(world, entry, now);
    const { during } = world.model.settings.node.beforeDrain.labels;
    if (!this.markByHand)
      assert.equal(told.node?.labels['during'], during, 'what is for the drain was written before it');
    const handled = told.node === null ? null : readHandled(told.node);
    const need = entry.need.fingerprint;
    if (!told.retried) assert.notEqual(need, handled?.need.fingerprint, 'a need that was handled');
    if (!told.retried && !this.markByHand) assert.notEqual(need, this.#met, 'a second reboot for the same need');
    this.#calledFor = need;
  }

  /** This process has seen the drain end in this claim; or, where the admin said so, its time pass with pods left. */
  #drainSeen(world: Around, { claim }: Holder, now: Now): void {
    const { drained, podLeft, claimAt, slept } = this.#told;
    if (drained === claim) return;
    const { onDrainTimeout, drainTimeout, rebootDelay } = world.model.settings;
    assert.equal(onDrainTimeout, 'reboot', 'this process has seen the drain end in this claim');
    assert.ok(drainTimeout !== null && podLeft === claim, 'what is left was seen');
    assert.ok(now.mono - claimAt - slept >= drainTimeout, 'the time of the drain has passed, awake');
    assert.ok(now.mono - claimAt >= drainTimeout + rebootDelay, 'the time of the drain and the delay have passed');
    this.counts.forced += 1;
  }

  /** Sent: what the process knows has to permit it. */
  #restore(world: Around): void {
    this.counts.restores += 1;
    const entry = this.#told.own();
    const { markedBoot, proven } = this.#told;
    const from = entry?.boot ?? markedBoot;
    if (entry?.phase === 'backing-out') return;
    if (from !== null && isThrough(world, from)) {
      assert.ok(proven, 'nothing is restored before this boot is proven');
      assert.ok(this.#told.checked, 'nothing is restored before the hooks after the boot have succeeded');
      return;
    }
    const nobody = entry === null || this.markByHand;
    assert.ok(nobody, 'a claim of this boot is only restored while backing out, and unreadable is held');
    assert.ok(!this.#goesDown(world), 'nothing is restored while the machine goes down');
  }

  #patchLands(world: Around, effect: Extract<Laned, { do: 'patch-node' }>): void {
    const { patch } = effect;
    if (patch.unschedulable === false) {
      this.counts.uncordons += 1;
      assert.equal(world.server.cordonBy, 'us', 'only our own cordon is undone');
      assert.ok(!this.#goesDown(world), 'no uncordon while the machine goes down');
    }
    this.#meets(world, patch.annotations['kured-host/handled']);
    const mark = patch.annotations[markAnnotation];
    if (mark === null) this.#noteRestored(world);
    if (typeof mark !== 'string') return;
    const { claim } = JSON.parse(mark) as { claim: string };
    const record = world.server.record();
    if (record !== null && !this.#byHand.has(claim))
      assert.equal(own(record)?.claim, claim, 'no mark without its claim');
  }

  /** By the entry; where the Lease cannot be read, by the mark that is taken off. */
  #noteRestored(world: Around): void {
    const record = world.server.record();
    const mark = world.server.node === null ? null : readMark(world.server.node);
    const entry = record === null ? (mark?.is === 'mark' ? mark.mark : null) : own(record);
    if (entry === null || !isThrough(world, entry.boot) || this.#restoredAt.has(entry.claim)) return;
    // A Node that was gone had nothing to restore: the delay runs already when it is registered anew.
    if ('releaseAfter' in entry && entry.releaseAfter !== undefined) return;
    // Somebody's soft reboot is none of a claim that had asked for no reboot: it backs out.
    const backsOut = 'phase' in entry && entry.phase === 'backing-out';
    if (backsOut && entry.boot.id === world.boot.id) return;
    this.#restoredAt.set(entry.claim, world.mono);
  }

  /** A boot by anybody meets the need of the claim that went through it; one that was met before it may come back as a need of its own. */
  #meets(world: Around, handled: string | null | undefined): void {
    const record = world.server.record();
    const entry = record === null ? null : own(record);
    if (typeof handled !== 'string' || entry === null || !isThrough(world, entry.boot)) return;
    const { need } = JSON.parse(handled) as { need: { fingerprint: string } };
    if (need.fingerprint === entry.need.fingerprint) this.#met = need.fingerprint;
  }

  #writeLands(world: Around, effect: Extract<Laned, { do: 'write-lease' }>): void {
    const before = world.server.record();
    const reading = readRecord(effect.object);
    assert.ok(reading.readable, 'what we write can be read');
    assert.ok(before, 'a Lease that cannot be read is never written');
    const after = reading.record;
    const [was, is] = [own(before), own(after)];
    if (is !== null && was?.claim !== is.claim) {
      this.counts.claims += 1;
      assert.equal(before.paused, null, 'nobody claims in a paused pool');
      const gone = before.forceRelease;
      const others = before.holders.filter((slot) => !slot.readable || slot.entry.node !== gone);
      assert.equal(others.length, 0, 'nobody claims at the limit');
    }
    // Where the Node was gone there was nothing to put right: since when it waits is not seen here.
    if (is?.releaseAfter !== undefined && !this.#restoredAt.has(is.claim)) this.#restoredAt.set(is.claim, -Infinity);
    if (was !== null && is?.claim !== was.claim) this.#releaseLands(world, before, was);
    if (was !== null && is !== null && is.attempt > was.attempt) {
      this.counts.fences += 1;
      assert.equal(before.paused, null, 'nobody fences in a paused pool');
      assert.notEqual(before.release, 'n1', 'nobody fences who is asked to release');
      assert.ok(was.phase === 'draining' || was.phase === 'rebooting');
    }
    const same = was !== null && was.claim === is?.claim;
    if (same && was.phase === 'backing-out') assert.equal(is?.phase, 'backing-out', 'nothing leaves backing-out');
    if (was?.phase !== 'backing-out' && is?.phase === 'backing-out') {
      assert.ok(!this.#mayReboot(world), 'nobody backs out while a reboot may come');
    }
    const others = (record: LeaseRecord) => record.holders.filter((slot) => !slot.readable || slot.entry.node !== 'n1');
    if (effect.purpose === 'take-over') {
      this.counts.takeOvers += 1;
      assert.deepEqual(others(before).map(holderText), [this.#taken], 'only the very entry that was watched goes');
      assert.deepEqual(others(after), [], 'nothing but the lost entry goes');
      assert.equal(is?.claim, was?.claim, 'the own entry stays');
      return;
    }
    assert.deepEqual(others(after).map(holderText), others(before).map(holderText), "another's entry is left alone");
  }

  #releaseLands(world: Around, before: LeaseRecord, was: Holder): void {
    if (before.forceRelease === 'n1') {
      this.#byHand.add(was.claim);
      return;
    }
    this.counts.releases += 1;
    const { node } = world.server;
    const mark = node === null ? null : readMark(node);
    assert.ok(mark?.is !== 'mark' || mark.mark.claim !== was.claim, 'no release before the restore PATCH');
    assert.ok(!this.#mayReboot(world), 'no release while a reboot may come');
    const restored = this.#restoredAt.get(was.claim);
    // A back-out waits for nothing, whatever an earlier process took off the Node meanwhile.
    const backsOut = was.phase === 'backing-out' && was.boot.id === world.boot.id;
    const early = before.release === 'n1' || this.#told.stopping || backsOut;
    if (restored === undefined || early) return;
    assert.ok(world.mono - restored >= world.model.settings.releaseDelay, 'the delay before the release');
  }

  /** As the Lease or the Node tell it: with entry and mark both taken away by hand nothing does. */
  #goesDown(world: Around): boolean {
    return world.goingDown && !(this.#byHand.size > 0 && this.markByHand);
  }

  /** A person's release by force also gives up what was known about a command that was called. */
  #mayReboot(world: Around): boolean {
    return this.#goesDown(world) || (world.mayGoDown && this.#byHand.size === 0);
  }
}

const begins: readonly string[] = [
  'join',
  'update-place',
  'claim',
  'fence',
  'cordon',
  'mark',
  'hooks',
  'drain',
  'announce-reboot',
  'reboot',
];

/** Whether everything has come to rest: nothing of ours is left, or a person is needed. */
export function atRest(world: Around): boolean {
  const { process, server } = world;
  if (process === null) return false;
  const { phase, waits } = process.state;
  if ('stuck' in phase && phase.stuck !== null) return true;
  const record = server.record();
  const nothing = record !== null && own(record) === null && placeOf(record, 'n1') === null && marks(world) === '';
  const observing = phase.name === 'waiting' && world.observes && phase.observes === true;
  const resting = phase.name === 'idle' || observing || (phase.name === 'waiting' && waits.code === 'too-many-reboots');
  const mayWait = phase.name !== 'idle' && !observing;
  return nothing && resting && server.cordonBy !== 'us' && (mayWait || isClean(world));
}

/** Nothing of what stands on the Node while it waits, or while it is away, is left; what lost its mark is a person's. */
function isClean({ server, judge }: Around): boolean {
  const { labels = {}, annotations = {}, taints = [] } = server.node ?? {};
  const away = 'during' in labels || excludeLabel in labels || 'example.com/during' in annotations;
  const waits = taints.length > 0 || inProgressAnnotation in annotations || standingAnnotation in annotations;
  return !waits && (!away || (judge as LawJudge).markByHand);
}

function marks(world: Around): string {
  return world.server.node?.annotations[markAnnotation] ?? '';
}
