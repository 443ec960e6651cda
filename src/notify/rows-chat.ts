import { outsideText } from '../core/outside-text.ts';
import { basic, byHttp, form, given, json, type TargetRow } from './row.ts';
import { httpUrl, isYes, type ServiceUrl } from './url.ts';

/** Chats, each by the shape of URL that shoutrrr gave it. */
export const chatRows: readonly TargetRow[] = [
  {
    service: 'slack',
    schemes: ['slack'],
    shape: 'slack://TOKEN-A/TOKEN-B/TOKEN-C, slack://hook:A-B-C@webhook or slack://xoxb:A-B-C@CHANNEL',
    read: slack,
  },
  {
    service: 'discord',
    schemes: ['discord'],
    shape: 'discord://TOKEN@WEBHOOK-ID',
    read(url) {
      if (url.user === '' || url.host === '') return { why: 'needs a token and the ID of a webhook' };
      const to = httpUrl('discord.com', ['api', 'webhooks', url.host, url.user]);
      const thread = url.param('thread_id');
      if (thread !== null) to.searchParams.set('thread_id', thread);
      const name = given({ username: url.param('username') });
      // Nobody is called by what a package or a node is named.
      return byHttp(({ text }) => json(to, { content: text, allowed_mentions: { parse: [] }, ...name }));
    },
  },
  {
    service: 'teams',
    schemes: ['teams'],
    shape: 'teams://GROUP@TENANT/ALT-ID/GROUP-OWNER?host=ORGANIZATION.webhook.office.com',
    read(url) {
      const host = url.param('host');
      const [alt, owner] = url.path;
      // With a scheme before it "https" would be the host, and be given the secret parts.
      if (host === null || host.includes('://'))
        return { why: 'needs host=ORGANIZATION.webhook.office.com, a name alone' };
      if (url.user === '' || alt === undefined || owner === undefined) return { why: 'needs all four parts' };
      const to = new URL(
        httpUrl(host, ['webhookb2', 'GROUP', 'IncomingWebhook', alt, owner]).href.replace(
          'GROUP',
          `${url.user}@${url.host}`,
        ),
      );
      return byHttp(({ text }) =>
        json(to, { '@type': 'MessageCard', '@context': 'https://schema.org/extensions', text }),
      );
    },
  },
  {
    service: 'googlechat',
    schemes: ['googlechat', 'hangouts'],
    shape: 'googlechat://chat.googleapis.com/v1/spaces/SPACE/messages?key=KEY&token=TOKEN',
    read(url) {
      const [key, token] = [url.param('key'), url.param('token')];
      if (key === null || token === null) return { why: 'needs key and token' };
      const to = httpUrl(url.authority, url.path);
      to.search = new URLSearchParams({ key, token }).toString();
      return byHttp(({ text }) => json(to, { text }));
    },
  },
  {
    service: 'matrix',
    schemes: ['matrix'],
    shape: 'matrix://:ACCESS-TOKEN@HOST/?rooms=!ROOM:SERVER',
    read: matrix,
  },
  {
    service: 'mattermost',
    schemes: ['mattermost'],
    shape: 'mattermost://[NAME@]HOST/TOKEN[/CHANNEL]',
    read: mattermost,
  },
  {
    service: 'rocketchat',
    schemes: ['rocketchat'],
    shape: 'rocketchat://[NAME@]HOST/TOKEN-A/TOKEN-B[/CHANNEL]',
    read: rocketchat,
  },
  {
    service: 'telegram',
    schemes: ['telegram'],
    shape: 'telegram://TOKEN@telegram?chats=CHAT[,CHAT]',
    read(url) {
      const chats = list(url.param('chats') ?? url.param('channels'));
      if (url.user === '' || url.password === '') return { why: "needs the bot's token before the @" };
      if (chats.length === 0) return { why: 'needs chats' };
      const to = new URL(
        `https://api.telegram.org/bot${encodeURIComponent(url.user)}:${encodeURIComponent(url.password)}/sendMessage`,
      );
      const silent = url.param('notification') !== null && !isYes(url.param('notification'));
      return chats.flatMap((chat) =>
        byHttp(({ text }) => json(to, { chat_id: chat, text, disable_notification: silent })),
      );
    },
  },
  {
    service: 'zulip',
    schemes: ['zulip'],
    shape: 'zulip://BOT-MAIL:BOT-KEY@HOST/?stream=STREAM&topic=TOPIC',
    read(url) {
      const stream = url.param('stream');
      if (url.user === '' || url.password === '') return { why: "needs the bot's mail address and key" };
      if (stream === null) return { why: 'needs stream' };
      const to = httpUrl(url.authority, ['api', 'v1', 'messages']);
      const authorization = basic(url.user, url.password);
      return byHttp(({ text, node }) =>
        form(to, { type: 'stream', to: stream, topic: url.param('topic') ?? node, content: text }, { authorization }),
      );
    },
  },
];

