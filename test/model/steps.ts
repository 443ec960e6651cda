import type { LeaseObject } from '../../src/core/lease/object.ts';
import type { Event } from '../../src/core/phases/event.ts';
import { answers, failures, lost, written } from './answers.ts';
import { draft, type Fresh, kill, start, tell } from './machine.ts';
import { machineSteps } from './machine-steps.ts';
import { othersWrite, resolutions } from './others.ts';
import type { Add, Draft, Flight, Machine, Model, Outcome, Process } from './parts.ts';
import { personsDeeds } from './persons.ts';
import { moments, mono, timePassed } from './tokens.ts';

/**
 * Everything that can happen next to one machine beside this Lease, every fault and person's act that the model allows
 * included; how many of them, the explorer decides.
 *
 * One reduction: time passes on a machine only while nothing of it is under way but a drain, which is long by nature; for that a
 * machine may take as long as it likes over each step is what the other machines' time passing means; within one machine the
 * fault `slow` stands for it.
 */
export function steps(
  machine: Machine,
  lease: LeaseObject,
  model: Model,
  fresh: Fresh,
  wanted: 'all' | 'faultless' | 'faults' = 'all',
): readonly Outcome[] {
  const found: Outcome[] = [];
  const add: Add = (what, fault, make) => {
    if (fault === null ? wanted === 'faults' : wanted === 'faultless' || (model.faults[fault] ?? 0) === 0) return;
    const { machine: next, lease: after, leaseMoved, breach } = make();
    found.push({ what, fault, machine: next, lease: leaseMoved ? after : null, breach });
  };
  const at: At = { of: draft(machine, lease, model), fresh, add };
  const { process } = machine;
  if (process === null) add(`${machine.name}: the service starts`, null, () => start(at.of, fresh));
  else living(at, process);
  lateWrites(at);
  machineSteps(at.of, fresh, add);
  personsDeeds(at.of, fresh, add);
  othersWrite(at.of, add);
  return found;
}

interface At {
  readonly of: Draft;
  readonly fresh: Fresh;
  readonly add: Add;
}

function living(at: At, process: Process): void {
  const { of, fresh, add } = at;
  const { name, goingDown } = of.machine;
  const told = [nodeNews(at, process), leaseNews(at, process)];
  for (const flight of process.flights) flightEnds(at, process, flight);
  const underWay = process.flights.filter(({ effect }) => effect.lane !== 'drain');
  if (underWay.length === 0 && !told.includes(true) && !goingDown) timePasses(at, process);
  if (process.flights.length > 0) add(`${name}: eleven seconds pass`, 'slow', () => wake(at, 11_000));
  for (const meaning of ['stop', 'restart'] as const)
    add(`${name}: SIGTERM, a ${meaning}`, 'stop', () => tell(of, { on: 'stop', meaning }, fresh));
  add(`${name}: the service is killed`, 'crash', () => ({ ...of, machine: kill(of.machine, true) }));
  if (process.flights.some(({ effect }) => effect.do === 'reboot'))
    add(`${name}: the service is killed, its call unheard`, 'crash', () => ({
      ...of,
      machine: kill(of.machine, false),
    }));
}

function flightEnds({ of, fresh, add }: At, process: Process, flight: Flight): void {
  const rest = { ...process, flights: process.flights.filter((other) => other !== flight) };
  const before = withProcess(of, rest);
  const { effect } = flight;
  const does = 'purpose' in effect ? `${effect.do} (${effect.purpose})` : effect.do;
  const name = `${of.machine.name}: ${does}`;
  for (const { draft: after, event } of answers(before, flight))
    add(ended(name, event), null, () => tell(after, event, fresh));
  failures(before, flight, (what, fault, make) => {
    add(`${name}: ${what}`, fault, () => {
      const { draft: after, event } = make();
      return tell(after, event, fresh);
    });
  });
}

