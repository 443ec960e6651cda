import assert from 'node:assert/strict';
import type { Guest, GuestOptions } from './guest.ts';
import { type TestRepository, testRepository } from './repository.ts';

/** What an admin sees of an installation. */
export interface Installation {
  /** Of the installed package; "" when there is none. */
  readonly version: string;
  /** As `systemctl is-enabled` and `is-active` say; enabled is "" for a unit that is not there. */
  readonly enabled: string;
  readonly active: string;
  /** How often the daemon has started, over all boots. */
  readonly starts: number;
}

/** The message ID of "The service starts" (src/log/message-ids.ts). */
const starting = '3293da35129648f488e6fb0933005de3';

/** How things stand in a guest. */
export async function installation(guest: Guest): Promise<Installation> {
  const script = `
    echo "$(dpkg-query --show --showformat '\${db:Status-Status} \${Version}' kured-host 2>/dev/null | sed -n 's/^installed //p'
      ! rpm --query kured-host >/dev/null 2>&1 || rpm --query --queryformat '%{VERSION}-%{RELEASE}' kured-host)"
    echo "$(systemctl is-enabled kured-host.service 2>/dev/null | sed 's/not-found//')"
    systemctl is-active kured-host.service || true
    journalctl --sync
    journalctl --quiet --output=cat MESSAGE_ID=${starting} | wc -l`;
  const [version = '', enabled = '', active = '', starts = ''] = (await guest.sh(script)).trimEnd().split('\n');
  return { version, enabled, active, starts: Number(starts) };
}

/** Where a guest sees it. */
export const place = '/srv/repository';

/** For `makeGuest`: the guest sees the signed repository of two versions. */
export async function seesRepository(): Promise<{ readonly folders: NonNullable<GuestOptions['folders']> }> {
  const { folder } = await testRepository();
  return { folders: { [place]: folder } };
}

/** The versions in the repository as apt writes them. */
export async function versions(): Promise<Pick<TestRepository, 'older' | 'newer'>> {
  const { older, newer } = await testRepository();
  return { older: `${older}-1`, newer: `${newer}-1` };
}

/** Makes the repository known to the guest's apt, as an admin does; asks no other repository. */
export async function knowRepository(guest: Guest): Promise<void> {
  const lines = ['Types: deb', `URIs: file:${place}/apt`, 'Suites: stable', 'Components: main'];
  const signed = `Signed-By: ${place}/kured-host.asc`;
  guest.put('/etc/apt/sources.list.d/kured-host.sources', `${lines.join('\n')}\n${signed}\n`);
  // Else apt throws away what it knows of the suite itself, and finds none of its packages any more.
  const keep = '--option=APT::Get::List-Cleanup=false';
  await apt(guest, 'update', '--option=Dir::Etc::sourcelist=/dev/null', keep);
}

/** `apt-get -y …` as an admin's tool runs it, which has to succeed; everything that it shows. */
export async function apt(guest: Guest, ...parameters: readonly string[]): Promise<string> {
  const command = ['apt-get', '--yes', '--quiet', '--option=Dpkg::Use-Pty=0', '--allow-downgrades', ...parameters];
  return await shown(guest, command);
}

/** A command that has to succeed; everything that it shows, in the order in which it does. */
export async function shown(guest: Guest, command: readonly string[]): Promise<string> {
  const { code, stdout } = await guest.run(['sh', '-c', '"$@" 2>&1', 'sh', ...command], { milliseconds: 120_000 });
  assert.equal(code, 0, `${command.join(' ')}\n${stdout}`);
  return stdout;
}

/** `apt-get install` of a version, over whatever is there. */
export async function install(guest: Guest, version: string, ...more: readonly string[]): Promise<string> {
  return await apt(guest, 'install', ...more, `kured-host=${version}`);
}
