import type { LeaseObject } from '../../src/core/lease/object.ts';
import type { Event } from '../../src/core/phases/event.ts';
import { answer, failures, lost, written } from './answers.ts';
import {
  type Draft,
  draft,
  type Fresh,
  kill,
  knowsOlder,
  machineOf,
  needAnswer,
  start,
  tell,
  textOf,
} from './machine.ts';
import type { Fault, Flight, Machine, Model, Outcome, Process } from './parts.ts';
import { personsDeeds } from './persons.ts';
import { currentNode, mono, timePassed, untilFarOff } from './tokens.ts';
import { breachOfGoingDown } from './witness.ts';

/**
 * Everything that can happen next to one machine beside this Lease, every fault and person's act included; which of them
 * the budget still allows, the explorer decides.
 *
 * One reduction: time passes on a machine only while nothing else of it is under way, for that a machine may take as long as
 * it likes over each step is what the other machines' time passing means; within one machine the fault `slow` stands for it.
 */
export function steps(machine: Machine, lease: LeaseObject, model: Model, fresh: Fresh): readonly Outcome[] {
  const at: At = { of: draft(machine, lease, model), model, fresh };
  const { process } = machine;
  const alive = process === null ? [outcome('the service starts', null, start(at.of, fresh))] : living(at, process);
  const all = [...alive, ...lateWrites(at), ...machineSteps(at), ...personsDeeds(at.of, fresh)];
  return all.filter(({ fault }) => fault === null || (model.faults[fault] ?? 0) > 0);
}

interface At {
  readonly of: Draft;
  readonly model: Model;
  readonly fresh: Fresh;
}

export function outcome(what: string, fault: Fault | null, { machine, lease, leaseMoved, breach }: Draft): Outcome {
  return { what: `${machine.name}: ${what}`, fault, machine, lease: leaseMoved ? lease : null, breach };
}

function living(at: At, process: Process): readonly Outcome[] {
  const { of, fresh } = at;
  const found: Outcome[] = [];
  const news = [...nodeNews(of, process), ...leaseNews(of, process)];
  for (const { what, fault, process: next, event } of news)
    found.push(outcome(what, fault, tell(withProcess(of, next), event, fresh)));
  for (const flight of process.flights) found.push(...flightEnds(at, process, flight));
  const busy = process.flights.length > 0 || news.some(({ fault }) => fault === null) || of.machine.goingDown;
  if (!busy) found.push(...timePasses(at, process));
  if (process.flights.length > 0) found.push(outcome('eleven seconds pass', 'slow', wake(at, 11_000)));
  for (const meaning of ['stop', 'restart'] as const)
    found.push(outcome(`SIGTERM, a ${meaning}`, 'stop', tell(of, { on: 'stop', meaning }, fresh)));
  found.push(outcome('the service is killed', 'crash', { ...of, machine: kill(of.machine, true) }));
  if (process.flights.some(({ effect }) => effect.do === 'reboot'))
    found.push(
      outcome('the service is killed, its call unheard', 'crash', { ...of, machine: kill(of.machine, false) }),
    );
  return found;
}

function flightEnds(at: At, process: Process, flight: Flight): readonly Outcome[] {
  const rest = { ...process, flights: process.flights.filter((other) => other !== flight) };
  const before = withProcess(at.of, rest);
  const { effect } = flight;
  const name = 'purpose' in effect ? `${effect.do} (${effect.purpose})` : effect.do;
  const well = answer(before, flight);
  const ends = [outcome(ended(name, well.event), null, tell(well.draft, well.event, at.fresh))];
  for (const { fault, what, draft: after, event } of failures(before, flight))
    ends.push(outcome(`${name}: ${what}`, fault, tell(after, event, at.fresh)));
  return ends;
}

function ended(name: string, event: Event): string {
  if ('result' in event) return `${name}: ${event.result.is}`;
  if (event.on === 'permission') return `${name}: ${event.answer.is}`;
  return name;
}

interface News {
  readonly what: string;
  readonly fault: Fault | null;
  readonly process: Process;
  readonly event: Event;
}

function nodeNews({ machine }: Draft, process: Process): readonly News[] {
  const { node } = machine;
  const told = { ...process, nodeWatch: 'running' as const, nodeTold: node.resourceVersion };
  if (process.nodeWatch !== 'running') {
    const event: Event = { on: 'node-watch', told: { is: 'listed', objects: [node] } };
    return [{ what: 'the watch of the Node lists', fault: null, process: told, event }];
  }
  const broken: Event = { on: 'node-watch', told: { is: 'broken', reason: lost } };
  const breaks: News = {
    what: 'the watch of the Node breaks',
    fault: 'watch',
    process: { ...process, nodeWatch: 'broken' },
    event: broken,
  };
  if (process.nodeTold === node.resourceVersion) return [breaks];
  const event: Event = { on: 'node-watch', told: { is: 'changed', object: node } };
  return [{ what: 'the watch tells of the Node', fault: null, process: told, event }, breaks];
}