function slack(url: ServiceUrl): ReturnType<TargetRow['read']> {
  const look = given({ username: url.param('botname') ?? url.param('username') });
  if (url.user.startsWith('xox') && url.password !== '') {
    const authorization = `Bearer ${url.user}-${url.password}`;
    const to = httpUrl('slack.com', ['api', 'chat.postMessage']);
    return byHttp(({ text }) => ({
      ...json(to, { channel: url.host, text, ...look }, { authorization }),
      refusal: slackRefusal,
    }));
  }
  const old = [url.host, ...url.path];
  const parts = url.user === 'hook' && url.password !== '' ? url.password.split('-') : old;
  if (parts.length !== 3 || parts.some((part) => part === '')) return { why: 'needs the three parts of a webhook' };
  const named = parts === old && url.user !== '' ? { username: url.user } : {};
  const to = httpUrl('hooks.slack.com', ['services', ...parts]);
  return byHttp(({ text }) => json(to, { text, ...named, ...look }));
}

/** Slack's Web API answers 200 to what it refuses. */
function slackRefusal(body: string): string | null {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer !== 'object' || answer === null || !('ok' in answer)) return 'its answer is not understood';
    if (answer.ok === true) return null;
    return `it says ${outsideText('error' in answer ? String(answer.error) : 'no', 60)}`;
  } catch {
    return 'its answer is not understood';
  }
}

/** By an access token only: a login would be a second request. The id makes a repeat no second message. */
function matrix(url: ServiceUrl): ReturnType<TargetRow['read']> {
  if (url.user !== '') return { why: 'has a user; write an access token in place of the password, and no user' };
  if (url.password === '') return { why: 'needs an access token' };
  const rooms = list(url.param('rooms') ?? url.param('room'));
  if (rooms.length === 0) return { why: 'needs rooms' };
  if (!rooms.every((room) => room.startsWith('!')))
    return { why: "needs the rooms' IDs, which begin with !, not their aliases" };
  const authorization = `Bearer ${url.password}`;
  const server = httpUrl(url.authority, ['_matrix', 'client', 'v3', 'rooms'], isYes(url.param('disabletls'))).href;
  return rooms.flatMap((room) =>
    byHttp(({ text, id }) => ({
      ...json(
        new URL(`${server}/${encodeURIComponent(room)}/send/m.room.message/${encodeURIComponent(id)}`),
        { msgtype: 'm.text', body: text },
        { authorization },
      ),
      method: 'PUT',
    })),
  );
}

function mattermost(url: ServiceUrl): ReturnType<TargetRow['read']> {
  const [token, channel] = url.path;
  if (token === undefined) return { why: 'needs a token' };
  const to = httpUrl(url.authority, ['hooks', token], isYes(url.param('disabletls')));
  const look = given({ username: url.user, channel });
  return byHttp(({ text }) => json(to, { text, ...look }));
}

function rocketchat(url: ServiceUrl): ReturnType<TargetRow['read']> {
  const [a, b, channel] = url.path;
  if (a === undefined || b === undefined) return { why: 'needs both parts of the token' };
  const room = channel === undefined || /^[@#]/.test(channel) ? channel : `#${channel}`;
  const to = httpUrl(url.authority, ['hooks', a, b], isYes(url.param('disabletls')));
  const look = given({ username: url.user, channel: room });
  return byHttp(({ text }) => json(to, { text, ...look }));
}

function list(value: string | null): readonly string[] {
  return (value ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
