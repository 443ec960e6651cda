import { join } from 'node:path';
import type { Answer } from '../core/answer.ts';
import type { Need } from '../core/need.ts';
import { isSameNeed } from '../core/need-sum.ts';
import type { Permission } from '../core/permission.ts';
import { reason } from '../core/reasons.ts';
import type { Settings } from '../core/settings.ts';
import { readMachine } from '../host/machine.ts';
import { openMemoryFile } from '../host/memory-file.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/outlets.ts';
import { openSentinels } from '../sentinel/open.ts';
import { openLibc } from '../systemd/libc.ts';
import type { Environment } from './environment.ts';
import { systemdHere } from './machine-here.ts';
import { NeedAnswers } from './need-answers.ts';
import { askOne } from './observe-permission.ts';
import { permissionSources } from './permission-sources.ts';
import { podsHere } from './pods-here.ts';

/** What this machine alone can tell of need and permission. */
export interface Checked {
  readonly need: Answer<Need>;
  /** Since when the daemon has seen it wait, milliseconds since 1970; null: not known. */
  readonly needSince: number | null;
  /** What each source says, in the order in which reasons are shown. */
  readonly sources: readonly {
    readonly name: string;
    readonly answer: Permission;
    /** Since when it has been against a reboot, milliseconds since 1970; null: that cannot be told. */
    readonly since: number | null;
  }[];
}

/**
 * Asks every sentinel and every source of permission once, without the daemon, and keeps nothing of it. The cluster is asked
 * where the settings want to know something of it: for the pods of this node.
 * `at`: the windows are asked as if it were then, milliseconds since 1970; null: now.
 */
export async function checkHere(
  environment: Environment,
  settings: Settings,
  at: number | null,
  signal: AbortSignal,
): Promise<Checked> {
  const { clock, places, program } = environment;
  const native = openLibc(program);
  const ending = new AbortController();
  try {
    const isLocked = native.is === 'open' ? native.libc.isLocked : null;
    const systemd = systemdHere(environment);
    const file = join(places.state, 'memory.json');
    const memory = openMemoryFile(file, (why) => reason('memory-unusable', { file, why }));
    const round = { read: () => memory.round.read(), keep: async () => true };
    const deps = { clock, commands: systemd.commands, log: silent, round };
    const need = await new NeedAnswers(openSentinels(settings.sentinel, deps), clock).lookAtAll(signal);
    const remembered = await memory.read();
    const waiting = remembered.is === 'yes' ? remembered.value.waiting : null;
    const same = need.is === 'yes' && waiting !== null && isSameNeed(waiting.fingerprint, need.value.fingerprint);
    const needSince = same ? waiting.since : null;
    const machine = await readMachine(places.machineId);
    const name = machine.is === 'read' ? machine.machine : null;
    const rooms = {
      systemd,
      isLocked,
      pods: podsHere(settings.credentials, clock, ending.signal),
      usersTold: () => {},
    };
    const { all } = permissionSources(environment, rooms, () => settings, name, standing(clock, at));
    const ask = async (source: (typeof all)[number]) => ({
      name: source.name,
      answer: await askOne(source, clock, needSince, signal),
      since: source.since?.() ?? null,
    });
    return { need, needSince, sources: await Promise.all(all.map(ask)) };
  } finally {
    ending.abort();
    if (native.is === 'open') native.libc.close();
  }
}

/** The clock, with its wall clock at a moment. */
function standing(clock: Clock, at: number | null): Clock {
  if (at === null) return clock;
  return {
    now: () => ({ ...clock.now(), wall: at }),
    mono: () => clock.mono(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    timer: (ms, then) => clock.timer(ms, then),
    deadline: (ms, signal) => clock.deadline(ms, signal),
  };
}

const silent: Log = { event: () => {}, always: () => {}, setLevel: () => {} };
