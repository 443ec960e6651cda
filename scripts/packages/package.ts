/** As Debian calls it. */
export type Arch = 'amd64' | 'arm64';

/** Which package is made. */
export interface Package {
  readonly arch: Arch;
  /** Of the program, as semver: a `-` before what comes before a release (1.2.0-rc.1). */
  readonly version: string;
  /** Of the package: the 1 of 0.1.0-1. */
  readonly release: string;
}

/** What one architecture calls itself elsewhere. */
export const names = {
  amd64: { npm: 'x64', rpm: 'x86_64', triplet: 'x86_64-linux-gnu' },
  arm64: { npm: 'arm64', rpm: 'aarch64', triplet: 'aarch64-linux-gnu' },
} as const satisfies Readonly<Record<Arch, object>>;

/** The version as both kinds of package write it: a ~ sorts before a release, where semver has a -. */
export function packageVersion({ version }: Package): string {
  return version.replace('-', '~');
}
