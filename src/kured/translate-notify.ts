import { noticeMoments } from '../core/notice.ts';
import type { FlagSet } from './flag-set.ts';
import type { FlagsReading } from './read-flags.ts';
import type { SheetDraft, Written } from './sheet.ts';

export interface Secrets {
  /** Where files lie that only root reads. */
  readonly folder: string;
  /** Why a notification URL is not taken, without any part of it; null: it is. */
  urlTrouble(url: string): string | null;
}

/** Who is told. The URL, which is a secret, goes into a file of its own. */
export function translateNotify({ flags, elsewhere }: FlagsReading, to: Secrets, sheet: SheetDraft): void {
  const file = `${to.folder}/notify`;
  const url = urlOf(flags, sheet);
  const from =
    elsewhere.get('notify-url') ?? (flags.text('notify-url') === '' ? elsewhere.get('slack-hook-url') : undefined);
  if (from !== undefined) {
    const how = 'it becomes the one line of this file, which only root may read';
    sheet.write('notifications.urlFiles', [file], `the URL stands in ${from}: ${how}`);
    sheet.note('notify-url', `its value stands in ${from}: write it into ${file}, with mode 0600`);
  } else if (url === null) {
    for (const name of templateFlags.keys()) {
      if (flags.has(name)) sheet.note(name, 'without --notify-url nobody is told, in kured neither');
    }
    return;
  } else {
    const trouble = to.urlTrouble(url);
    if (trouble !== null) {
      sheet.note('notify-url', `nobody is told: ${trouble}`);
      return;
    }
    sheet.secret('notify', `${url}\n`);
    sheet.write(
      'notifications.urlFiles',
      [file],
      'the URL is a secret: it stands in this file, and not in the configuration',
    );
  }
  const others = noticeMoments.filter((moment) => !momentsOfKured.some((one) => one === moment)).join(', ');
  sheet.write('notifications.moments', momentsOfKured, `what kured tells of; there are also ${others}`);
  templates(flags, sheet);
}

const momentsOfKured = ['draining', 'rebooting', 'back'] as const;

/** What is told by which flag. */
const templateFlags = new Map([
  ['message-template-drain', 'draining'],
  ['message-template-reboot', 'rebooting'],
  ['message-template-uncordon', 'back'],
] as const);

function urlOf(flags: FlagSet, sheet: SheetDraft): string | null {
  for (const name of ['slack-username', 'slack-channel'] as const) {
    if (flags.has(name))
      sheet.note(name, 'kured takes it and does not use it; ?botname=NAME behind a slack:// URL does');
  }
  const url = withoutQuotes(flags.text('notify-url'));
  const hook = withoutQuotes(flags.text('slack-hook-url'));
  if (url !== '') {
    if (hook !== '') sheet.note('slack-hook-url', 'beside --notify-url kured does not use it');
    return url;
  }
  if (hook === '') return null;
  const path = URL.parse(hook)?.pathname.replace(/^\/services\/|\/$/g, '') ?? '';
  if (path.split('/').length === 3 && !path.split('/').includes('')) return `slack://${path}`;
  sheet.note(
    'slack-hook-url',
    'it is not https://hooks.slack.com/services/A/B/C, so that kured tells nobody, and nothing is written',
  );
  return null;
}

/** kured takes a pair of quotes away that a shell left. */
export function withoutQuotes(text: string): string {
  return /^(["']).*\1$/s.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}

function templates(flags: FlagSet, sheet: SheetDraft): void {
  const texts: Record<string, Written> = {};
  const comments = new Set<string>();
  for (const [flag, moment] of templateFlags) {
    if (!flags.has(flag)) continue;
    const text = flags.text(flag);
    if (text.trim() === '') sheet.note(flag, 'an empty text says nothing; the usual one is told');
    else texts[moment] = template(text, comments);
  }
  if (Object.keys(texts).length > 0) sheet.write('notifications.templates', texts, [...comments].join('; '));
}

const longestTemplate = 500;

/** kured's text is a format of Go with the node's name as its one argument; braces mean something here alone. */
function template(text: string, comments: Set<string>): string {
  const plain = text.toWellFormed().replaceAll(/\p{Cc}+/gu, ' ');
  if (plain !== text) comments.add('line breaks became blanks, as a message is one line');
  const parts = [...plain.matchAll(/%%|%[sv]|./gsu)].map(([part]) => partOf(part));
  if (!parts.includes('%s'))
    comments.add("without the node's name, which kured puts behind such a text with garbage around it");
  let filled = '';
  for (const part of parts) {
    if (filled.length + part.length > longestTemplate) {
      comments.add(`cut at ${longestTemplate} characters`);
      break;
    }
    filled += part;
  }
  return filled;
}

function partOf(part: string): string {
  if (part === '%v') return '%s';
  return part === '{' || part === '}' ? part + part : part;
}