function ended(name: string, event: Event): string {
  if ('result' in event) return `${name}: ${event.result.is}`;
  if (event.on === 'permission') return `${name}: ${event.answer.is}`;
  return name;
}

/** What a watch tells; whether it has anything to tell. */
function nodeNews({ of, fresh, add }: At, process: Process): boolean {
  const { node, name } = of.machine;
  const told = withProcess(of, { ...process, nodeWatch: 'running', nodeTold: node.resourceVersion });
  if (process.nodeWatch !== 'running') {
    add(`${name}: the watch of the Node lists`, null, () =>
      tell(told, { on: 'node-watch', told: { is: 'listed', objects: [node] } }, fresh),
    );
    return true;
  }
  const broken = withProcess(of, { ...process, nodeWatch: 'broken' });
  add(`${name}: the watch of the Node breaks`, 'watch', () =>
    tell(broken, { on: 'node-watch', told: { is: 'broken', reason: lost } }, fresh),
  );
  if (process.nodeTold === node.resourceVersion) return false;
  add(`${name}: the watch tells of the Node`, null, () =>
    tell(told, { on: 'node-watch', told: { is: 'changed', object: node } }, fresh),
  );
  return true;
}

function leaseNews({ of, fresh, add }: At, process: Process): boolean {
  if (process.leaseWatch === 'off') return false;
  const { name } = of.machine;
  const { ref: lease } = process.state.facts.lease;
  const { resourceVersion } = of.lease.metadata;
  const next = { ...process, leaseWatch: 'running' as const, leaseTold: resourceVersion };
  if (process.leaseWatch !== 'running') {
    for (const seen of resolutions(of))
      add(`${name}: the watch of the Lease lists`, null, () =>
        tell(
          withProcess(seen, next),
          { on: 'lease-watch', lease, told: { is: 'listed', objects: [seen.lease] } },
          fresh,
        ),
      );
    return true;
  }
  const broken = withProcess(of, { ...process, leaseWatch: 'broken' });
  add(`${name}: the watch of the Lease breaks`, 'watch', () =>
    tell(broken, { on: 'lease-watch', lease, told: { is: 'broken', reason: lost } }, fresh),
  );
  if (process.leaseTold === resourceVersion) return false;
  for (const seen of resolutions(of))
    add(`${name}: the watch tells of the Lease`, null, () =>
      tell(withProcess(seen, next), { on: 'lease-watch', lease, told: { is: 'changed', object: seen.lease } }, fresh),
    );
  return true;
}

/** A request that lost its answer takes effect, or has died on the way. */
function lateWrites({ of, add }: At): void {
  const { late, name } = of.machine;
  for (const [index, effect] of late.entries()) {
    const without = { ...of, machine: { ...of.machine, late: late.filter((_, other) => other !== index) } };
    const what = `${name}: a late ${effect.do} (${effect.purpose})`;
    add(`${what} arrives`, null, () => written(without, effect).draft);
    add(`${what} is lost for good`, null, () => without);
  }
}

/** The next moment that the process waits for comes, or one of the later ones without it having been awake before. */
function timePasses(at: At, process: Process): void {
  const { name } = at.of.machine;
  if (process.wakeAt === null) return;
  const soon = Math.max(0, process.wakeAt - mono);
  at.add(`${name}: time passes`, null, () => wake(at, soon));
  if (process.flights.length > 0) return;
  for (const later of moments(at.of.machine))
    if (later > soon) at.add(`${name}: a long time passes`, null, () => wake(at, later));
}

/** Time goes on; who wanted to be woken by then is. */
function wake({ of, fresh }: At, ms: number): Draft {
  const machine = timePassed(of.machine, ms, of.model.ages);
  const due = machine.process?.wakeAt !== null && (machine.process?.wakeAt ?? 0) <= mono;
  const later = { ...of, machine };
  return due ? tell(later, { on: 'time' }, fresh) : later;
}

function withProcess(of: Draft, process: Process): Draft {
  return { ...of, machine: { ...of.machine, process } };
}
