import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Message } from '../../src/notify/message.ts';
import { isProblem, readTargets, targetRows } from '../../src/notify/targets.ts';

const message: Message = {
  id: 'abc123',
  moment: 'draining',
  node: 'worker-1',
  why: 'libc6',
  at: '2026-01-05T08:00:00Z',
  text: 'Draining worker-1',
};
const secret = 's3cret';

/** What a URL sends: its target, what of its headers is not the type, and its body; of JSON as a value. */
function requests(url: string): readonly unknown[] {
  return readTargets('/f', url).map((target) => {
    assert.ok(!isProblem(target), JSON.stringify(target));
    if (target.way.by === 'mail') return target.way.mail;
    assert.ok(target.way.by === 'http');
    const { url: to, method, headers, body } = target.way.post(message);
    const { 'content-type': type = '', ...others } = headers;
    return [`${method} ${to.href}`, others, type.includes('json') ? JSON.parse(body) : body];
  });
}

const { text } = message;
const card = {
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.4',
        body: [{ type: 'TextBlock', text, wrap: true }],
      },
    },
  ],
};
const discord = { content: text, allowed_mentions: { parse: [] } };
const login = (name: string) => ({ authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}` });

const taken: readonly (readonly [service: string, url: string, ...sends: readonly unknown[]])[] = [
  ['slack', 'slack://TA/BB/cC', ['POST https://hooks.slack.com/services/TA/BB/cC', {}, { text }]],
  [
    'slack',
    '"slack://bot@TA/BB/cC"',
    ['POST https://hooks.slack.com/services/TA/BB/cC', {}, { text, username: 'bot' }],
  ],
  [
    'slack',
    'slack://hook:TA-BB-cC@webhook?botname=bot&color=good',
    ['POST https://hooks.slack.com/services/TA/BB/cC', {}, { text, username: 'bot' }],
  ],
  [
    'slack',
    'slack://xoxb:1-2-s3cret@C0123',
    [
      'POST https://slack.com/api/chat.postMessage',
      { authorization: 'Bearer xoxb-1-2-s3cret' },
      { channel: 'C0123', text },
    ],
  ],
  ['discord', 'discord://s3cret@77', ['POST https://discord.com/api/webhooks/77/s3cret', {}, discord]],
  [
    'discord',
    'discord://s3cret@77?thread_id=5&username=bot',
    ['POST https://discord.com/api/webhooks/77/s3cret?thread_id=5', {}, { ...discord, username: 'bot' }],
  ],
  [
    'teams',
    'teams://g-1@t-2/alt/owner?host=org.webhook.office.com',
    [
      'POST https://org.webhook.office.com/webhookb2/g-1@t-2/IncomingWebhook/alt/owner',
      {},
      { '@type': 'MessageCard', '@context': 'https://schema.org/extensions', text },
    ],
  ],
  [
    'googlechat',
    'googlechat://chat.googleapis.com/v1/spaces/X/messages?key=k&token=s3cret',
    ['POST https://chat.googleapis.com/v1/spaces/X/messages?key=k&token=s3cret', {}, { text }],
  ],
  [
    'googlechat',
    'hangouts://chat.googleapis.com/v1/spaces/X/messages?key=k&token=s3cret',
    ['POST https://chat.googleapis.com/v1/spaces/X/messages?key=k&token=s3cret', {}, { text }],
  ],
  [
    'matrix',
    'matrix://:s3cret@example.org:8448/?rooms=!a:example.org,!b:example.org',
    ...['a', 'b'].map((room) => [
      `PUT https://example.org:8448/_matrix/client/v3/rooms/!${room}%3Aexample.org/send/m.room.message/abc123`,
      { authorization: 'Bearer s3cret' },
      { msgtype: 'm.text', body: text },
    ]),
  ],
  [
    'mattermost',
    'mattermost://bot@chat.example.org/s3cret/ops',
    ['POST https://chat.example.org/hooks/s3cret', {}, { text, username: 'bot', channel: 'ops' }],
  ],
  [
    'rocketchat',
    'rocketchat://chat.example.org/A/s3cret/ops',
    ['POST https://chat.example.org/hooks/A/s3cret', {}, { text, channel: '#ops' }],
  ],
  [
    'telegram',
    'telegram://12:s3cret@telegram?chats=@ops,-100',
    ...['@ops', '-100'].map((chat) => [
      'POST https://api.telegram.org/bot12:s3cret/sendMessage',
      {},
      { chat_id: chat, text, disable_notification: false },
    ]),
  ],
  [
    'zulip',
    'zulip://bot@example.org:s3cret@chat.example.org/?stream=ops&topic=reboots',
    [
      'POST https://chat.example.org/api/v1/messages',
      login('bot@example.org'),
      'type=stream&to=ops&topic=reboots&content=Draining+worker-1',
    ],
  ],
  [
    'ntfy',
    'ntfy://me:s3cret@ntfy.example.org/ops?priority=high',
    ['POST https://ntfy.example.org/ops', { title: 'kured-host: worker-1', ...login('me'), priority: 'high' }, text],
  ],
  [
    'gotify',
    'gotify://push.example.org:8080/sub/s3cret?disabletls=yes&priority=5',
    [
      'POST http://push.example.org:8080/sub/message',
      { 'x-gotify-key': secret },
      { title: 'kured-host: worker-1', message: text, priority: 5 },
    ],
  ],
  [
    'pushover',
    'pushover://shoutrrr:s3cret@uSer/?devices=phone',
    [
      'POST https://api.pushover.net/1/messages.json',
      {},
      'token=s3cret&user=uSer&message=Draining+worker-1&title=kured-host%3A+worker-1&device=phone',
    ],
  ],
  [
    'opsgenie',
    'opsgenie://api.eu.opsgenie.com/s3cret',
    [
      'POST https://api.eu.opsgenie.com/v2/alerts',
      { authorization: 'GenieKey s3cret' },
      {
        message: text,
        description: text,
        alias: 'abc123',
        details: { moment: 'draining', node: 'worker-1' },
        source: 'kured-host',
      },
    ],
  ],
  ['generic', 'generic://example.org/in?a=b', ['POST https://example.org/in?a=b', {}, text]],
  [
    'generic',
    'generic+http://example.org/in?template=json&@x-key=s3cret&messagekey=msg&method=put',
    ['PUT http://example.org/in', { 'x-key': secret }, { title: 'kured-host: worker-1', msg: text }],
  ],
  ['webhook', 'https://example.org/in?a=b#c', ['POST https://example.org/in?a=b', {}, message]],
  ['webhook', 'http://me:s3cret@example.org/in', ['POST http://example.org/in', login('me'), message]],
  ['webhook', 'https://hooks.slack.com/services/A/B/C', ['POST https://hooks.slack.com/services/A/B/C', {}, { text }]],
  ['webhook', 'https://discord.com/api/webhooks/7/x', ['POST https://discord.com/api/webhooks/7/x', {}, discord]],
  ['webhook', 'https://x.webhook.office.com/webhookb2/y', ['POST https://x.webhook.office.com/webhookb2/y', {}, card]],
  [
    'webhook',
    'https://prod-1.westeurope.logic.azure.com/workflows/x?sig=s3cret',
    ['POST https://prod-1.westeurope.logic.azure.com/workflows/x?sig=s3cret', {}, card],
  ],
  [
    'mail',
    'smtp://me:s3cret@mail.example.org:587/?from=a@example.org&to=b@example.org,c@example.org',
    {
      host: 'mail.example.org',
      port: 587,
      encryption: 'starttls',
      auth: { user: 'me', pass: secret },
      from: 'a@example.org',
      to: ['b@example.org', 'c@example.org'],
      subject: null,
    },
  ],
  [
    'mail',
    'smtp://mail.example.org/?from=a@example.org&to=b@example.org&encryption=ImplicitTLS&subject=Hello',
    {
      host: 'mail.example.org',
      port: 465,
      encryption: 'implicit',
      auth: null,
      from: 'a@example.org',
      to: ['b@example.org'],
      subject: 'Hello',
    },
  ],
];

