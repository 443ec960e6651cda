import type { Reason } from '../../src/core/reasons.ts';
import type { Log, LogFields } from '../../src/ports/outlets.ts';
import type { Gate } from './gate.ts';
import type { Surroundings } from './surroundings.ts';

/** What a process says goes into the timeline; a defect that it admits ends the run. */
export function logOf(process: string, gate: Gate, world: Surroundings): Log {
  return {
    event: (code, fields = {}) => {
      if (!gate.open) return;
      if (code === 'internal-error') world.break(`${process} met a defect of its own: ${text(fields)}`);
      world.timeline.note(process, () => `${code}${text(fields)}`);
    },
    always: () => {},
    setLevel: () => {},
  };
}

function text(fields: LogFields): string {
  const parts = Object.entries(fields).filter(([, value]) => value !== undefined);
  return parts.map(([name, value]) => ` ${name}=${typeof value === 'object' ? reasonText(value) : value}`).join('');
}

function reasonText({ code, details }: Reason): string {
  const words = Object.entries(details ?? {}).map(([name, value]) => `${name}: ${value}`);
  return words.length === 0 ? code : `${code} (${words.join(', ')})`;
}
