import { appendFileSync, existsSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { keepFolders } from './available.ts';
import type { ClusterAccess } from './control-plane.ts';
import { type Kubelet, type KubeletOptions, startKubelet } from './kubelet.ts';
import { type MachineFolders, makeMachineFolders, rebootCommand } from './machine-folders.ts';
import { type Namespace, openNamespace, type Service } from './machine-namespace.ts';
import { type Exit, type Finished, runCommand } from './process.ts';
import { seen, within } from './waiting.ts';

export interface MachineOptions {
  /** Its host name, and its node's name. */
  readonly name: string;
  /** The program under test, started at each boot as systemd would. */
  readonly service?: readonly string[];
  /** Not started at boots before the first call of `startService`, as a service that is not enabled yet. */
  readonly serviceAtBoot?: false;
  /** The program's environment; PATH is always there. */
  readonly env?: Readonly<Record<string, string>>;
  /** The stand-in for the kubelet, started at each boot and ended with it. Its boot ID and machine ID are the machine's. */
  readonly kubelet?: Omit<KubeletOptions, 'node' | 'bootIdFile' | 'machineIdFile'> & {
    readonly cluster: Pick<ClusterAccess, 'program' | 'directory'>;
  };
  /** What happens when `rebootCommand` is run for the nth time (from 1). Default: the machine reboots. */
  readonly onRebootAsked?: (nth: number) => 'reboot' | 'nothing';
}

/** A machine without a machine: a program under test in namespaces of its own, with its own boot ID, machine ID, /run, /etc and /var/lib. */
export interface Machine extends AsyncDisposable {
  readonly name: string;
  readonly folders: MachineFolders;
  readonly bootId: string;
  /** How often it was booted. */
  readonly boots: number;
  readonly up: boolean;
  /** Its boots, oldest first, and when each began, in milliseconds since 1970. */
  readonly booted: readonly { readonly bootId: string; readonly at: number }[];
  /** What was run in it, and when. */
  readonly ran: readonly { readonly command: string; readonly at: number }[];
  /** How often `rebootCommand` was run. */
  readonly rebootsAsked: number;
  readonly kubelet: Kubelet | undefined;
  readonly service: Service | undefined;
  boot(): Promise<void>;
  /** Ends everything at once; it stays off until `boot`. Its disk stays as it is. */
  powerCut(): Promise<void>;
  /** As an orderly reboot goes: SIGTERM, up to 10 s, then everything ends, and it boots. Nothing if it is off. */
  reboot(): Promise<void>;
  startService(): Promise<void>;
  /** SIGKILL to the program under test alone; resolves when it is gone. */
  killService(): Promise<Exit>;
  /** SIGTERM to it, as `systemctl stop` would, and resolves when it is gone. */
  stopService(): Promise<Exit>;
  /** Runs a command in the machine. */
  run(command: readonly string[], milliseconds?: number): Promise<Finished>;
  /** Creates /run/reboot-required, and beside it the packages that asked for it. */
  requireReboot(packages?: readonly string[]): void;
  /** Resolves once it has been booted `boots` times in all, and is up. */
  awaitBoot(boots: number, milliseconds?: number): Promise<void>;
  awaitRebootAsked(times: number, milliseconds?: number): Promise<void>;
  /** What the program wrote (both outputs) in the boot of that number, from 1; default: the last one. */
  log(boot?: number): string;
  awaitLog(pattern: RegExp, milliseconds?: number, boot?: number): Promise<RegExpExecArray>;
}

export { rebootCommand };

const stopLimit = 10_000;

/** Makes a machine that is off. What boots need (configuration, credentials) can be put into its folders first. */
export function makeMachine(options: MachineOptions): Machine {
  const folders = makeMachineFolders(options.name);
  const env = { PATH: process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin', ...options.env };
  const events = new EventTarget();
  const told = (): boolean => events.dispatchEvent(new Event('change'));
  const follow = (changed: () => void): (() => void) => {
    events.addEventListener('change', changed);
    return () => events.removeEventListener('change', changed);
  };
  let namespace: Namespace | undefined;
  let service: Service | undefined;
  let kubelet: Kubelet | undefined;
  let bootId = '';
  let boots = 0;
  const ran: { readonly command: string; readonly at: number }[] = [];
  const booted: { readonly bootId: string; readonly at: number }[] = [];
  let rebootsAsked = 0;
  let enabled = options.serviceAtBoot !== false;
  let failure: unknown;
  let unwatch = (): void => undefined;
  // Boots and ends of the machine happen one after another, however they are asked for.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };

  const logFile = (boot: number): string => join(folders.disk, `boot-${boot}.log`);
  const log = (boot = boots): string => (existsSync(logFile(boot)) ? readFileSync(logFile(boot), 'utf8') : '');

  const startService = async (): Promise<void> => {
    enabled = true;
    if (namespace === undefined) throw new Error(`machine ${options.name} is off`);
    if (options.service === undefined) throw new Error(`machine ${options.name} has no service`);
    service = await namespace.start(options.service, env, logFile(boots));
  };
  const up = async (): Promise<void> => {
    if (namespace !== undefined) throw new Error(`machine ${options.name} is up`);
    bootId = folders.boot();
    boots += 1;
    booted.push({ bootId, at: Date.now() });
    writeFileSync(logFile(boots), '');
    unwatch = watchAsked();
    namespace = await openNamespace(folders, options.name);
    if (options.kubelet !== undefined)
      kubelet = startKubelet(options.kubelet.cluster, {
        ...options.kubelet,
        node: options.name,
        bootIdFile: folders.bootIdFile,
        machineIdFile: folders.machineIdFile,
      });
    if (options.service !== undefined && enabled) await startService();
    told();
  };
  const down = async (): Promise<void> => {
    unwatch();
    const [ending, reporting] = [namespace, kubelet];
    namespace = undefined;
    kubelet = undefined;
    await Promise.all([ending?.kill(), reporting?.kill()]);
    await service?.exited;
    service = undefined;
    told();
  };
  const endService = async (signal: NodeJS.Signals): Promise<Exit> => {
    if (service === undefined) throw new Error(`no service runs on machine ${options.name}`);
    service.kill(signal);
    return await within(
      stopLimit,
      `the service on ${options.name} to end by ${signal}`,
      () => service?.exited ?? Promise.reject(),
    );
  };
  // Asked twice in one boot, a machine reboots once.
  const reboot = (boot = boots): Promise<void> =>
    inTurn(async () => {
      if (boot !== boots || namespace === undefined) return;
      if (service?.running === true) await endService('SIGTERM').catch(() => undefined);
      await down();
      await up();
    });

  const watchAsked = (): (() => void) => {
    let linesSeen = 0;
    const watcher = watch(dirname(folders.rebootAskedFile), (_event, name) => {
      if (name !== basename(folders.rebootAskedFile) || !existsSync(folders.rebootAskedFile)) return;
      const lines = readFileSync(folders.rebootAskedFile, 'utf8').split('\n').length - 1;
      for (; linesSeen < lines; linesSeen += 1) {
        rebootsAsked += 1;
        if ((options.onRebootAsked?.(rebootsAsked) ?? 'reboot') === 'reboot') reboot().catch(remember);
      }
      told();
    });
    return () => watcher.close();
  };
  const remember = (error: unknown): void => {
    failure = error;
    told();
  };
  const awaitState = async (milliseconds: number, what: string, is: () => boolean): Promise<void> => {
    const look = (): true | undefined => {
      if (failure !== undefined) throw failure;
      return is() ? true : undefined;
    };
    const state = (): string => `boot ${boots}, asked ${rebootsAsked} times, log: ${log().slice(-1000)}`;
    await seen(milliseconds, `${options.name}: ${what}`, look, follow, state);
  };

  return {
    name: options.name,
    folders,
    get bootId() {
      return bootId;
    },
    get boots() {
      return boots;
    },
    get up() {
      return namespace !== undefined;
    },
    booted,
    ran,
    get rebootsAsked() {
      return rebootsAsked;
    },
    get kubelet() {
      return kubelet;
    },
    get service() {
      return service;
    },
    boot: () => inTurn(up),
    powerCut: () => inTurn(down),
    reboot: () => reboot(),
    startService,
    killService: () => endService('SIGKILL'),
    stopService: () => endService('SIGTERM'),
    run(command, milliseconds = 30_000) {
      if (namespace === undefined) throw new Error(`machine ${options.name} is off`);
      ran.push({ command: command.join(' '), at: Date.now() });
      return runCommand(namespace.enter(command), { milliseconds, env });
    },
    requireReboot(packages = []) {
      for (const one of packages) appendFileSync(join(folders.run, 'reboot-required.pkgs'), `${one}\n`);
      writeFileSync(join(folders.run, 'reboot-required'), '*** System restart required ***\n');
    },
    awaitBoot: (wanted, milliseconds = 60_000) =>
      awaitState(milliseconds, `boot ${wanted}`, () => boots >= wanted && namespace !== undefined),
    awaitRebootAsked: (times, milliseconds = 60_000) =>
      awaitState(milliseconds, `reboot asked ${times} times`, () => rebootsAsked >= times),
    log,
    awaitLog: (pattern, milliseconds = 30_000, boot = boots) =>
      seen(
        milliseconds,
        `a log line of ${options.name} that matches ${pattern}`,
        () => pattern.exec(log(boot)) ?? undefined,
        (changed) => {
          const watcher = watch(folders.disk, changed);
          return () => watcher.close();
        },
        () => log(boot).slice(-2000),
      ),
    async [Symbol.asyncDispose]() {
      await inTurn(down);
      if (!keepFolders()) folders.remove();
    },
  };
}
