import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Run } from './sets.ts';

interface Ran {
  readonly well: boolean;
  readonly text: string;
}

/** Carries the runs out, two at a time, and prints each as it ends; whether no law was broken and all was visited. */
export async function runSet(runs: readonly Run[], out: NodeJS.WritableStream): Promise<boolean> {
  const began = performance.now();
  const left = [...runs];
  let well = true;
  let states = 0;
  const work = async (): Promise<void> => {
    for (let run = left.shift(); run !== undefined; run = left.shift()) {
      const ran = await carryOut(run);
      well = well && ran.well;
      states += Number(/^\d+/.exec(ran.text)?.[0] ?? 0);
      out.write(`${run.name}: ${ran.text.trim().replaceAll('\n', '\n  ')}\n`);
    }
  };
  await Promise.all([work(), work()]);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  out.write(`${runs.length} runs, ${states} states, ${seconds} s: ${well ? 'no law broken' : 'NOT ALL WELL'}\n`);
  return well;
}

function carryOut({ settings }: Run): Promise<Ran> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const { SET: _, FAULTS: __, ...env } = process.env;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: { ...env, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (part: Buffer) => {
    text += part.toString();
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ well: code === 0 && text.includes('all reachable'), text }));
  });
}
