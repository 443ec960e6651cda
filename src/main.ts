import { helpWidth } from './cli/help.ts';
import { type ExitCode, exitCode } from './cli/io.ts';
import { runCli } from './cli/main.ts';
import { outletTo } from './cli/outlet.ts';
import { wholeInput } from './cli/whole-input.ts';
import { systemClock } from './daemon/clock.ts';
import { usualPlaces } from './daemon/environment.ts';

declare const KURED_HOST_VERSION: string;
declare const KURED_HOST_REVISION: string;
declare const KURED_HOST_BUILT: string;

const edge = new AbortController();
const { argv, env, pid } = process;

const out = outletTo(process.stdout);
const err = outletTo(process.stderr);

void runCli(argv.slice(2), {
  clock: systemClock,
  pid,
  program: argv[1] ?? '',
  env,
  terminal: process.stderr.isTTY === true,
  width: helpWidth(process.stdout.columns),
  asRoot: process.getuid?.() === 0,
  version: typeof KURED_HOST_VERSION === 'string' ? KURED_HOST_VERSION : '0.0.0',
  revision: typeof KURED_HOST_REVISION === 'string' ? KURED_HOST_REVISION : 'source',
  built: typeof KURED_HOST_BUILT === 'string' ? Date.parse(KURED_HOST_BUILT) : 0,
  nodeVersion: process.version,
  places: { ...usualPlaces, bootId: '/proc/sys/kernel/random/boot_id' },
  zone: () => {
    // What runs keeps the zone of its start; that TZ is deleted, even where it was not set, has /etc/localtime read again.
    if (env['TZ'] === undefined) delete env['TZ'];
    return new Intl.DateTimeFormat().resolvedOptions().timeZone;
  },
  signal: edge.signal,
  onSignal: (name, handle) => process.on(name, handle),
  input: (most) => wholeInput(process.stdin as AsyncIterable<Buffer>, most),
  out: out.write,
  err: err.write,
}).then(end);

/** Ends the process when all it said was written. Whatever is still open (a socket kept alive, a watch) is of no use any more. */
async function end(code: ExitCode): Promise<void> {
  // Nobody looks at a signal any more: it ends a process whose reader takes its time.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
  const loss = await out.loss();
  if (loss !== null) {
    err.write(
      `standard output could not be written to its end (${loss}): what arrived is not whole, so do not use it; make room and run the command again\n`,
    );
  }
  const whole = (await err.loss()) === null && loss === null;
  process.exit(code === exitCode.done && !whole ? exitCode.failed : code);
}
