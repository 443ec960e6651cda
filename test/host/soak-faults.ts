import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlPlane } from '../cluster/control-plane.ts';
import type { Guest } from './guest.ts';
import type { Fault, NeedKind } from './soak-plan.ts';

/**
 * Brings a guest to its need, which names the round: the same reasons again within an hour are no new need. The files are those of
 * dbus.postinst, which `package` really runs.
 */
export async function bringNeed(guest: Guest, kind: NeedKind, round: number): Promise<void> {
  await guest.sh(`echo linux-image-${round} >>/run/reboot-required.pkgs`);
  if (kind === 'files') await guest.sh('touch /run/reboot-required');
  else await guest.must(['apt-get', 'install', '--reinstall', '-y', 'dbus'], { milliseconds: 120_000 });
}

/** Brings about a fault, and resolves when it is over: the power back, the server there again. False when there was nothing to do it to. */
export async function bringFault(fault: Fault, guests: readonly Guest[], cluster: ControlPlane): Promise<boolean> {
  switch (fault.kind) {
    case 'power cut':
      return await cutPower(guests[fault.guest], fault.off);
    case 'service killed':
      return await tell(guests[fault.guest], ['kill', '--signal=KILL', 'kured-host']);
    case 'service restarted':
      return await tell(guests[fault.guest], ['restart', 'kured-host']);
    case 'logind restarted':
      return await tell(guests[fault.guest], ['restart', 'systemd-logind']);
    case 'API server restarted':
      await cluster.stop();
      await sleep(fault.away);
      await cluster.start();
      return true;
    case 'API server frozen':
      cluster.freeze();
      await sleep(fault.away);
      cluster.thaw();
      return true;
  }
}

async function cutPower(guest: Guest | undefined, off: number): Promise<boolean> {
  if (guest?.up !== true) return false;
  await guest.powerCut();
  await sleep(off);
  await guest.boot();
  return true;
}

/** A guest that goes down meanwhile takes no orders. */
async function tell(guest: Guest | undefined, command: readonly string[]): Promise<boolean> {
  if (guest?.up !== true) return false;
  const told = await guest.run(['systemctl', ...command]).catch(() => undefined);
  return told?.code === 0;
}