describe('a notification URL is one request for each receiver', () => {
  for (const [service, url, ...sends] of taken) {
    it(url, () => {
      assert.deepEqual(requests(url), sends);
      for (const target of readTargets('/f', url)) {
        assert.ok(!isProblem(target));
        assert.equal(target.name, `${service}, /f:1`);
        assert.doesNotMatch(`${target.name} ${target.key}`, /s3cret/);
      }
    });
  }

  it('of every service there is one above', () => {
    const seen = new Set(taken.map(([service]) => service));
    assert.deepEqual([...seen].sort(), targetRows.map(({ service }) => service).sort());
  });
});

const refused: readonly (readonly [url: string, says: RegExp])[] = [
  ['s3cret', /not a URL/],
  ['s3cret://x', /of no known service; there are slack, discord,/],
  ['slack://s3cret/B', /needs the three parts of a webhook; its shape is slack:/],
  ['discord://s3cret', /needs a token and the ID/],
  ['teams://s3cret@t/alt/owner', /needs host=/],
  ['teams://s3cret@t/alt/owner?host=https://x.webhook.office.com', /needs host=\S+, a name alone/],
  [
    'teams://s3cret@t/alt/owner?host=a%20b',
    /the URL of teams makes no web address; look at its host; its shape is teams:/,
  ],
  ['matrix://:s3cret@a%20b/?rooms=!a:b', /makes no web address; look at its host/],
  ['ntfy://a%20b/s3cret', /makes no web address; look at its host/],
  ['teams://s3cret@t/alt?host=x.webhook.office.com', /needs all four parts/],
  ['googlechat://chat.googleapis.com/v1?key=s3cret', /needs key and token/],
  ['matrix://me:s3cret@example.org/?rooms=!a:b', /write an access token in place of the password/],
  ['matrix://example.org/?rooms=!a:b', /needs an access token/],
  ['matrix://:s3cret@example.org/', /needs rooms/],
  ['matrix://:s3cret@example.org/?rooms=ops', /needs the rooms' IDs/],
  ['mattermost://chat.example.org', /needs a token/],
  ['rocketchat://chat.example.org/s3cret', /needs both parts/],
  ['telegram://s3cret@telegram?chats=1', /needs the bot's token/],
  ['telegram://1:s3cret@telegram', /needs chats/],
  ['zulip://chat.example.org/?stream=s3cret', /needs the bot's mail address/],
  ['zulip://a:s3cret@chat.example.org/', /needs stream/],
  ['ntfy://s3cret', /needs one topic/],
  ['gotify://push.example.org', /needs a token/],
  ['gotify://push.example.org/s3cret?priority=high', /has a priority that is no whole number/],
  ['pushover://s3cret', /needs a token and a user/],
  ['opsgenie://api.opsgenie.com', /needs an API key/],
  ['generic://example.org/s3cret?method=GET', /has a method other than/],
  ['generic://example.org/s3cret?template=xml', /has a template other than/],
  ['smtp://me:s3cret@mail.example.org/?to=b@example.org', /needs from=/],
  ['smtp://me:s3cret@mail.example.org/?from=a@example.org&to=b', /needs to=/],
  ['smtp://me:s3cret@mail.example.org/?from=a@b&to=b@c&encryption=None', /would show it to the network/],
  ['smtp://mail.example.org/?from=a@b&to=b@c&encryption=s3cret', /an encryption other than/],
  ['https://%zz:s3cret@example.org', /not a URL/],
];

describe('a line that is wrong is named by its place, and nothing of it is shown', () => {
  for (const [url, says] of refused) {
    it(url, () => {
      const [problem, ...more] = readTargets('/f', `# ours\n\n${url}\n`);
      assert.ok(problem !== undefined && isProblem(problem), JSON.stringify(problem));
      assert.deepEqual([problem.file, more], ['/f:3', []]);
      assert.match(problem.message, says);
      assert.doesNotMatch(problem.message, /s3cret/);
    });
  }
});