function leaseNews({ lease }: Draft, process: Process): readonly News[] {
  if (process.leaseWatch === 'off') return [];
  const ref = process.state.facts.lease.ref;
  const told = { ...process, leaseWatch: 'running' as const, leaseTold: lease.metadata.resourceVersion };
  if (process.leaseWatch !== 'running') {
    const event: Event = { on: 'lease-watch', lease: ref, told: { is: 'listed', objects: [lease] } };
    return [{ what: 'the watch of the Lease lists', fault: null, process: told, event }];
  }
  const broken: Event = { on: 'lease-watch', lease: ref, told: { is: 'broken', reason: lost } };
  const breaks: News = {
    what: 'the watch of the Lease breaks',
    fault: 'watch',
    process: { ...process, leaseWatch: 'broken' },
    event: broken,
  };
  if (process.leaseTold === lease.metadata.resourceVersion) return [breaks];
  const event: Event = { on: 'lease-watch', lease: ref, told: { is: 'changed', object: lease } };
  return [{ what: 'the watch tells of the Lease', fault: null, process: told, event }, breaks];
}

/** A request that lost its answer takes effect, or has died on the way. */
function lateWrites({ of }: At): readonly Outcome[] {
  const found: Outcome[] = [];
  const { late } = of.machine;
  for (const [index, effect] of late.entries()) {
    const without = { ...of, machine: { ...of.machine, late: late.filter((_, other) => other !== index) } };
    found.push(outcome(`a late ${effect.do} (${effect.purpose}) arrives`, null, written(without, effect).draft));
    found.push(outcome(`a late ${effect.do} (${effect.purpose}) is lost for good`, null, without));
  }
  return found;
}

function machineSteps({ of, model, fresh }: At): readonly Outcome[] {
  const { machine, lease } = of;
  const found: Outcome[] = [];
  if (machine.goingDown) {
    const breach = of.breach ?? breachOfGoingDown(machine, lease);
    found.push(outcome('it reboots', null, { ...of, machine: booted(machine, model, fresh, true), breach }));
  }
  found.push(
    outcome('the power is cut and comes back', 'power', { ...of, machine: booted(machine, model, fresh, false) }),
  );
  if (machine.node.bootID !== machine.boot || machine.node.ready !== 'True') {
    found.push(outcome('the kubelet reports Ready', null, { ...of, machine: reported(of, 'True') }));
    if (machine.node.bootID !== machine.boot)
      found.push(
        outcome('the kubelet reports its boot, not Ready', 'not-ready', { ...of, machine: reported(of, 'False') }),
      );
  }
  const permission = machine.permission === 'allowed' ? 'refused' : 'allowed';
  const turned = { ...of, machine: { ...machine, permission } as Machine };
  found.push(
    outcome(
      `permission is ${permission}`,
      permission === 'refused' ? 'permission' : null,
      tell(turned, { on: 'permission-hint' }, fresh),
    ),
  );
  if (machine.need === null) {
    const number = machine.witness.met.length + 1;
    const need = {
      fingerprint: `need-${number}`,
      source: '/run/reboot-required',
      reasons: [`package-${number}`],
      older: false,
    };
    found.push(outcome('a new need comes', 'need', needs(of, need, fresh)));
  } else found.push(outcome('the need goes', 'need', needs(of, null, fresh)));
  return found;
}

function needs(of: Draft, need: Machine['need'], fresh: Fresh): Draft {
  const machine = { ...of.machine, need };
  return tell({ ...of, machine }, { on: 'need', answer: needAnswer(machine) }, fresh);
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
    witness: { ...witness, calledFor: null, met },
  };
}

function reported({ machine, model }: Draft, ready: 'True' | 'False'): Machine {
  const { node } = machine;
  const moved = knowsOlder(machine, 'node', model);
  return { ...moved, node: { ...node, bootID: machine.boot, ready, resourceVersion: currentNode } };
}

function timePasses(at: At, process: Process): readonly Outcome[] {
  if (process.wakeAt === null) return [];
  const soon = outcome('time passes', null, wake(at, process.wakeAt - mono));
  const far = untilFarOff(textOf(at.of.machine));
  return far === null || far <= process.wakeAt - mono
    ? [soon]
    : [soon, outcome('a long time passes', null, wake(at, far))];
}

/** Time goes on; who wanted to be woken by then is. */
function wake({ of, fresh }: At, ms: number): Draft {
  const machine = machineOf(timePassed(textOf(of.machine), Math.max(0, ms)), of.model);
  const due = machine.process?.wakeAt !== null && (machine.process?.wakeAt ?? 0) <= mono;
  const later = { ...of, machine };
  return due ? tell(later, { on: 'time' }, fresh) : later;
}

function withProcess(of: Draft, process: Process): Draft {
  return { ...of, machine: { ...of.machine, process } };
}
