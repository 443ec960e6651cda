import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, sourceVersion } from '../../scripts/source.ts';
import { builtPackages, output, scratchFolder, withoutTools } from './built.ts';
import { makeRepository } from './repository.ts';

const skip = withoutTools('apt-get', 'apt-ftparchive', 'createrepo_c', 'gpg', 'gpgv', 'rpm');
const scratch = scratchFolder();
const repository = join(scratch.path, 'repository');
const version = `${sourceVersion()}-1`;

before(async () => {
  if (skip !== false) return;
  const { amd64, arm64 } = await builtPackages();
  makeRepository([amd64.deb, amd64.rpm, arm64.deb, arm64.rpm], repository);
});
after(() => scratch[Symbol.dispose]());

/** An apt with nothing but these repositories, that runs beside the machine's own. */
function apt(place: string, arch: string, key: string) {
  const folder = join(scratch.path, `apt-${readdirSync(scratch.path).length}`);
  for (const name of ['etc/apt.conf.d', 'etc/preferences.d', 'state/lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  // Nothing is installed, and nothing is configured: the same empty file says both.
  writeFileSync(join(folder, 'status'), '');
  writeFileSync(join(folder, 'sources.list'), `deb [signed-by=${key}] file://${place}/apt stable main\n`);
  const options = {
    'Dir::Etc': join(folder, 'etc'),
    'Dir::Etc::sourcelist': join(folder, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::State': join(folder, 'state'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': join(folder, 'cache'),
    'APT::Architecture': arch,
    'APT::Architectures': arch,
    'APT::Sandbox::User': 'root',
  };
  const given = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const run = (program: string, ...args: readonly string[]) =>
    spawnSync(program, [...given, ...args], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', APT_CONFIG: join(folder, 'status') },
    });
  return {
    update: () => run('apt-get', 'update', '--error-on=any'),
    policy: () => run('apt-cache', 'policy', 'kured-host').stdout,
  };
}

const key = () => join(repository, 'kured-host.asc');

for (const arch of ['amd64', 'arm64']) {
  test(`apt on ${arch} takes the package from the repository with its key`, { skip }, () => {
    const { update, policy } = apt(repository, arch, key());
    const { status, stderr } = update();
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(policy(), new RegExp(`Candidate: ${version}\n`));
  });
}

test('apt takes nothing from a repository that another key has signed', { skip }, async () => {
  const other = join(scratch.path, 'other');
  makeRepository([(await builtPackages()).arm64.deb], other);
  const { update, policy } = apt(repository, 'amd64', join(other, 'kured-host.asc'));
  const { status, stderr } = update();
  assert.notEqual(status, 0);
  assert.match(stderr, /NO_PUBKEY|not signed/);
  assert.doesNotMatch(policy(), /Candidate: [0-9]/);
});

test('apt takes nothing from an index that was changed after it was signed', { skip }, () => {
  const place = join(scratch.path, 'changed');
  mkdirSync(place);
  output('cp', '-r', join(repository, 'apt'), place);
  const binary = join(place, 'apt/dists/stable/main/binary-amd64');
  for (const name of output('find', binary, '-type', 'f').trim().split('\n')) appendFileSync(name, '\n');
  const { update, policy } = apt(place, 'amd64', key());
  assert.notEqual(update().status, 0);
  assert.doesNotMatch(policy(), /Candidate: [0-9]/);
});

test('every rpm and the index of rpms are signed with the key', { skip }, () => {
  const database = join(scratch.path, 'rpmdb');
  const rpm = (...args: readonly string[]) => spawnSync('rpm', ['--dbpath', database, ...args], { encoding: 'utf8' });
  assert.equal(rpm('--import', key()).status, 0);
  const rpms = readdirSync(join(repository, 'rpm')).filter((name) => name.endsWith('.rpm'));
  assert.equal(rpms.length, 2);
  for (const name of rpms) {
    const { status, stdout } = rpm('--checksig', join(repository, 'rpm', name));
    assert.deepEqual([status, stdout.trim().endsWith(': digests signatures OK')], [0, true], stdout);
  }
  const ring = join(scratch.path, 'key.gpg');
  writeFileSync(ring, spawnSync('gpg', ['--batch', '--dearmor'], { input: readFileSync(key()) }).stdout);
  const index = join(repository, 'rpm/repodata/repomd.xml');
  output('gpgv', '--keyring', ring, `${index}.asc`, index);
});

test('an older version stays in a repository to which a newer one comes', { skip }, async () => {
  const { amd64 } = await builtPackages();
  const place = join(scratch.path, 'growing');
  makeRepository([amd64.deb], place);
  makeRepository([otherVersion('9.0.0-1')], place);
  const { update, policy } = apt(place, 'amd64', join(place, 'kured-host.asc'));
  assert.equal(update().stderr, '');
  const offered = policy();
  assert.match(offered, /Candidate: 9\.0\.0-1\n/);
  assert.ok(offered.includes(` ${version} `), offered);
});

test('a package that was published is not replaced by another one of its version', { skip }, async () => {
  const { amd64 } = await builtPackages();
  const place = join(scratch.path, 'published');
  makeRepository([amd64.deb, amd64.rpm], place);
  makeRepository([amd64.deb, amd64.rpm], place);
  assert.throws(
    () => makeRepository([otherVersion(version)], place),
    /_amd64\.deb is there already and is another one/,
  );
  const other = join(scratch.path, basename(amd64.rpm));
  copyFileSync((await builtPackages()).arm64.rpm, other);
  assert.throws(() => makeRepository([other], place), /x86_64\.rpm is there already and is another one/);
});

for (const [signature, refusal] of [
  ['the first signature, because the key has expired', { expired: true }],
  ['the signature beside the index of debs', { told: 'Release.gpg' }],
  ['the signature in an rpm', { told: ' -sbo ' }],
  ['the last signature', { told: 'repomd.xml' }],
] as const) {
  test(`when gpg refuses ${signature}, what is served stays as it is, and that is said`, { skip }, async () => {
    const { amd64, arm64 } = await builtPackages();
    const place = join(scratch.path, `refused-${readdirSync(scratch.path).length}`);
    makeRepository([amd64.deb, amd64.rpm], place);
    const before = sums(place);
    const all = [amd64.deb, amd64.rpm, arm64.deb, arm64.rpm];
    const said = refused(() => makeRepository(all, place, refusal));
    assert.equal(sums(place), before);
    assert.match(
      said,
      /\ngpg: .*\n(?:.*\n)*repository: .*does not sign .*, for the reason above; nothing in .* has changed\n/,
    );
    assert.equal(apt(place, 'amd64', join(place, 'kured-host.asc')).update().stderr, '');
  });
}

test('without a key, or with one that gpg does not have, nothing is made and the reason is said', { skip }, () => {
  const target = join(scratch.path, 'nothing');
  const packages = join(scratch.path, 'packages');
  mkdirSync(packages);
  copyFileSync(key(), join(packages, 'no.deb'));
  const home = join(scratch.path, 'empty');
  mkdirSync(home, { mode: 0o700 });
  const run = (given: string) =>
    spawnSync(`${root}scripts/packages/repository.sh`, [packages, target, given], {
      encoding: 'utf8',
      env: { ...process.env, GNUPGHOME: home },
    });
  assert.match(run('').stderr, /usage: .*make repository KEY=fingerprint/);
  assert.match(run('0123456789ABCDEF').stderr, /gpg has no key 0123456789ABCDEF/);
  assert.equal(existsSync(join(target, 'apt')), false);
});

/** What it says when it fails, which it has to. */
function refused(make: () => void): string {
  try {
    make();
  } catch (error) {
    return String(error);
  }
  return assert.fail('it was signed');
}

/** Every file below a folder, with its sum. */
function sums(folder: string): string {
  return output('sh', '-c', 'cd "$1" && find . -type f -exec sha256sum {} + | sort', 'sh', folder);
}

/** A deb of no use but its name and version, in the folder of its own that keeps it from the others. */
function otherVersion(number: string): string {
  const folder = join(scratch.path, `version-${readdirSync(scratch.path).length}`);
  mkdirSync(join(folder, 'tree/DEBIAN'), { recursive: true });
  const control = `Package: kured-host\nVersion: ${number}\nArchitecture: amd64\nMaintainer: A <a@example.org>\nDescription: other\n`;
  writeFileSync(join(folder, 'tree/DEBIAN/control'), control);
  const deb = join(folder, `kured-host_${number}_amd64.deb`);
  output('dpkg-deb', '--root-owner-group', '--build', join(folder, 'tree'), deb);
  return deb;
}
