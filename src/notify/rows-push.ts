import { basic, byHttp, form, given, json, type TargetRow, title } from './row.ts';
import { httpUrl, isYes, type ServiceUrl } from './url.ts';

/** Services that wake people. */
export const pushRows: readonly TargetRow[] = [
  {
    service: 'ntfy',
    schemes: ['ntfy'],
    shape: 'ntfy://[USER:PASSWORD@]HOST/TOPIC',
    read(url) {
      const [topic, more] = url.path;
      if (topic === undefined || more !== undefined) return { why: 'needs one topic' };
      const to = httpUrl(url.authority, [topic], url.param('scheme') === 'http');
      const authorization = url.password === '' ? null : basic(url.user, url.password);
      const headers = given({ authorization, priority: url.param('priority'), tags: url.param('tags') });
      return byHttp((message) => ({
        url: to,
        method: 'POST',
        headers: { title: url.param('title') ?? title(message), ...headers },
        body: message.text,
        refusal: null,
      }));
    },
  },
  {
    service: 'gotify',
    schemes: ['gotify'],
    shape: 'gotify://HOST[/PATH]/TOKEN',
    read(url) {
      const token = url.path.at(-1);
      if (token === undefined) return { why: 'needs a token' };
      const to = httpUrl(url.authority, [...url.path.slice(0, -1), 'message'], isYes(url.param('disabletls')));
      const priority = Number(url.param('priority') ?? 0);
      if (!Number.isInteger(priority)) return { why: 'has a priority that is no whole number' };
      return byHttp((message) =>
        json(
          to,
          { title: url.param('title') ?? title(message), message: message.text, priority },
          { 'x-gotify-key': token },
        ),
      );
    },
  },
  {
    service: 'pushover',
    schemes: ['pushover'],
    shape: 'pushover://shoutrrr:TOKEN@USER[?devices=DEVICE]',
    read(url) {
      if (url.password === '' || url.host === '') return { why: 'needs a token and a user' };
      const to = httpUrl('api.pushover.net', ['1', 'messages.json']);
      const look = given({ device: url.param('devices'), priority: url.param('priority') });
      return byHttp((message) =>
        form(to, {
          token: url.password,
          user: url.host,
          message: message.text,
          title: url.param('title') ?? title(message),
          ...look,
        }),
      );
    },
  },
  {
    service: 'opsgenie',
    schemes: ['opsgenie'],
    shape: 'opsgenie://HOST/API-KEY',
    read(url) {
      const [key] = url.path;
      if (key === undefined) return { why: 'needs an API key' };
      const to = httpUrl(url.authority, ['v2', 'alerts']);
      const headers = { authorization: `GenieKey ${key}` };
      // An alert's message has 130 characters at most; the rest stands in its description.
      return byHttp(({ text, id, moment, node }) =>
        json(
          to,
          {
            message: text.slice(0, 130),
            description: text,
            alias: id,
            details: { moment, node },
            source: 'kured-host',
          },
          headers,
        ),
      );
    },
  },
  {
    service: 'generic',
    schemes: ['generic', 'generic+https', 'generic+http'],
    shape: 'generic+https://HOST/PATH[?template=json]',
    read: generic,
  },
];

/** shoutrrr's own parameters are taken out; those of the webhook stay in its URL, `@NAME` are headers. */
function generic(url: ServiceUrl): ReturnType<TargetRow['read']> {
  const plain = url.scheme === 'generic+http' || isYes(url.param('disabletls'));
  const to = new URL(`${plain ? 'http' : 'https'}://${url.authority}${url.whole.pathname}`);
  const headers: Record<string, string> = url.password === '' ? {} : { authorization: basic(url.user, url.password) };
  for (const [name, value] of url.whole.searchParams) {
    if (name.startsWith('@')) headers[name.slice(1)] = value;
    else if (!genericNames.includes(name.toLowerCase())) to.searchParams.append(name.replace(/^_/, ''), value);
  }
  const method = (url.param('method') ?? url.param('requestmethod') ?? 'POST').toUpperCase();
  if (method !== 'POST' && method !== 'PUT') return { why: 'has a method other than POST and PUT' };
  const template = (url.param('template') ?? '').toLowerCase();
  if (template !== '' && template !== 'json') return { why: 'has a template other than json' };
  const type = url.param('contenttype') ?? (template === 'json' ? 'application/json' : 'text/plain; charset=utf-8');
  const [titleKey, messageKey] = [url.param('titlekey') ?? 'title', url.param('messagekey') ?? 'message'];
  return byHttp((message) => {
    const object = { [titleKey]: url.param('title') ?? title(message), [messageKey]: message.text };
    const body = template === 'json' ? JSON.stringify(object) : message.text;
    return { url: to, method, headers: { 'content-type': type, ...headers }, body, refusal: null };
  });
}

const genericNames: readonly string[] = [
  'disabletls',
  'template',
  'contenttype',
  'titlekey',
  'messagekey',
  'method',
  'requestmethod',
  'title',
];
