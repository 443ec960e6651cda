import type { Settings } from '../../src/core/settings.ts';
import type { Status } from '../../src/core/status.ts';
import type { Host } from '../../src/ports/host.ts';
import { seededChance, seededDraws } from '../fakes/chance.ts';
import { Disk } from './disk.ts';
import { type Blow, Gate } from './gate.ts';
import { hooksOf } from './hooks.ts';
import { Kubelet } from './kubelet.ts';
import { Logind } from './logind.ts';
import { processClock, WallClock } from './machine-clock.ts';
import { Sentinel } from './needs.ts';
import { Permit } from './permit.ts';
import { Process } from './process.ts';
import { logOf } from './process-log.ts';
import type { Surroundings } from './surroundings.ts';

type Power =
  | { readonly is: 'off' }
  | { readonly is: 'up'; readonly boot: string; readonly logind: Logind }
  /** `preparing`: logind has said so, and services still run and are started; then systemd stops them. */
  | {
      readonly is: 'going-down';
      readonly boot: string;
      readonly logind: Logind;
      readonly stage: 'preparing' | 'stopping';
    };

/** A machine: its power, its systemd, its kubelet, and the service's process. */
export class Machine {
  readonly name: string;
  readonly wall: WallClock;
  readonly sentinel: Sentinel;
  readonly permit: Permit;
  readonly kubelet: Kubelet;
  readonly disk: Disk;
  readonly #world: Surroundings;
  #settings: Settings;
  #power: Power = { is: 'off' };
  #process: Process | null = null;
  #boots = 0;
  #processes = 0;
  #booted = 0;
  /** What was to happen in this boot does not once the power is gone. */
  #cancels: (() => void)[] = [];

  constructor(name: string, world: Surroundings, settings: Settings) {
    const { strikes, time, network, witness } = world;
    this.name = name;
    this.#world = world;
    this.#settings = settings;
    const offset = (strikes.chance(`${name}/offset`) - 0.5) * 4_000;
    const drift = (strikes.chance(`${name}/drift`) - 0.5) * 0.0002;
    this.wall = new WallClock(time, { offset, drift });
    this.sentinel = new Sentinel(name, (fingerprint) => witness.need(name, fingerprint));
    this.permit = new Permit((answer) => witness.permission(name, answer));
    this.kubelet = new Kubelet(name, network);
    this.disk = new Disk(time);
  }

  get power(): Power['is'] {
    return this.#power.is;
  }

  /** Null: none runs. */
  get process(): Process | null {
    return this.#process;
  }

