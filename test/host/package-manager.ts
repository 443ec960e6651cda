import type { Guest, GuestOptions } from './guest.ts';
import { apt as aptGet, installation, knowRepository, place, seesRepository, shown, versions } from './installation.ts';
import { distributionPackage } from './rpm-distribution.ts';

/** What an admin installs with, in a guest of its kind. What it does resolves with everything that it shows. */
export interface PackageManager {
  /** What a guest that has it is made of. */
  options(): Promise<Pick<GuestOptions, 'suite' | 'packages' | 'folders'>>;
  /** Makes the repository known, as an admin does; the guest is up. */
  know(guest: Guest): Promise<void>;
  /** A version, over whatever is there: an installation, an upgrade, a downgrade, or a reinstallation. */
  install(guest: Guest, version: string): Promise<string>;
  remove(guest: Guest): Promise<string>;
}

export const apt: PackageManager = {
  options: async () => ({ suite: 'bookworm', ...(await seesRepository()) }),
  know: knowRepository,
  async install(guest, version) {
    const again = (await installation(guest)).version === version ? ['--reinstall'] : [];
    return await aptGet(guest, 'install', ...again, `kured-host=${version}`);
  },
  remove: (guest) => aptGet(guest, 'remove', 'kured-host'),
};

/** Where Debian's own dnf and zypper are, and what else several tests want: one root takes its time. */
export const dnfRoot = {
  suite: 'trixie',
  // Without python3-systemd a plugin of dnf-plugins-core complains at every run.
  packages: ['dnf', 'dnf-plugins-core', 'needrestart', 'python3-systemd', 'rpm', 'zypper'],
} as const;

/** Debian's own dnf, over a package that stands for a distribution of rpms. */
export const dnf: PackageManager = {
  options: async () => ({ ...dnfRoot, ...(await seesRepository()) }),
  async know(guest) {
    guest.put('/etc/yum.repos.d/kured-host.repo', repo);
    // dnf-plugins-core brings a repository of its own along (local), of unsigned packages, and dnf then installs nothing at all.
    guest.put('/etc/dnf/plugins/local.conf', '[main]\nenabled = 0\n');
    guest.put('/root/distribution.rpm', distributionPackage());
    await guest.must(['rpm', '--install', '--nodeps', '/root/distribution.rpm']);
  },
  async install(guest, version) {
    const { version: now } = await installation(guest);
    const { newer } = await versions();
    const change = version === newer ? 'upgrade' : 'downgrade';
    const verb = now === '' ? 'install' : now === version ? 'reinstall' : change;
    return await shown(guest, [...dnfCommand, verb, `kured-host-${version}`]);
  },
  remove: (guest) => shown(guest, [...dnfCommand, 'remove', 'kured-host']),
};

/** Debian has no package that would tell dnf a release. */
export const dnfCommand = ['dnf', '--assumeyes', '--releasever=1'];

const repo = `[kured-host]
name=kured-host
baseurl=file://${place}/rpm
gpgcheck=1
repo_gpgcheck=1
gpgkey=file://${place}/kured-host.asc
`;
