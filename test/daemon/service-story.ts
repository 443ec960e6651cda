import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ask } from '../../src/control/client.ts';
import type { Settings } from '../../src/core/settings.ts';
import type { ReasonStatus, Status } from '../../src/core/status.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import { type Service, startService } from '../../src/daemon/service.ts';
import type { Admin } from '../fleet/admin.ts';
import { settings as defaults, Fleet } from '../fleet/fleet.ts';
import { type Receiver, receiveAt } from '../systemd/native.ts';

/** What GET /v1/status tells. */
export interface Told {
  readonly status: Status | null;
  readonly waiting: ReasonStatus | null;
  readonly configuration: {
    readonly waits: readonly string[];
    readonly refused: string | null;
    readonly identity: string | null;
  };
}

/** The whole service in this process, on a machine of its own folder, before the fake API server. */
export interface Story {
  readonly fleet: Fleet;
  readonly admin: Admin;
  readonly folder: string;
  readonly service: Service;
  readonly settings: Settings;
  readonly sentinel: string;
  readonly kubeconfig: string;
  readonly runtime: string;
  /** What systemd was told since the last time. */
  readonly told: () => readonly string[];
  /** Gives the kubelet its credentials, in the usual file or another. */
  join(node: string, file?: string): void;
  /** Puts the credentials of an admin by that name in place of the kubelet's. */
  joinAs(name: string): void;
  needReboot(): void;
  needNothing(): void;
  reload(settings: Settings): void;
  /** Ends the service as a machine does that goes down, and starts it anew under another boot ID, which it answers. */
  reboot(node: string): Promise<void>;
  until(condition: (told: Told) => boolean | Promise<boolean>, what: string): Promise<Told>;
  /** Resolves when systemd was told that the service is ready, and tells what else it was told. */
  ready(): Promise<readonly string[]>;
}

export interface StoryOptions {
  /** Runs before the service starts. */
  readonly before?: (place: { folder: string; runtime: string; fleet: Fleet }) => void | Promise<void>;
  readonly change?: (settings: Settings, folder: string) => Settings;
}

export async function story(t: TestContext, options: StoryOptions = {}): Promise<Story> {
  const folder = mkdtempSync(join(tmpdir(), 'kured-host-service-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const fleet = await Fleet.open();
  t.after(() => fleet[Symbol.asyncDispose]());
  const places = {
    root: folder,
    state: join(folder, 'state'),
    runtime: join(folder, 'run'),
    bootId: join(folder, 'boot_id'),
    machineId: join(folder, 'machine-id'),
  };
  mkdirSync(places.state);
  writeFileSync(places.bootId, `${randomUUID()}\n`);
  writeFileSync(places.machineId, `${randomUUID().replaceAll('-', '')}\n`);
  const kubeconfig = join(folder, 'kubelet.conf');
  const sentinel = join(folder, 'reboot-required');
  const own: Settings = {
    ...defaults,
    credentials: { ...defaults.credentials, kubeconfig },
    sentinel: { ...defaults.sentinel, files: [sentinel] },
    reboot: { ...defaults.reboot, method: 'command', command: ['/bin/true'] },
    log: { level: 'error' },
  };
  const settings = options.change?.(own, folder) ?? own;
  const notify = join(folder, 'notify');
  const systemd: Receiver = receiveAt(t, notify);
  await options.before?.({ folder, runtime: places.runtime, fleet });
  const environment = {
    clock: systemClock,
    pid: process.pid,
    program: fileURLToPath(import.meta.url),
    env: { PATH: process.env['PATH'], NOTIFY_SOCKET: notify },
    terminal: false,
    version: '0.0.0',
    revision: 'test',
    nodeVersion: process.version,
    built: 0,
    places,
    zone: () => 'UTC',
  };
  let service = startService(environment, settings);
  t.after(async () => {
    service.stop('restart');
    service.stop('restart');
    await service.ended;
  });
  return {
    fleet,
    admin: fleet.admin,
    folder,
    get service() {
      return service;
    },
    settings,
    sentinel,
    kubeconfig,
    runtime: places.runtime,
    told: () => systemd.takeAll(),
    join: (node, file = kubeconfig) => writeFileSync(file, plainHttp(fleet.server.kubeconfig(node))),
    joinAs: (name) => {
      const admin = fleet.server.kubeconfigFor({ name, groups: ['system:masters'] });
      writeFileSync(kubeconfig, plainHttp(admin));
    },
    needReboot: () => writeFileSync(sentinel, ''),
    needNothing: () => rmSync(sentinel, { force: true }),
    reload: (fresh) => service.reload(async () => ({ valid: true, settings: fresh })),
    async reboot(node) {
      service.stop('shutdown');
      await service.ended;
      const boot = randomUUID();
      writeFileSync(places.bootId, `${boot}\n`);
      rmSync(sentinel, { force: true });
      // Both are on a file system that a boot begins anew.
      rmSync(places.runtime, { recursive: true, force: true });
      service = startService(environment, settings);
      await fleet.admin.report(node, boot, true);
    },
    async ready() {
      const told: string[] = [];
      while (!told.includes('READY=1')) {
        told.push(...systemd.takeAll());
        await systemClock.sleep(5, new AbortController().signal);
      }
      return told;
    },
    until: (condition, what) => until(join(places.runtime, 'status.sock'), condition, what),
  };
}

/** The page of metrics as it is now. */
export async function metricsAt(runtime: string): Promise<string> {
  const deps = { clock: systemClock, timeout: 5_000 };
  const asked = await ask(
    join(runtime, 'status.sock'),
    { method: 'GET', path: '/metrics' },
    deps,
    new AbortController().signal,
  );
  if (asked.is !== 'answer') throw new Error(`no metrics: ${JSON.stringify(asked)}`);
  return String(asked.body);
}

/** The fake API server of a fleet speaks HTTP, which is refused unless a kubeconfig allows it. */
function plainHttp(kubeconfig: string): string {
  const config = JSON.parse(kubeconfig) as { clusters: { cluster: Record<string, unknown> }[] };
  for (const { cluster } of config.clusters) cluster['insecure-skip-tls-verify'] = true;
  return JSON.stringify(config);
}

/** Asks until it is as wanted; the longest wait of the decisions themselves is a minute and a half. */
async function until(socket: string, condition: Parameters<Story['until']>[0], what: string): Promise<Told> {
  const never = new AbortController().signal;
  const end = systemClock.mono() + 120_000;
  for (;;) {
    const asked = await ask(
      socket,
      { method: 'GET', path: '/v1/status' },
      { clock: systemClock, timeout: 5_000 },
      never,
    );
    if (asked.is === 'answer' && (await condition(asked.body as Told))) return asked.body as Told;
    if (systemClock.mono() > end) throw new Error(`waited for "${what}"; stands at ${JSON.stringify(asked, null, 1)}`);
    await systemClock.sleep(20, never);
  }
}
