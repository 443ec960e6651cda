import { createHash } from 'node:crypto';
import type { Way } from './message.ts';
import type { TargetRow } from './row.ts';
import { chatRows } from './rows-chat.ts';
import { mailRows } from './rows-mail.ts';
import { pushRows } from './rows-push.ts';
import { webRows } from './rows-web.ts';
import { readUrl, type ServiceUrl } from './url.ts';

/** Every service there is: one row each. */
export const targetRows: readonly TargetRow[] = [...chatRows, ...pushRows, ...mailRows, ...webRows];

/** One receiver of messages. */
export interface Target {
  /** Names it in what is kept over a reboot; made from the place of its line, never from the URL. */
  readonly key: string;
  /** Names it for people: `slack, /etc/kured-host/notify:1`. */
  readonly name: string;
  readonly way: Way;
}

/** What is wrong with one line; nothing of the line is in `message`. */
export interface TargetProblem {
  /** `FILE:LINE`. */
  readonly file: string;
  readonly message: string;
}

/** The receivers that one file names, one URL a line; empty lines and those that begin with # are none. */
export function readTargets(file: string, text: string): readonly (Target | TargetProblem)[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const url = unquoted(line.trim());
    return url === '' || url.startsWith('#') ? [] : targetsOf(url, `${file}:${index + 1}`);
  });
}

export function isProblem(of: Target | TargetProblem): of is TargetProblem {
  return 'message' in of;
}

/** kured takes a pair of quotes away, which a shell left around its URL. */
function unquoted(line: string): string {
  return /^(["']).*\1$/.test(line) ? line.slice(1, -1) : line;
}

function targetsOf(text: string, place: string): readonly (Target | TargetProblem)[] {
  const url = readUrl(text);
  if (url === null)
    return [{ file: place, message: 'this line is not a URL; write one notification URL on each line' }];
  const row = targetRows.find(({ schemes }) => schemes.includes(url.scheme));
  if (row === undefined) {
    const known = targetRows.flatMap(({ schemes }) => schemes).join(', ');
    return [{ file: place, message: `the scheme of this URL is of no known service; there are ${known}` }];
  }
  const read = readRow(row, url);
  if ('why' in read) {
    return [{ file: place, message: `the URL of ${row.service} ${read.why}; its shape is ${row.shape}` }];
  }
  return read.map((way, index) => ({ key: keyOf(`${place}#${index}`), name: `${row.service}, ${place}`, way }));
}

/** What is a host in a scheme of its own may be none in a web address, and the address is put together here. */
function readRow(row: TargetRow, url: ServiceUrl): ReturnType<TargetRow['read']> {
  try {
    return row.read(url);
  } catch {
    return { why: 'makes no web address; look at its host' };
  }
}

function keyOf(place: string): string {
  return createHash('sha256').update(place).digest('hex').slice(0, 16);
}
