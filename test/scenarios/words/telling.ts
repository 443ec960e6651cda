import { readRecord } from '../../../src/core/lease/format.ts';
import type { Effect, Moment } from '../../../src/core/phases/effect.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { State } from '../../../src/core/phases/state.ts';
import { conditionOf, statusOf } from '../../../src/core/status.ts';
import { telling } from '../../../src/daemon/moments.ts';
import { outcomeTold } from '../../../src/daemon/outcome-told.ts';
import type { Publisher } from '../../../src/daemon/publish.ts';
import type { EventCode, LogFields } from '../../../src/ports/outlets.ts';
import type { Flight } from '../world/parts.ts';
import { requestName } from '../world/requests.ts';
import type { Teller, World } from '../world/world.ts';
import { effectWords, isRoutine } from './effects.ts';
import { publisherOf } from './journal.ts';
import { leaseWords } from './lease.ts';
import { nodeWords } from './node.ts';
import { wrongWords } from './outcomes.ts';
import type { Seen } from './seen.ts';
import { Trace } from './trace.ts';

/** Writes down what happens, as an operator would see it who looks everywhere at once. */
export class Telling implements Teller {
  readonly trace = new Trace();
  readonly seen: Seen;
  #publisher: (Publisher & { readonly log: (code: EventCode, fields: LogFields) => void }) | null = null;
  #shown = { lease: '', node: '', status: '', condition: '' };
  #claims = 0;
  /** Claims that have a name. */
  readonly #known = new Set<string>();
  readonly #noticed = new Set<string>();

  constructor(seen: Seen) {
    this.seen = seen;
  }

  started(world: World): void {
    this.#publisher = publisherOf(world, {
      journal: (level, line) =>
        this.#add(world, level === 'info' ? 'journal' : level === 'warn' ? 'WARNING' : 'ERROR', line),
      notice: (moment, why, once) => {
        if (once !== null && this.#noticed.has(once)) return;
        if (once !== null) this.#noticed.add(once);
        this.#add(world, 'notice', why === '' ? moment : `${moment}: ${why}`);
      },
    });
  }

  began(world: World, effect: Effect): void {
    this.seen.effect(effect);
    this.#learn(world, effect);
    const words = effectWords(effect, world.wall);
    if (words !== null) this.trace.add(world.wall, 'does', words, isRoutine(effect));
    if (effect.do === 'tell') this.#tell(world, effect.moment);
  }

  answered(world: World, { effect }: Flight, event: Event): void {
    const wrong = wrongWords(event);
    if (wrong !== null) this.trace.add(world.wall, 'answer', `${requestName(effect)}: ${wrong}`, isRoutine(effect));
    const told = outcomeTold(effect, event);
    if (told !== null) this.#publisher?.log(told.code, told.fields);
  }

  decided(world: World, before: State, after: State): void {
    this.seen.state(after);
    this.#publisher?.state(before, after);
    if (after.waits.code === 'service-ended') this.#lastWords(world, after);
  }

  /** Nothing is asked of a process that has ended: what it leaves on the Node stands in full. */
  #lastWords(world: World, state: State): void {
    const now = world.now();
    const condition = conditionWords(state, now);
    this.#add(world, 'Node', `${condition}: ${conditionOf(state, now).message}`);
    this.#shown = { ...this.#shown, condition };
  }

  moved(world: World): void {
    const lease = leaseWords(world.api.lease);
    const node = nodeWords(world.api.node);
    if (lease !== this.#shown.lease) this.#add(world, 'Lease', lease);
    if (node !== this.#shown.node) this.#add(world, 'Node', node);
    this.#shown = { ...this.#shown, lease, node };
  }

  /** A late write found that the object had changed. */
  tooLate(world: World, name: string): void {
    this.#add(world, 'answer', `${name}: it comes too late and changes nothing`);
  }

  /** What status says at this moment. */
  sentence(world: World): string {
    return world.process === null ? 'the service does not run' : statusOf(world.process.state, world.now()).sentence;
  }

  /** What stands is told once more. */
  forget(): void {
    this.#shown = { lease: '', node: '', status: '', condition: '' };
  }

  /** What the command came to: the sentence that every place shows, with its remedy. */
  ended(world: World): readonly string[] {
    this.moved(world);
    const { process } = world;
    const now = world.now();
    const status = process === null ? null : statusOf(process.state, now);
    const sentence = this.sentence(world);
    if (sentence !== this.#shown.status) {
      this.#add(world, 'status', sentence);
      const remedy = (status?.stuck ?? status?.reason)?.remedy ?? '';
      if (remedy !== '') this.#add(world, 'remedy', remedy);
    }
    const condition = process === null ? this.#shown.condition : conditionWords(process.state, now);
    if (condition !== this.#shown.condition) this.#add(world, 'Node', condition);
    this.#shown = { ...this.#shown, status: sentence, condition };
    return this.trace.take();
  }

  #tell(world: World, moment: Moment): void {
    if (moment.what === 'recovered') this.#add(world, 'row', `${moment.row} of the table of recovery`);
    this.#publisher?.tell(moment);
    const { event } = telling(moment, 'n1');
    if (event !== null) this.#add(world, 'Event', `${event.reason}: ${event.message}`);
  }

  /** Random identities get names that can be read. */
  #learn(world: World, effect: Effect): void {
    if (effect.do !== 'write-lease') return;
    const reading = readRecord(effect.object);
    if (!reading.readable) return;
    for (const slot of reading.record.holders) {
      if (!slot.readable || slot.entry.node !== 'n1' || slot.entry.by !== world.process?.state.facts.me.by) continue;
      const { claim } = slot.entry;
      if (!/^[0-9a-f]{32}$/.test(claim) || this.#known.has(claim)) continue;
      this.#known.add(claim);
      this.#claims += 1;
      this.trace.name(claim, `claim ${this.#claims}`);
    }
  }

  #add(world: World, key: string, text: string): void {
    this.trace.add(world.wall, key, text);
  }
}

function conditionWords(state: State, now: ReturnType<World['now']>): string {
  const { status, reason } = conditionOf(state, now);
  return `condition RebootRequired=${status}, ${reason}`;
}
