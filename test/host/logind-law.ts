import type { Moment } from '../observer/moments.ts';
import type { Guest } from './guest.ts';

/**
 * What logind did that it must never be asked for, a sentence each:
 * - a guest reboots only while the Lease has it as a holder that is rebooting, and no other guest is so;
 * - it reboots once for a claim.
 * Power cuts are nobody's doing. The audit log and the guests' driver go by the same clock.
 */
export function unfenced(history: readonly Moment[], guests: readonly Guest[]): readonly string[] {
  return guests.flatMap(({ name, endings }) => {
    const reboots = endings.filter(({ how }) => how === 'reboot');
    const claims = reboots.map(({ boot, at }) => {
      const rebooting = momentAt(history, at * 1000)?.holders.filter(({ phase }) => phase === 'rebooting') ?? [];
      const own = rebooting.find(({ node }) => node === name);
      const says = rebooting.map(({ node }) => node).join(', ') || 'nobody';
      return { claim: own?.claim, wrong: own === undefined || rebooting.length > 1 ? says : undefined, boot };
    });
    const outOfTurn = claims
      .filter(({ wrong }) => wrong !== undefined)
      .map(
        ({ boot, wrong }) => `${name} rebooted at the end of boot ${boot}, while rebooting by the Lease was: ${wrong}`,
      );
    const twice = claims
      .filter(({ claim }, at) => claim !== undefined && claims.findIndex((one) => one.claim === claim) < at)
      .map(({ boot, claim }) => `${name} rebooted once more for claim ${claim} at the end of boot ${boot}`);
    return [...outOfTurn, ...twice];
  });
}

/** How the pool stood at that time, in microseconds; undefined before its first moment. */
function momentAt(history: readonly Moment[], time: number): Moment | undefined {
  return history.findLast(({ at }) => at !== undefined && at <= time);
}

/** Seconds from each fence to the release of its claim, in order. */
export function rebootSeconds(history: readonly Moment[]): readonly number[] {
  const began = new Map<string, number>();
  const seconds: number[] = [];
  for (const { holders, at = 0 } of history) {
    for (const { claim, phase } of holders) if (phase === 'rebooting' && !began.has(claim)) began.set(claim, at);
    for (const [claim, since] of began) {
      if (holders.some((one) => one.claim === claim)) continue;
      began.delete(claim);
      seconds.push((at - since) / 1e6);
    }
  }
  return seconds;
}
