import assert from 'node:assert/strict';
import type { Now } from '../../../src/core/now.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { State } from '../../../src/core/phases/state.ts';
import { type Transition, transition } from '../../../src/core/phases/transition.ts';
import type { Counts } from './judge-counts.ts';
import { judgeDecision } from './judge-decision.ts';
import { Past } from './judge-past.ts';
import { judgePatch, judgeRestore } from './judge-patch.ts';
import { judgeReboot } from './judge-reboot.ts';
import { judgeWrite } from './judge-write.ts';
import { handledAnnotation, markAnnotation } from './server.ts';
import type { Around, Judge, Laned } from './world-parts.ts';

/** The laws, by rules of the test's own: from what the process was told, what it sends, and what stands on the API server. */
export class LawJudge implements Judge {
  readonly past: Past;
  #decisions = 0;

  constructor(counts: Counts) {
    this.past = new Past(counts);
  }

  started(): void {
    this.past.started();
  }

  told(world: Around, event: Event): void {
    this.past.told.hear(world, event);
    this.past.peer.hear(world, event, this.past.told.lease);
  }

  decided(world: Around, before: State, event: Event, after: Transition, now: Now): void {
    const { past } = this;
    this.#decisions += 1;
    if (this.#decisions % 4 === 0)
      assert.deepEqual(transition(before, event, now), after, 'the same gives the same answer');
    judgeDecision(world, past, after, now);
    if (before.phase.name !== 'backing-out' && after.state.phase.name === 'backing-out') past.counts.backOuts += 1;
    if ('stuck' in after.state.phase && after.state.phase.stuck !== null) past.counts.stuck += 1;
    for (const effect of after.effects) {
      if (effect.do === 'reboot') judgeReboot(world, past, now);
      if (effect.do === 'tell' && effect.moment.what === 'rebooted')
        assert.ok(past.rebooted || past.markByHand, 'a reboot is told that never was');
      if (effect.do === 'write-lease' && effect.purpose === 'take-over') past.taken = past.peer.mayBeTaken(world);
      if (effect.do === 'patch-node' && effect.purpose === 'standing') past.counts.standings += 1;
      if (effect.do !== 'patch-node' || effect.patch.annotations[markAnnotation] !== null) continue;
      judgeRestore(world, past);
      if ('afterwards' in (effect.patch.labels ?? {}))
        assert.ok(past.told.proven && past.told.checked, 'what is for after a reboot is written after one');
      const note = effect.patch.annotations[handledAnnotation];
      if (note === undefined) continue;
      const anew = !past.noted.has(note);
      assert.ok(past.rebooted || past.markByHand || !anew, 'a need is noted as met by a reboot that never was');
      past.notes(world, note);
      // A retry is good for one reboot.
      past.told.retried = false;
    }
  }

  landing(world: Around, effect: Laned): void {
    if (effect.do === 'patch-node') judgePatch(world, this.past, effect);
    if (effect.do === 'write-lease') judgeWrite(world, this.past, effect);
  }

  wentDown(world: Around, why: 'reboot' | 'power' | 'soft-reboot by somebody'): void {
    this.past.wentDown(world, why);
  }
}
