/** A release as CHANGELOG.md tells it. */
export interface Release {
  readonly version: string;
  /** RFC 3339 in UTC. */
  readonly date: string;
  readonly changes: readonly string[];
}

/** What stands in the package's own version and date for the section "Unreleased". */
type Head = Pick<Release, 'version' | 'date'>;

/**
 * The releases of CHANGELOG.md, the newest first: a section each, "## 1.2.0 (2026-01-31)" or "## Unreleased", with one list.
 * `head` names the package that is made; a first section of another version is an error, so that no package tells an old story.
 */
export function readChangelog(text: string, head: Head): readonly Release[] {
  const [, ...sections] = text.split(/^## /m);
  const releases = sections.map((section) => readSection(section, head));
  const [first] = releases;
  if (first?.version !== head.version) {
    throw new Error(`CHANGELOG.md begins with ${first?.version ?? 'nothing'}, and the package is ${head.version}`);
  }
  return releases;
}

/** The same as Debian's tools read it (Debian policy 4.4); `release` is the package's own number (the 1 of 0.1.0-1). */
export function debianChangelog(releases: readonly Release[], release: string, maintainer: string): string {
  const entries = releases.map(({ version, date, changes }) =>
    [
      `kured-host (${version}-${release}) stable; urgency=medium\n`,
      ...changes.map((change) => wrap(change).replaceAll('\n', '\n    ').replace(/^/, '  * ')),
      `\n -- ${maintainer}  ${new Date(date).toUTCString().replace('GMT', '+0000')}\n`,
    ].join('\n'),
  );
  return entries.join('\n');
}

/** The same as nfpm wants it; as YAML is a superset of it, in JSON. */
export function nfpmChangelog(releases: readonly Release[], release: string, maintainer: string): string {
  const entries = releases.map(({ version, date, changes }) => ({
    semver: `${version}-${release}`,
    date,
    packager: maintainer,
    changes: changes.map((note) => ({ note })),
  }));
  return JSON.stringify(entries);
}

function readSection(section: string, head: Head): Release {
  const [title = '', ...lines] = section.split('\n');
  const changes = lines
    .join('\n')
    .split(/^- /m)
    .slice(1)
    .map((change) => change.trim().replaceAll(/\s*\n\s*/g, ' '));
  if (changes.length === 0) throw new Error(`the section "${title}" of CHANGELOG.md lists nothing`);
  if (title.trim() === 'Unreleased') return { ...head, changes };
  const [, version, day] = /^(\S+) \((\d{4}-\d{2}-\d{2})\)\s*$/.exec(title) ?? [];
  if (version === undefined)
    throw new Error(`"## ${title}" in CHANGELOG.md is neither "Unreleased" nor "VERSION (DATE)"`);
  return { version, date: `${day}T00:00:00Z`, changes };
}

/** Lines of 74 characters at most, where the words let it be. */
function wrap(text: string): string {
  return text.replaceAll(/(.{1,74})(?: |$)/g, '$1\n').trimEnd();
}
