import { readdirSync, readFileSync } from 'node:fs';

/** Kibibytes, as the kernel counts them (proc_pid_smaps(5)). */
export interface Memory {
  readonly resident: number;
  readonly proportional: number;
  readonly privateDirty: number;
}

/** What a process has used since it began. */
export interface Use {
  /** Of a processor, in milliseconds; the kernel counts in ticks of 10. */
  readonly cpu: number;
  /** How often a thread of it gave its processor up, so how often it was woken. */
  readonly wakeUps: number;
}

export function memoryOf(pid: number): Memory {
  return parseMemory(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
}

export function parseMemory(text: string): Memory {
  return {
    resident: field(text, 'Rss'),
    proportional: field(text, 'Pss'),
    privateDirty: field(text, 'Private_Dirty'),
  };
}

export function useOf(pid: number): Use {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8'),
  );
  return {
    cpu: parseCpu(readFileSync(`/proc/${pid}/stat`, 'utf8')),
    wakeUps: threads.reduce((sum, text) => sum + field(text, 'voluntary_ctxt_switches'), 0),
  };
}

/** utime and stime, fields 14 and 15 of proc_pid_stat(5); the second field may hold blanks and brackets. */
export function parseCpu(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function field(text: string, name: string): number {
  const found = new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`there is no ${name} in ${text.slice(0, 60)}`);
  return Number(found);
}

export function memoryText({ resident, proportional, privateDirty }: Memory): string {
  const mega = (kibi: number): string => `${((kibi * 1024) / 1e6).toFixed(1)} MB`;
  return `${mega(resident)} resident, ${mega(proportional)} proportional, ${mega(privateDirty)} private dirty`;
}