  status(): Status | null {
    return this.#process?.status() ?? null;
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** Another configuration, for the service that runs and those after it. */
  configure(settings: Settings): void {
    this.#settings = settings;
    this.#process?.configure(settings);
  }

  /** The power comes: the kernel, then the service and the kubelet. */
  switchOn(): void {
    this.#boots += 1;
    this.#processes = 0;
    const boot = this.#bootId();
    this.#power = { is: 'up', boot, logind: this.#newLogind(boot) };
    this.#booted = this.wall.mono();
    this.#world.witness.up(this.name, boot);
    const times = this.#world.weather.bootTimes(this.name, this.#boots);
    this.#later(times.service, () => this.#startService());
    if (times.kubelet === null) return;
    this.#later(times.kubelet, () => this.kubelet.start(boot, times.unready === 0));
    if (times.unready > 0) this.#later(times.kubelet + times.unready, () => this.kubelet.setReady(true));
  }

  /** Whatever keeps a machine from coming up is put right. */
  comeUp(): void {
    if (this.#power.is !== 'off' || this.#boots === 0) return;
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
    this.switchOn();
  }

  /** The power goes, and comes back after `off` milliseconds. */
  cutPower(off: number): void {
    if (this.#power.is === 'off') return;
    this.disk.losePower();
    this.#down('power', off);
  }

  /** Whatever kept the kubelet from starting in this boot is put right. */
  startKubelet(): void {
    if (this.#power.is === 'up' && !this.kubelet.running) this.kubelet.start(this.#power.boot);
  }

  /** SIGKILL of the service; systemd starts it again. */
  kill(): void {
    if (this.#process === null) return;
    this.#endProcess();
    if (this.#power.is === 'going-down' && this.#power.stage === 'stopping') return;
    const after = this.#world.weather.restartAfter(this.name, `boot-${this.#boots}/process-${this.#processes}`);
    this.#later(after, () => this.#startService());
  }

  #bootId(): string {
    const seed = Math.floor(this.#world.strikes.chance(`${this.name}/boot-${this.#boots}`) * 2 ** 32);
    const hex = seededChance(seed)();
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  #later(ms: number, work: () => void): void {
    this.#cancels.push(this.#world.time.timer(ms, work));
  }

  #startService(): void {
    if (this.#power.is === 'off' || this.#process !== null) return;
    if (this.#power.is === 'going-down' && this.#power.stage === 'stopping') return;
    this.#processes += 1;
    const { strikes, time, network, witness } = this.#world;
    const id = `${this.name}/boot-${this.#boots}/process-${this.#processes}`;
    const gate = new Gate(id, strikes, (blow, at) => this.#struck(blow, at));
    const draw = seededDraws(Math.floor(strikes.chance(`${id}/chance`) * 2 ** 32));
    const by = draw()();
    const clock = processClock(time, this.wall, this.#booted, draw, gate);
    witness.service(this.name, by);
    this.#process = new Process({
      node: this.name,
      boot: this.#power.boot,
      by,
      gate,
      clock,
      network,
      settings: this.#settings,
      host: this.#host(gate, by, this.#power.logind),
      hooks: hooksOf(gate, this.#world),
      sentinel: this.sentinel,
      permit: this.permit,
      log: logOf(id, gate, this.#world),
      ended: () => this.#ended(),
    });
    const process = this.#process;
    this.#world.onEnd(() => process.sweep());
    void process.run();
  }

  #struck(blow: Blow, at: string): void {
    this.#world.timeline.note(this.name, `${blow} ${at}`);
    if (blow === 'stall') this.#stall(at);
    else if (blow === 'kill') this.kill();
    else this.cutPower(this.#world.weather.powerOff(this.name, this.#boots));
  }

  /** The process stands still for a while, and then hears one after the other of what came meanwhile. */
  #stall(at: string): void {
    const { weather, strikes, time } = this.#world;
    const gate = this.#process?.gate;
    if (gate === undefined) return;
    const name = `stall ${at}`;
    const goOn = (): void => void (gate.handOn() && time.timer(0, goOn));
    gate.stand();
    const longest = strikes.chance(`${name}/long`) < 0.1 ? 1_200_000 : 60_000;
    time.timer(weather.between(name, 500, longest), goOn);
  }

  /** The process ended by itself: systemd leaves it so when it goes down, and starts it again otherwise. */
  #ended(): void {
    this.#process = null;
    this.#world.witness.service(this.name, null);
    if (this.#power.is === 'up') this.#later(1_000, () => this.#startService());
  }

  #endProcess(): void {
    if (this.#process === null) return;
    this.#process.gate.close();
    this.#process = null;
    this.#world.witness.service(this.name, null);
  }

  #down(why: 'reboot' | 'power', off: number): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
    this.#endProcess();
    this.#power = { is: 'off' };
    this.#world.witness.down(this.name, why);
    this.kubelet.stop();
    this.sentinel.forget();
    this.permit.forget();
    if (!this.#world.weather.needStays(this.name, this.#boots)) this.sentinel.vanish();
    this.#later(off, () => this.switchOn());
  }

  #newLogind(boot: string): Logind {
    const place = `${this.name}/boot-${this.#boots}`;
    const power = () => this.#power.is;
    const later = (ms: number, work: () => void): void => this.#later(ms, work);
    return new Logind({ node: this.name, place, boot, power, goDown: () => this.#goDown(), later }, this.#world);
  }

  #host(gate: Gate, by: string, logind: Logind): Host {
    const machine = `machine-${this.name}`;
    return {
      bootMark: async () => ({ is: 'no' }),
      machine: async () => ({ is: 'yes', value: machine }),
      lookAtShutdown: () => gate.call('look-at-shutdown', () => logind.look()),
      stopMeaning: () => gate.call('stop-meaning', async () => (this.#power.is === 'going-down' ? 'shutdown' : 'stop')),
      reboot: () => gate.call('reboot', () => logind.reboot(by)),
      memory: this.disk.store(gate),
    };
  }

  /** logind prepares; systemd stops the service and everything else; the machine is off, and boots. */
  #goDown(): void {
    if (this.#power.is !== 'up') return;
    const { boot, logind } = this.#power;
    const { weather } = this.#world;
    const place = `${this.name}/boot-${this.#boots}/going-down`;
    this.#power = { is: 'going-down', boot, logind, stage: 'preparing' };
    this.#later(weather.mostly(`${place}/prepares`, 10, 1_000, 5_000), () => {
      this.#power = { is: 'going-down', boot, logind, stage: 'stopping' };
      this.#process?.terminate('shutdown');
      this.#later(weather.mostly(`${place}/stops`, 500, 5_000, 90_000), () => {
        this.#down('reboot', weather.bootTimes(this.name, this.#boots + 1).off);
      });
    });
  }
}
