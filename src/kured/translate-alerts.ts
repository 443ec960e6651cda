import type { FlagSet } from './flag-set.ts';
import type { FlagsReading } from './read-flags.ts';
import type { SheetDraft, Written } from './sheet.ts';

/** The alerts that keep nodes from rebooting. */
export function translateAlerts({ flags, elsewhere }: FlagsReading, folder: string, sheet: SheetDraft): void {
  const from = elsewhere.get('prometheus-url');
  if (from !== undefined) {
    sheet.problem(
      `--prometheus-url stands in ${from}; give it behind -- as --prometheus-url=URL, as nothing is read there`,
    );
    return;
  }
  const text = flags.text('prometheus-url');
  if (text === '') {
    withoutServer(flags, sheet);
    return;
  }
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    sheet.problem('--prometheus-url is no http: or https: URL, so that kured is blocked for as long as it runs');
    return;
  }
  const login = loginOf(url, folder, sheet);
  const comment = [
    'asked once a minute while a reboot waits, with a timeout of 5s; also right before the reboot',
    ...(Object.keys(login).length === 0 ? [] : ['the password stands in a file of its own']),
    ...(url.search === '' && url.hash === '' ? [] : ['without what stood behind the path of the URL']),
  ];
  sheet.write(
    'blockers.prometheus',
    [{ url: bare(url), ...filtersOf(flags, comment, sheet), ...login }],
    comment.join('; '),
  );
}

function filtersOf(flags: FlagSet, comment: string[], sheet: SheetDraft): { readonly [key: string]: Written } {
  const pattern = flags.has('alert-filter-regexp') ? flags.text('alert-filter-regexp') : null;
  const matchOnly = flags.isOn('alert-filter-match-only');
  if (pattern === '') {
    const what = matchOnly
      ? 'every alert counts'
      : 'no alert counts, and only a Prometheus that cannot be asked refuses';
    comment.push(`the empty pattern of kured matches every name: ${what}`);
  }
  if (pattern === null && matchOnly) {
    sheet.note('alert-filter-match-only', 'without --alert-filter-regexp it changes nothing, in kured neither');
  }
  return {
    ...(pattern === null ? {} : { alertFilterRegexp: pattern === '' ? '.*' : pattern }),
    ...(pattern !== null && matchOnly ? { alertFilterMatchOnly: true } : {}),
    ...(flags.isOn('alert-firing-only') ? { alertFiringOnly: true } : {}),
  };
}

function withoutServer(flags: FlagSet, sheet: SheetDraft): void {
  for (const name of ['alert-filter-regexp', 'alert-filter-match-only', 'alert-firing-only'] as const) {
    if (flags.has(name)) sheet.note(name, 'without --prometheus-url no alert is asked for, in kured neither');
  }
}

/** kured's client sends what stands before the @. */
function loginOf(url: URL, folder: string, sheet: SheetDraft): { readonly [key: string]: Written } {
  if (url.username === '' && url.password === '') return {};
  const [user, password] = [url.username, url.password].map(decoded);
  if (password === '' || password === undefined || user === undefined || user.includes(':')) {
    sheet.problem(
      '--prometheus-url has a login without a password, or with a colon in its name, which no file can say',
    );
    return {};
  }
  sheet.secret('prometheus-password', `${password}\n`);
  return { username: user, passwordFile: `${folder}/prometheus-password` };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function bare(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`.replace(/\/+$/, '');
}
