import * as v from 'valibot';
import { type FaultName, faults } from './faults.ts';
import type { Plan } from './plan.ts';

const names = Object.keys(faults) as [FaultName, ...FaultName[]];
const whole = (least: number): v.GenericSchema<number> => v.pipe(v.number(), v.safeInteger(), v.minValue(least));
const schema = v.strictObject({
  seed: whole(0),
  nodes: whole(1),
  concurrency: whole(1),
  duration: whole(0),
  rates: v.strictObject(v.entriesFromList(names, v.optional(v.pipe(v.number(), v.minValue(0))))),
  only: v.nullable(v.array(v.string())),
});

/** A plan as one line, for `make simulate PLAN='…'`. */
export function planText(plan: Plan): string {
  return JSON.stringify(plan);
}

/** Throws with one sentence about what is wrong with the text. */
export function planFrom(text: string): Plan {
  const read = v.safeParse(schema, parsed(text));
  if (read.success) return read.output as Plan;
  const [{ message }] = read.issues;
  throw new Error(`PLAN: ${v.getDotPath(read.issues[0]) ?? 'the plan'}: ${message}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`PLAN is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}
