import { isIP } from 'node:net';
import * as v from 'valibot';
import { parseSelector } from '../core/drain/selector.ts';
import { outsideText } from '../core/outside-text.ts';
import type { Kind } from './kind.ts';

const longestPath = 4096;
const mostFiles = 32;
const mostArguments = 128;

/** Text that may hold anything but NUL and halves of surrogate pairs, for instance one argument of a command. */
const anyText = v.pipe(
  v.string((issue) => (typeof issue.input === 'object' ? '' : 'which needs quotes to be text')),
  v.maxLength(longestPath, 'which is too long'),
  v.check((text) => !text.includes('\0') && text.isWellFormed(), 'which holds a character that no file name may hold'),
);
const line = v.pipe(
  anyText,
  v.check((value) => !/\p{Cc}/u.test(value), 'which holds a control character'),
);
const text = v.pipe(line, v.nonEmpty('which is empty'));
const path = v.pipe(
  text,
  v.check((value) => value.startsWith('/'), 'which does not begin with /'),
);
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

export const absolutePath: Kind<string> = {
  type: 'path',
  expected: 'an absolute path',
  schema: path,
  write: (value) => value,
};

/** What node-exporter's collector reads: it passes over every other name. */
export const textfilePath: Kind<string> = {
  type: 'path, ending in .prom',
  expected: 'an absolute path that ends in .prom',
  schema: v.pipe(
    path,
    v.check((value) => /[^/]\.prom$/.test(value), 'which does not end in .prom'),
  ),
  write: (value) => value,
};

export const absolutePaths: Kind<readonly string[]> = {
  type: 'list of paths',
  expected: 'a list of absolute paths',
  schema: v.pipe(v.array(path, ''), v.maxLength(mostFiles, `which has more than ${mostFiles} entries`)),
  write: (value) => value,
};

/** A command as a list, never by a shell: its first entry is an absolute path. Whether it exists is asked elsewhere. */
export const command: Kind<readonly string[]> = {
  type: 'list: path, arguments',
  expected: 'a list of an absolute path and its arguments',
  schema: v.pipe(
    v.array(anyText, ''),
    v.nonEmpty('which is empty'),
    v.maxLength(mostArguments, `which has more than ${mostArguments} entries`),
    v.check(([program]) => v.is(path, program), 'whose first entry is not an absolute path'),
  ),
  write: (value) => value,
};

/** RFC 1123 label, as namespaces are named. */
export const labelName: Kind<string> = {
  type: 'name',
  expected: 'at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends',
  schema: v.pipe(text, v.maxLength(63, 'which is too long'), v.regex(label, '')),
  write: (value) => value,
};

/** RFC 1123 subdomain, as Leases and Nodes are named. */
export const subdomainName: Kind<string> = {
  type: 'name',
  expected:
    'at most 253 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends of each part',
  schema: v.pipe(
    text,
    v.maxLength(253, 'which is too long'),
    v.check((value) => value.split('.').every((part) => label.test(part)), ''),
  ),
  write: (value) => value,
};

/** A Kubernetes user name, or empty text. */
export const userName: Kind<string> = {
  type: 'user name, or ""',
  expected: 'the name of a user, or "" for none',
  schema: v.pipe(line, v.maxLength(512, 'which is too long')),
  write: (value) => value,
};

export function oneOf<const Word extends string>(...words: readonly Word[]): Kind<Word> {
  const all = words.join(', ').replace(/, ([^,]*)$/, ' or $1');
  return { type: all, expected: all, schema: v.pipe(anyText, v.picklist(words, '')), write: (word) => word };
}

export const trueOrFalse: Kind<boolean> = {
  type: 'true or false',
  expected: 'true or false',
  schema: v.boolean(''),
  write: (value) => value,
};

/** A label selector in Kubernetes' syntax, which selects less than everything. */
export const labelSelector: Kind<string> = {
  type: 'label selector',
  expected: 'a label selector',
  schema: v.pipe(
    text,
    v.rawCheck(({ dataset, addIssue }) => {
      const read = dataset.typed ? parseSelector(dataset.value) : null;
      if (read?.readable === false) addIssue({ message: selectorTrouble(read.at, read.why) });
    }),
  ),
  write: (value) => value,
};

/** `host:port` (IPv6 in brackets), or `unix:` and an absolute path. */
export const listenAddress: Kind<string> = {
  type: 'host:port, or unix:/path',
  expected: 'host:port, [IPv6]:port or unix:/path',
  schema: v.pipe(
    text,
    v.rawCheck(({ dataset, addIssue }) => {
      const why = dataset.typed ? listenTrouble(dataset.value) : null;
      if (why !== null) addIssue({ message: why });
    }),
  ),
  write: (value) => value,
};

function selectorTrouble(at: number, why: string): string {
  return `which is wrong at its character ${at + 1}: ${outsideText(why, 200)}`;
}

/** Longest path of a unix socket: sockaddr_un holds 108 bytes with the NUL at the end (unix(7)). */
const longestSocketPath = 107;

function listenTrouble(value: string): string | null {
  if (value.startsWith('unix:')) {
    const socket = value.slice('unix:'.length);
    if (!socket.startsWith('/')) return 'whose path does not begin with /';
    return Buffer.byteLength(socket) > longestSocketPath
      ? `whose path is longer than ${longestSocketPath} bytes`
      : null;
  }
  const [, host = '', port = ''] = /^(.*):([^:]*)$/.exec(value) ?? [];
  if (port === '') return 'which has no port';
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) return 'whose port is not from 1 to 65535';
  if (host === '') return 'which has no host (0.0.0.0 and [::] stand for all addresses)';
  return hostIsGood(host) ? null : 'whose host is neither a name nor an address';
}

function hostIsGood(host: string): boolean {
  if (host.startsWith('[')) return host.endsWith(']') && isIP(host.slice(1, -1)) === 6;
  if (/^[\d.]+$/.test(host)) return isIP(host) === 4;
  return host.length <= 253 && host.split('.').every((part) => label.test(part.toLowerCase()));
}
