/** What a package holds, as its own tools list it. */
export interface Held {
  /** As ls writes it. */
  readonly mode: string;
  /** By number in the deb, by name in the rpm. */
  readonly owner: string;
}

/** In which of the two, and how it is treated there: an admin's file, which an upgrade never overwrites, documentation, or terms. */
interface Expected {
  readonly path: string;
  readonly mode: string;
  readonly only?: 'deb' | 'rpm';
  readonly as?: 'config' | 'doc' | 'license';
}

const folder = 'drwxr-xr-x';
const program = '-rwxr-xr-x';
const file = '-rw-r--r--';

/** Everything in the package, path by path. */
export const expected: readonly Expected[] = [
  { path: '/usr/bin/kured-host', mode: program },
  { path: '/usr/libexec/kured-host', mode: folder },
  { path: '/usr/libexec/kured-host/node', mode: program },
  { path: '/usr/libexec/kured-host/app.cjs', mode: file },
  { path: '/usr/libexec/kured-host/koffi.node', mode: file },
  { path: '/usr/libexec/kured-host/sentinels', mode: folder },
  { path: '/usr/libexec/kured-host/sentinels/bootc', mode: program },
  { path: '/usr/libexec/kured-host/sentinels/dnf', mode: program },
  { path: '/usr/libexec/kured-host/sentinels/needrestart', mode: program },
  { path: '/usr/libexec/kured-host/sentinels/rpm-ostree', mode: program },
  { path: '/usr/lib/systemd/system/kured-host.service', mode: file },
  { path: '/usr/lib/systemd/catalog/kured-host.catalog', mode: file },
  { path: '/usr/lib/sysusers.d/kured-host.conf', mode: file },
  { path: '/usr/lib/kured-host', mode: folder },
  { path: '/usr/lib/kured-host/config.d', mode: folder },
  { path: '/etc/kured-host', mode: folder },
  { path: '/etc/kured-host/config.yaml', mode: file, as: 'config' },
  { path: '/etc/kured-host/config.d', mode: folder },
  { path: '/etc/kured-host/hooks', mode: folder },
  { path: '/etc/kured-host/hooks/before-drain.d', mode: folder },
  { path: '/etc/kured-host/hooks/before-reboot.d', mode: folder },
  { path: '/etc/kured-host/hooks/after-boot.d', mode: folder },
  { path: '/etc/needrestart/conf.d/kured-host.conf', mode: file, as: 'config' },
  { path: '/usr/share/kured-host', mode: folder },
  { path: '/usr/share/kured-host/manifest.yaml', mode: file },
  { path: '/usr/share/kured-host/recipes', mode: folder },
  { path: '/usr/share/kured-host/recipes/bootc.yaml', mode: file },
  { path: '/usr/share/kured-host/recipes/dnf.yaml', mode: file },
  { path: '/usr/share/kured-host/recipes/needrestart.yaml', mode: file },
  { path: '/usr/share/kured-host/recipes/rpm-ostree.yaml', mode: file },
  { path: '/usr/share/kured-host/recipes/suse.yaml', mode: file },
  { path: '/usr/share/kured-host/prometheus-rules.yaml', mode: file },
  { path: '/usr/share/kured-host/grafana-dashboard.json', mode: file },
  { path: '/usr/share/man/man1/kured-host.1.gz', mode: file, as: 'doc' },
  { path: '/usr/share/man/man5/kured-host-config.5.gz', mode: file, as: 'doc' },
  { path: '/usr/share/man/man8/kured-host.service.8.gz', mode: file, as: 'doc' },
  { path: '/usr/share/bash-completion/completions/kured-host', mode: file },
  { path: '/usr/share/fish/vendor_completions.d/kured-host.fish', mode: file },
  { path: '/usr/share/zsh/vendor-completions/_kured-host', mode: file, only: 'deb' },
  { path: '/usr/share/zsh/site-functions/_kured-host', mode: file, only: 'rpm' },
  { path: '/usr/share/doc/kured-host', mode: folder },
  { path: '/usr/share/doc/kured-host/sbom.spdx.json', mode: file, as: 'doc' },
  { path: '/usr/share/doc/kured-host/copyright', mode: file, only: 'deb' },
  { path: '/usr/share/doc/kured-host/changelog.Debian.gz', mode: file, only: 'deb' },
  { path: '/usr/share/doc/kured-host/NOTICES.txt.gz', mode: file, only: 'deb' },
  { path: '/usr/share/lintian/overrides/kured-host', mode: file, only: 'deb' },
  { path: '/usr/share/licenses/kured-host', mode: folder, only: 'rpm' },
  { path: '/usr/share/licenses/kured-host/LICENSE', mode: file, only: 'rpm', as: 'license' },
  { path: '/usr/share/licenses/kured-host/NOTICES.txt.gz', mode: file, only: 'rpm', as: 'license' },
];
