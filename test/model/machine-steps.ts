import { type Fresh, kill, knowsOlder, needAnswer, tell } from './machine.ts';
import type { Add, Draft, Machine, Model } from './parts.ts';
import { currentNode } from './tokens.ts';
import { breachOfGoingDown } from './witness.ts';

/** What happens to a machine by itself: it boots, its kubelet reports, permission and need turn. */
export function machineSteps(of: Draft, fresh: Fresh, add: Add): void {
  const { machine, lease, model } = of;
  const { name, node } = machine;
  if (machine.goingDown)
    add(`${name}: it reboots`, null, () => ({
      ...of,
      machine: booted(machine, model, fresh, true),
      breach: of.breach ?? breachOfGoingDown(machine, lease),
    }));
  add(`${name}: the power is cut and comes back`, 'power', () => ({
    ...of,
    machine: booted(machine, model, fresh, false),
  }));
  if (node.bootID !== machine.boot || node.ready !== 'True') {
    add(`${name}: the kubelet reports Ready`, null, () => ({ ...of, machine: reported(machine, 'True') }));
    if (node.bootID !== machine.boot)
      add(`${name}: the kubelet reports its boot, not Ready`, 'not-ready', () => ({
        ...of,
        machine: reported(machine, 'False'),
      }));
  }
  const permission = machine.permission === 'allowed' ? 'refused' : 'allowed';
  add(`${name}: permission is ${permission}`, permission === 'refused' ? 'permission' : null, () =>
    tell({ ...of, machine: { ...machine, permission } as Machine }, { on: 'permission-hint' }, fresh),
  );
  needs(of, fresh, add);
}

function needs(of: Draft, fresh: Fresh, add: Add): void {
  const { machine } = of;
  const turn = (need: Machine['need']): Draft => {
    const next = { ...machine, need };
    return tell({ ...of, machine: next }, { on: 'need', answer: needAnswer(next) }, fresh);
  };
  if (machine.need !== null) {
    add(`${machine.name}: the need goes`, 'need', () => turn(null));
    return;
  }
  const number = machine.witness.met.length + 1;
  add(`${machine.name}: a new need comes`, 'need', () =>
    turn({
      fingerprint: `need-${number}`,
      source: '/run/reboot-required',
      reasons: [`package-${number}`],
      older: false,
    }),
  );
}

function booted(machine: Machine, model: Model, fresh: Fresh, byUs: boolean): Machine {
  const { witness } = machine;
  const met = byUs && witness.calledFor !== null ? [...witness.met, witness.calledFor] : witness.met;
  const down = kill(machine, false);
  return {
    ...down,
    boot: fresh.boot,
    goingDown: false,
    need: model.needSurvives ? machine.need : null,
    witness: { ...witness, calledFor: null, met, rebooted: true },
  };
}

function reported(machine: Machine, ready: 'True' | 'False'): Machine {
  const node = { ...machine.node, bootID: machine.boot, ready, resourceVersion: currentNode };
  return { ...knowsOlder(machine, 'node'), node };
}
