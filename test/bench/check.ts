import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/kured-host', import.meta.url));

/** Milliseconds from the start of each command to its end. `version` starts the program and does nothing: what is left is check's own. */
export interface CheckTimes {
  readonly check: readonly number[];
  readonly version: readonly number[];
}

/** `check` with three windows and two blockers on a server that answers, and `version`, in turn, so that a load is felt by both. */
export async function checkTimes(times: number): Promise<CheckTimes> {
  const folder = mkdtempSync(join(tmpdir(), 'kured-host-bench-'));
  const body = JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [] } });
  const server = createServer((_request, response) => void response.end(body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const file = join(folder, 'config.yaml');
  writeFileSync(file, settings(url, join(folder, 'reboot-required')));
  const found = { check: [] as number[], version: [] as number[] };
  try {
    for (let done = 0; done < times; done += 1) {
      found.check.push(await timed(['check', '--config', file], /^(?:allowed|refused)\n(?![\s\S]*cannot tell)/));
      found.version.push(await timed(['version'], /kured-host/));
    }
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return found;
}

function settings(url: string, sentinel: string): string {
  return `sentinel: {files: [${sentinel}]}
maintenance:
  windows:
    - {days: mon-fri, start: "22:00", end: "5:00", timeZone: Europe/Berlin}
    - {days: [sat, sun], timeZone: America/New_York}
    - {cron: "0 2 * * sat", duration: 4h}
blockers:
  prometheus:
    - {url: "${url}", alertFilterRegexp: ^(Watchdog|KuredHost.*)$, alertFiringOnly: true}
    - {url: "${url}", query: ceph_health_status > 0}
`;
}

async function timed(parameters: readonly string[], expected: RegExp): Promise<number> {
  const began = performance.now();
  const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  await once(child, 'close');
  const took = performance.now() - began;
  if (!expected.test(out)) throw new Error(`kured-host ${parameters.join(' ')} said ${out}`);
  return took;
}
