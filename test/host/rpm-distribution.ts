import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/source.ts';

/**
 * A rpm that stands for a distribution of rpms. A Debian has the libraries, the shell and the systemd that ours asks for, but they
 * are known to dpkg and not to rpm. Every installation with dnf holds it against what our rpm asks for.
 */
export function distributionPackage(): Buffer {
  const scratch = mkdtempSync(join(tmpdir(), 'distribution-'));
  try {
    const [yaml, rpm] = [join(scratch, 'nfpm.yaml'), join(scratch, 'distribution.rpm')];
    writeFileSync(yaml, config);
    const nfpm = execFileSync(`${root}scripts/packages/nfpm.sh`, { encoding: 'utf8' }).trim();
    execFileSync(nfpm, ['package', '--config', yaml, '--packager', 'rpm', '--target', rpm], { stdio: 'pipe' });
    return readFileSync(rpm);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const config = `name: distribution
arch: amd64
version: 1.0.0
release: "1"
maintainer: A test <test@kured-host.example.org>
description: stands for what a distribution of rpms brings
provides:
  - systemd = 257
  - /bin/sh
  - libc.so.6(GLIBC_2.28)(64bit)
  - libgcc_s.so.1(GCC_3.4)(64bit)
  - libstdc++.so.6(CXXABI_1.3.11)(64bit)
  - libstdc++.so.6(GLIBCXX_3.4.22)(64bit)
`;
