import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HookCall, HookEnd, HookPhase } from '../../src/core/hooks.ts';
import { reason } from '../../src/core/reasons.ts';
import type { LastingEnds } from '../../src/ports/commands.ts';
import type { Hooks } from '../../src/ports/hooks.ts';
import { Fleet, settings } from './fleet.ts';

type Scripts = Readonly<Partial<Record<HookPhase, (call: HookCall, ends: LastingEnds) => Promise<HookEnd>>>>;

const done: HookEnd = { is: 'done' };
const failed: HookEnd = {
  is: 'failed',
  reason: reason('hook-failed', { hook: '/etc/kured-host/hooks/x', why: 'it ended with exit code 1' }),
};

/** Hooks that do what the test says; `calls` are those that began. */
class ScriptedHooks implements Hooks {
  readonly calls: HookCall[] = [];
  /** How often what an earlier process left was ended. */
  left = 0;
  readonly #scripts: Scripts;

  constructor(scripts: Scripts) {
    this.#scripts = scripts;
  }

  async run(call: HookCall, _progress: unknown, ends: LastingEnds): Promise<HookEnd> {
    this.calls.push(call);
    return (await this.#scripts[call.phase]?.(call, ends)) ?? done;
  }

  async endLeft(): Promise<void> {
    this.left += 1;
  }
}

/** A hook that runs until it is told to stop or left. */
async function until({ stop, leave }: LastingEnds): Promise<HookEnd> {
  await new Promise((resolve) => AbortSignal.any([stop, leave]).addEventListener('abort', resolve, { once: true }));
  return { is: 'stopped' };
}

describe('hooks around a reboot', { timeout: 60_000 }, () => {
  it('run in their places: before anything is cordoned, after the last pod is gone, before the uncordon', async () => {
    await using fleet = await Fleet.open();
    const seen: string[] = [];
    const look = async ({ phase }: HookCall): Promise<HookEnd> => {
      const { unschedulable = false } = (await fleet.admin.node('a')).spec ?? {};
      const { phase: step } = JSON.parse(
        (await fleet.admin.lease()).metadata.annotations?.['kured-host/holders'] ?? '[{}]',
      )[0];
      seen.push(`${phase}: ${step}, ${unschedulable ? 'cordoned' : 'not cordoned'}, boot ${machine.boots.length}`);
      return done;
    };
    const hooks = new ScriptedHooks({ 'before-drain': look, 'before-reboot': look, 'after-boot': look });
    const machine = await fleet.add('a', { hooks });
    machine.needReboot('need', ['linux-image']);
    await machine.until(({ phase }) => phase === 'idle' && machine.boots.length === 2, 'the reboot');
    assert.deepEqual(seen, [
      'before-drain: draining, not cordoned, boot 1',
      'before-reboot: draining, cordoned, boot 1',
      'after-boot: verifying, cordoned, boot 2',
    ]);
    const [first, second, third] = hooks.calls;
    assert.deepEqual([first?.node, first?.reasons], ['a', ['linux-image']]);
    assert.equal(first?.run, second?.run, 'the same claim');
    assert.match(third?.run ?? '', new RegExp(machine.boots[1]?.id ?? 'none'));
  });

  it('that fail before the drain leave the node alone and the turn to the next', async () => {
    await using fleet = await Fleet.open();
    const one = await fleet.add('a', { hooks: new ScriptedHooks({ 'before-drain': async () => failed }) });
    one.needReboot('need');
    const status = await one.until(({ reason: { code } }) => code === 'backing-off', 'its back-out');
    assert.match(
      status.sentence,
      /because the last try ended: the hook \/etc\/kured-host\/hooks\/x failed: it ended with exit code 1$/,
    );
    const next = await fleet.add('b');
    next.needReboot('need');
    await next.until(({ phase }) => phase === 'idle' && next.boots.length === 2, "the next one's reboot");
    assert.deepEqual([one.calls, one.boots.length, fleet.mostMarked], [0, 1, 1]);
    assert.equal((await fleet.admin.node('a')).spec?.unschedulable ?? false, false);
  });

  it('that fail before the reboot undo the cordon, and no reboot is asked for', async () => {
    await using fleet = await Fleet.open();
    const machine = await fleet.add('a', { hooks: new ScriptedHooks({ 'before-reboot': async () => failed }) });
    machine.needReboot('need');
    await machine.until(({ reason: { code } }) => code === 'backing-off', 'its back-out');
    assert.equal((await fleet.admin.node('a')).spec?.unschedulable ?? false, false);
    assert.equal((await fleet.admin.lease()).spec?.holderIdentity ?? '', '');
    assert.equal(machine.calls, 0);
  });

  it('that fail after the boot keep the node cordoned and the others waiting, until they succeed', async () => {
    await using fleet = await Fleet.open();
    let good = false;
    const hooks = new ScriptedHooks({ 'after-boot': async () => (good ? done : failed) });
    const verification = { timeout: 50 };
    const one = await fleet.add('a', { hooks, settings: { ...settings, verification } });
    one.needReboot('need');
    const status = await one.until(({ stuck }) => stuck !== null, 'stuck');
    assert.match(status.sentence, /^stuck, needs a person: the hook .* failed/);
    const next = await fleet.add('b');
    next.needReboot('need');
    await next.until(({ phase }) => phase === 'queued', 'queued');
    assert.equal((await fleet.admin.node('a')).spec?.unschedulable, true);
    const entry = (await fleet.admin.lease()).metadata.annotations?.['kured-host/holders'] ?? '';
    assert.match(entry, /"stuck":"the hook \/etc\/kured-host\/hooks\/x failed/);
    good = true;
    one.retry();
    await next.until(({ phase }) => phase === 'idle' && next.boots.length === 2, "the next one's reboot");
    assert.equal((await fleet.admin.node('a')).spec?.unschedulable ?? false, false);
  });

  it('are ended when the claim is taken away, and nothing goes on', async () => {
    await using fleet = await Fleet.open();
    let stopped = 0;
    const hooks = new ScriptedHooks({
      'before-reboot': async (_, ends) => {
        ends.stop.addEventListener('abort', () => {
          stopped += 1;
        });
        return await until(ends);
      },
    });
    const machine = await fleet.add('a', { hooks });
    machine.needReboot('need');
    await machine.until(({ sentence }) => sentence.includes('before-reboot'), 'its hook');
    await fleet.admin.annotateLease({ 'kured-host/force-release': 'a' });
    await machine.until(({ reason: { code } }) => code === 'backing-off', 'its new try with distance');
    assert.deepEqual([stopped, machine.calls], [1, 0]);
    assert.equal((await fleet.admin.node('a')).spec?.unschedulable ?? false, false);
  });

  it('are begun for the same claim by the next start when the service is killed in the middle, and left alone meanwhile', async () => {
    await using fleet = await Fleet.open();
    let ended = 0;
    const hooks = new ScriptedHooks({
      'before-drain': async (_, ends) => {
        if (hooks.calls.length > 1) return done;
        ends.stop.addEventListener('abort', () => {
          ended += 1;
        });
        return await until(ends);
      },
    });
    const machine = await fleet.add('a', { hooks });
    machine.needReboot('need');
    await machine.until(({ sentence }) => sentence.includes('before-drain'), 'its hook');
    machine.killService();
    machine.startService();
    await machine.until(({ phase }) => phase === 'idle' && machine.boots.length === 2, 'the reboot');
    const [first, second] = hooks.calls;
    assert.deepEqual(second, first);
    assert.equal(ended, 0);
  });

  it('that a killed service left running are ended by a start that is not permitted to go on', async () => {
    await using fleet = await Fleet.open();
    const hooks = new ScriptedHooks({ 'before-drain': async (_, ends) => await until(ends) });
    const machine = await fleet.add('a', { hooks });
    machine.needReboot('need');
    await machine.until(({ sentence }) => sentence.includes('before-drain'), 'its hook');
    machine.killService();
    machine.permit({ is: 'refused', reasons: [reason('blocked', { source: 'the window', why: 'it has closed' })] });
    machine.startService();
    await machine.until(({ phase }) => phase === 'waiting', 'backed out');
    assert.deepEqual([hooks.calls.length, hooks.left], [1, 1]);
    assert.equal((await fleet.admin.lease()).spec?.holderIdentity ?? '', '');
  });
});
